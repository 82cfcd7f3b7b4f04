//! `sinter push`: an image gets into a board over its serial line and runs there, whatever happens on the way.
//!
//! The board is the emulator, and the line a pseudoterminal whose other end is passed on here, byte by byte.

use aot_compiler::link;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::ioctl_fionread,
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};
use sinter_qemu::{Console, Guest, Machine, Pipes};
use sinter_tests::{
    images::{folder, result},
    plain_stdout, rust, sinter, status, stderr,
};
use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use tempfile::TempDir;

/// What a line does to bytes: those that come out at its other end, for those that go in. The direction is whether they go
/// to the board.
type Line = Box<dyn FnMut(bool, &[u8]) -> Vec<u8> + Send>;

/// A line that changes nothing.
fn clean() -> Line {
    Box::new(|_, bytes| bytes.to_vec())
}

/// A board with the chainloader, and the port to which it is connected.
struct Board {
    port: PathBuf,
    /// How many bytes were sent to it.
    sent: Arc<AtomicUsize>,
    /// The port closes when the board has ended.
    life: JoinHandle<()>,
    _folder: TempDir,
}

impl Board {
    /// Switches one on. It is switched off and on once when it was sent `power_cycle` bytes.
    fn new(mut line: Line, power_cycle: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kernel = folder.path().join("chainloader.img");
        fs::write(&kernel, link::chainloader().unwrap()).unwrap();
        let (mut wire, port) = pseudoterminal();
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = sent.clone();
        let life = thread::spawn(move || {
            // Open for as long as the board lives, so that the wire may be read before and after others have it open.
            let end = ptsname(&wire, []).unwrap().into_string().unwrap();
            let end = File::options().read(true).write(true).open(end).unwrap();
            let start = || Machine::new(&kernel, Console::Serial).start().unwrap();
            let (mut guest, mut pipes): (Guest, Pipes) = start();
            let mut cycled = false;
            let mut buffer = [0; 256];
            loop {
                let mut ready =
                    [PollFd::new(&wire, PollFlags::IN), PollFd::new(&pipes.stdout, PollFlags::IN)];
                poll(&mut ready, Some(&Timespec { tv_sec: 60, tv_nsec: 0 })).unwrap();
                let [from_host, from_board] = ready.map(|fd| !fd.revents().is_empty());
                if from_host {
                    let count = wire.read(&mut buffer).unwrap();
                    counter.fetch_add(count, Relaxed);
                    // A board that has just ended reads no more.
                    let _ = pipes
                        .stdin
                        .write_all(&line(true, &buffer[..count]))
                        .and_then(|()| pipes.stdin.flush());
                }
                if from_board {
                    match pipes.stdout.read(&mut buffer).unwrap() {
                        0 => break,
                        count => wire.write_all(&line(false, &buffer[..count])).unwrap(),
                    }
                }
                if !cycled && counter.load(Relaxed) >= power_cycle {
                    cycled = true;
                    drop(guest);
                    (guest, pipes) = start();
                }
            }
            drop(guest);
            // What has not been read when the wire is closed would be lost, and is on its way for a moment.
            thread::sleep(Duration::from_millis(300));
            while ioctl_fionread(&end).unwrap() > 0 {
                thread::sleep(Duration::from_millis(10));
            }
        });
        Self { port, sent, life, _folder: folder }
    }

    /// `sinter push` to it.
    fn push(&self) -> assert_cmd::Command {
        let mut command = sinter();
        command.args(["push", "--port"]).arg(&self.port);
        command
    }

    /// Waits until what was pushed has run to its end; how many bytes it was sent.
    fn end(self) -> usize {
        self.life.join().unwrap();
        self.sent.load(Relaxed)
    }
}

/// A pseudoterminal: its one end, and the name of the other.
fn pseudoterminal() -> (File, PathBuf) {
    let wire = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&wire).unwrap();
    unlockpt(&wire).unwrap();
    let port = ptsname(&wire, []).unwrap().into_string().unwrap().into();
    (wire.into(), port)
}

/// A folder with `image.toml`, whose app writes a line, and as `kernel8.img` the image of it; that one's size.
fn hello() -> (TempDir, usize) {
    let folder = folder(
        &[(
            "hello",
            r#"(module
                (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
                (memory 1)
                (data (i32.const 0) "\08\00\00\00\08\00\00\00arrived\n")
                (func (export "_start")
                    (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)) (then unreachable))))"#,
        )],
        &[("hello", "hello", "")],
    );
    let arguments = ["image", "--kernel-only", "image.toml", "-o", "kernel8.img"];
    sinter().current_dir(&folder).args(arguments).assert().success();
    let size = fs::metadata(folder.path().join("kernel8.img")).unwrap().len() as usize;
    (folder, size)
}

/// Pushes what [`hello`] made to `board`, where it runs; how many bytes that took.
fn arrive(board: Board, folder: &Path) -> usize {
    let assert = board.push().arg(folder.join("kernel8.img")).write_stdin("").assert();
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    assert!(output.lines().any(|line| line == "hello │ arrived"), "{output}");
    assert!(result(&output, "hello").starts_with("exit status 0"), "{output}");
    board.end()
}

#[test]
fn an_image_arrives_and_runs() {
    let (folder, size) = hello();
    let sent = arrive(Board::new(clean(), usize::MAX), folder.path());
    // A busy host may miss answers and repeat blocks, but not most of them.
    assert!((size..size + size / 2).contains(&sent), "{sent} bytes for {size}");
}

/// A manifest and a module are built first; then this is the board's terminal, in both directions.
#[test]
fn what_is_typed_gets_to_the_app() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("cat"), folder.path().join("cat.wasm")).unwrap();
    fs::write(folder.path().join("image.toml"), "[app.cat]\nmodule = 'cat.wasm'\n").unwrap();
    for image in ["cat.wasm", "image.toml"] {
        let board = Board::new(clean(), usize::MAX);
        let assert =
            board.push().current_dir(&folder).arg(image).write_stdin("typed\nlines\n\x04").assert().success();
        let output = plain_stdout(&assert);
        let lines: Vec<_> = output.lines().filter_map(|line| Some(line.split_once("cat │ ")?.1)).collect();
        assert_eq!(lines, ["typed", "lines"], "{output}");
        board.end();
    }
}

/// Of the bytes in both directions, one in 1,500 is damaged, one lost and one repeated: every second block or so.
#[test]
fn an_image_arrives_over_a_line_that_disturbs() {
    let (folder, size) = hello();
    let mut seed = 1u64;
    let mut seen = 0;
    let line = move |to_board, bytes: &[u8]| {
        seen += if to_board { bytes.len() } else { 0 };
        let mut out = Vec::new();
        for &byte in bytes {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // What the image itself says is to be read below.
            match if seen < size { seed >> 33 } else { u64::MAX } % 1500 {
                0 => out.push(byte ^ 1 << (seed >> 61)),
                1 => {}
                2 => out.extend([byte, byte]),
                _ => out.push(byte),
            }
        }
        out
    };
    let sent = arrive(Board::new(Box::new(line), usize::MAX), folder.path());
    assert!(sent > size + size / 2, "only {sent} bytes for {size}: the line has disturbed little");
}

#[test]
fn an_image_arrives_after_a_power_cycle() {
    let (folder, size) = hello();
    let sent = arrive(Board::new(clean(), size / 2), folder.path());
    assert!(sent > size + size / 3, "{sent} bytes for {size}: the board has forgotten nothing");
}

/// The board keeps what it has received for the same image.
#[test]
fn an_image_goes_on_where_it_was() {
    let (folder, size) = hello();
    let board = Board::new(clean(), usize::MAX);
    let program = board.push().get_program().to_owned();
    let mut first = std::process::Command::new(program);
    let mut first = first
        .args(["push", "--port"])
        .arg(&board.port)
        .arg(folder.path().join("kernel8.img"))
        .spawn()
        .unwrap();
    while board.sent.load(Relaxed) < size / 2 {
        thread::sleep(Duration::from_millis(10));
        assert!(first.try_wait().unwrap().is_none(), "it has ended before it was killed");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let sent = arrive(board, folder.path());
    assert!(sent < size + size * 2 / 5, "{sent} bytes for {size}: it has begun again");
}

#[test]
fn what_cannot_be_is_said_in_one_line() {
    let (folder, size) = hello();
    let folder = folder.path();
    let image = fs::read(folder.join("kernel8.img")).unwrap();
    fs::write(folder.join("short.img"), &image[..size - 1]).unwrap();
    fs::write(folder.join("empty.img"), "").unwrap();
    fs::write(folder.join("bad.toml"), "[app.a]\nmodul = 'x'").unwrap();
    let (_wire, port) = pseudoterminal();
    let port = port.to_str().unwrap();
    let no_image =
        "is no kernel image of this version, or not all of one: `sinter image --kernel-only` writes one";
    for (port, image, message) in [
        (
            "none",
            "kernel8.img",
            "none: cannot be opened: No such file or directory (os error 2): is the adapter plugged in?",
        ),
        ("kernel8.img", "kernel8.img", "kernel8.img: is no serial port"),
        ("/dev/null", "kernel8.img", "/dev/null: is no serial port"),
        (port, "none.img", "none.img: cannot be read: No such file or directory (os error 2)"),
        (port, "short.img", &format!("short.img: {no_image}")),
        (port, "empty.img", &format!("empty.img: {no_image}")),
        (port, "kernel8.elf", &format!("kernel8.elf: {no_image}")),
        (port, "bad.toml", "bad.toml:2: unknown key `modul`: did you mean `module`?"),
        (
            port,
            "kernel8.img",
            &format!(
                "{port}: no answer for 1 s: is the chainloader on the card, the board switched on, and its TX wired to the \
                 adapter's RX?"
            ),
        ),
    ] {
        let arguments = ["push", "--timeout", "1", "--port", port, image];
        let assert = sinter().current_dir(folder).args(arguments).assert().code(1).stdout("");
        assert_eq!(stderr(&assert), format!("sinter: {message}\n"));
    }
}

/// Nobody plugs a cable out without a word.
#[test]
fn a_port_that_goes_is_noticed() {
    let (folder, _) = hello();
    let (mut wire, port) = pseudoterminal();
    let unplugged = thread::spawn(move || {
        wire.read_exact(&mut [0]).unwrap();
        drop(wire);
    });
    let assert = sinter().args(["push", "--port"]).arg(&port).arg(folder.path().join("kernel8.img")).assert();
    assert_eq!(stderr(&assert.code(1)), format!("sinter: {}: the port is gone\n", port.display()));
    unplugged.join().unwrap();
}
