//! SD cards: files that stay from run to run and when the power goes, and cards that are full, broken or not there.

use rustix::io::ioctl_fionread;
use sinter_boot::disk;
use sinter_qemu::{Console, Guest, Machine};
use sinter_tests::{
    c,
    images::{result, run_until},
    monitor::Monitor,
    plain_stdout, rust, sinter, status, stderr,
};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    process::ChildStdout,
    time::Duration,
};
use tempfile::TempDir;
use wasi_kernel::FileSystem;

/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(600);

/// A folder with a manifest of `diary`, whose arguments are these, and of an app that has no card.
fn folder(arguments: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("diary"), folder.path().join("diary.wasm")).unwrap();
    fs::copy(rust("hello"), folder.path().join("hello.wasm")).unwrap();
    let text = format!(
        "[app.diary]\nmodule = 'diary.wasm'\nargs = [{arguments}]\n\
         mounts = [{{ from = 'data:/apps/diary', to = '/data', mode = 'rw' }}]\n\
         [app.hello]\nmodule = 'hello.wasm'\n"
    );
    fs::write(folder.path().join("image.toml"), text).unwrap();
    folder
}

/// Boots the manifest with the card, and returns what it printed. `expected` is the status.
fn run(folder: &TempDir, expected: i32) -> String {
    let assert = sinter().current_dir(folder).args(["run", "--card", "card.img", "image.toml"]).assert();
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(expected), "{output}{}", stderr(&assert));
    assert!(!output.contains("panic"), "{output}");
    assert_eq!(
        result(&output, "hello").split_whitespace().take(3).collect::<Vec<_>>(),
        ["exit", "status", "0"]
    );
    output
}

/// What `sinter fs` prints.
fn files(folder: &TempDir, arguments: &[&str]) -> Vec<u8> {
    sinter().current_dir(folder).arg("fs").args(arguments).assert().success().get_output().stdout.clone()
}

#[test]
fn files_stay_from_run_to_run() {
    let folder = folder("'/data'");
    assert!(run(&folder, 0).contains("│ 1 lines"));
    assert!(run(&folder, 0).contains("│ 2 lines"));
    let name = "apps/diary/the diary of a program that runs again and again";
    assert_eq!(files(&folder, &["get", "card.img", name]), b"line 1\nline 2\n");
    // What the host writes is there for the app, and the other way round.
    fs::write(folder.path().join("lines"), "a\nb\nc\nd\n").unwrap();
    files(&folder, &["put", "card.img", name, "lines"]);
    assert!(run(&folder, 0).contains("│ 5 lines"));
    let listed = String::from_utf8(files(&folder, &["ls", "card.img", "/apps/diary"])).unwrap();
    assert_eq!(
        listed,
        "              sub/\n          15  the diary of a program that runs again and again\n"
    );
    let large = files(&folder, &["get", "card.img", "apps/diary/sub/folder/large"]);
    assert!(large[..1_000_000].iter().all(|&byte| byte == 0));
    assert!(large[1_000_000..].iter().zip(0_u32..).all(|(&byte, number)| byte == (number / 3) as u8));
    assert_eq!(large.len(), 1_200_000);
    for (arguments, message) in [
        (["get", "card.img", "none"], "sinter: card.img: none: there is no such file or directory\n"),
        (["get", "card.img", "apps"], "sinter: card.img: apps: is a directory\n"),
        (["ls", "lines", "/"], "sinter: lines: the data partition cannot be mounted: it cannot be read\n"),
    ] {
        let assert = sinter().current_dir(&folder).arg("fs").args(arguments).assert().code(1).stdout("");
        assert_eq!(stderr(&assert), message);
    }
}

/// Cards above 2 GiB count in sectors, those below in bytes.
#[test]
fn large_cards_are_read_and_written() {
    let folder = folder("'/data'");
    let image = ["image", "--no-firmware", "--size", "8GiB", "image.toml", "-o", "card.img"];
    sinter().current_dir(&folder).args(image).assert().success();
    assert!(run(&folder, 0).contains("│ 1 lines"));
    assert!(run(&folder, 0).contains("│ 2 lines"));
}

#[test]
fn a_full_card_says_so() {
    let folder = folder("'/data', 'fill'");
    let output = run(&folder, 0);
    let line = output.lines().find_map(|line| line.split_once("│ ")?.1.split_once(" bytes: ")).unwrap();
    assert!(
        line.0.parse::<u64>().unwrap() > 55 << 20 && line.1.starts_with("No space left on device"),
        "{line:?}"
    );
    let kept = files(&folder, &["get", "card.img", "apps/diary/kept"]);
    assert!(kept.into_iter().eq((0..300_000_u32).map(|number| (number / 7) as u8)));
    // What was removed has made room.
    fs::write(folder.path().join("large"), vec![1; 50 << 20]).unwrap();
    files(&folder, &["put", "card.img", "large", "large"]);
}

/// An app that fills the card fills its own share only, in its next run, too.
#[test]
fn who_fills_the_card_leaves_others_their_share() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("diary"), folder.path().join("diary.wasm")).unwrap();
    let app = |name: &str, arguments: &str, limits: &str| {
        format!(
            "[app.{name}]\nmodule = 'diary.wasm'\nargs = ['/data'{arguments}]\n{limits}\n\
             mounts = [{{ from = 'data:/{name}', to = '/data', mode = 'rw' }}]\n"
        )
    };
    // Keeps one of its two MiB, fills the other one and removes what did.
    let (small, equal) =
        (app("small", ", 'fill'", "limits = { data_bytes = '2MiB' }"), app("equal", ", 'fill'", ""));
    fs::write(folder.path().join("image.toml"), small + &equal + &app("other", "", "")).unwrap();
    let filled = |output: &str, app: &str| {
        let line = output
            .lines()
            .find_map(|line| line.strip_prefix(app)?.split_once("│ ")?.1.split_once(" bytes: "));
        let (bytes, error) = line.unwrap_or_else(|| panic!("{app}: {output}"));
        assert!(error.starts_with("No space left on device"), "{error}");
        bytes.parse::<u64>().unwrap()
    };
    for round in 1..3 {
        let arguments = ["run", "--card", "card.img", "image.toml"];
        let assert = sinter().current_dir(&folder).args(arguments).assert();
        let output = plain_stdout(&assert);
        assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
        let (small, equal) = (filled(&output, "small"), filled(&output, "equal"));
        assert!((1_700_000..2 << 20).contains(&small), "{small}");
        // A third of what there is.
        assert!((16 << 20..22 << 20).contains(&equal), "{equal}");
        assert!(output.lines().any(|line| line.ends_with(&format!("│ {round} lines"))), "{output}");
    }
    // What lies there counts when the board starts.
    fs::write(folder.path().join("large"), vec![1; 2 << 20]).unwrap();
    files(&folder, &["put", "card.img", "small/large", "large"]);
    let arguments = ["run", "--card", "card.img", "image.toml"];
    let output = plain_stdout(&sinter().current_dir(&folder).args(arguments).assert());
    assert!(!result(&output, "small").starts_with("exit status 0"), "{output}");
    assert!(result(&output, "other").starts_with("exit status 0"), "{output}");
}

#[test]
fn files_of_the_boot_partition_are_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(c("echo-file"), folder.path().join("echo-file.wasm")).unwrap();
    let text = "[app.a]\nmodule = 'echo-file.wasm'\nargs = ['/boot/config.txt']\n\
                mounts = [{ from = 'boot:', to = '/boot' }]\n";
    fs::write(folder.path().join("image.toml"), text).unwrap();
    let run = || sinter().current_dir(&folder).args(["run", "--card", "card.img", "image.toml"]).assert();
    let output = plain_stdout(&run().success());
    assert!(output.lines().any(|line| line.trim_end().ends_with("│ kernel_address=0x80000")), "{output}");
    // Without a boot sector there is no such partition, and the app that wants it does not start.
    patch(&folder, 1 << 20, &[0xff; 512]);
    let output = plain_stdout(&run().code(1));
    assert!(
        output.contains("the boot partition cannot be mounted: it is corrupt: there is no FAT"),
        "{output}"
    );
    assert!(result(&output, "a").starts_with("not started"), "{output}");
}

/// Writes `bytes` at `at` of the card.
fn patch(folder: &TempDir, at: u64, bytes: &[u8]) {
    let mut card = File::options().write(true).open(folder.path().join("card.img")).unwrap();
    card.seek(SeekFrom::Start(at)).unwrap();
    card.write_all(bytes).unwrap();
}

#[test]
fn broken_cards_stop_only_those_who_need_them() {
    const DATA: u64 = 64 << 20;
    let folder = folder("'/data'");
    run(&folder, 0);
    let good = fs::read(folder.path().join("card.img")).unwrap();
    let breaks: [(&str, u64, Vec<u8>, &str); 5] = [
        ("no table", 510, vec![0; 2], "the SD card has no partition of type 0x7f"),
        ("beyond the card", 446 + 16 + 12, vec![0xff; 4], "the SD card has no partition of type 0x7f"),
        ("no superblocks", DATA, vec![0; 8192], "there is no file system of Sinter's on it"),
        ("zeros", 0, vec![0; 512], "the SD card has no partition of type 0x7f"),
        // The table says that the data begins where files are.
        ("elsewhere", 446 + 16 + 8, vec![0, 2, 2, 0, 0, 0, 1, 0], "the data partition cannot be mounted"),
    ];
    for (name, at, bytes, message) in breaks {
        fs::write(folder.path().join("card.img"), &good).unwrap();
        patch(&folder, at, &bytes);
        let output = run(&folder, 1);
        assert!(output.contains(message), "{name}: {output}");
        assert!(result(&output, "diary").starts_with("not started"), "{name}: {output}");
    }
}

#[test]
fn without_a_card_only_those_who_need_it_do_not_start() {
    let folder = folder("'/data'");
    sinter()
        .current_dir(&folder)
        .args(["image", "--kernel-only", "image.toml", "-o", "kernel8.img"])
        .assert()
        .success();
    let kernel = folder.path().join("kernel8.img");
    let mut machine = Machine::new(&kernel, Console::Serial);
    machine.timeout = Some(PATIENCE);
    let mut output = Vec::new();
    let ending = machine.run(&mut output).unwrap();
    let output = String::from_utf8_lossy(&output);
    assert_eq!(ending.verdict, sinter_qemu::Verdict::Exited(1), "{output}");
    assert!(output.contains("the SD card does not answer") && output.contains("Hello"), "{output}");
}

/// The emulator is killed while an app writes: all files whose sync it had told of are there, each of them whole.
#[test]
fn nothing_synced_is_lost_when_the_power_goes() {
    let folder = folder("'/data', 'forever'");
    for round in 0..5 {
        let wanted = 20 + 37 * round;
        let output = run_until(&folder, &["--card", "card.img"], |line| synced(line) >= Some(wanted));
        check(&folder.path().join("card.img"), output.lines().filter_map(synced).next_back().unwrap());
    }
}

/// The number of the file of which a line of the app's tells.
fn synced(line: &str) -> Option<u32> {
    line.split_once("synced ")?.1.trim().parse().ok()
}

/// Checks the files of an app that has told of `last`, and may have written more since.
fn check(card: &Path, last: u32) {
    let fs = disk::mount(File::options().read(true).write(true).open(card).unwrap()).unwrap().unwrap();
    let root = fs.root("/apps/diary").unwrap();
    let mut unfinished = 0;
    for number in last.saturating_sub(48)..=last {
        let (node, _) = fs.lookup(root, &format!("file {}", number % 50)).unwrap();
        let size = fs.stat(node).unwrap().size as usize;
        let mut bytes = vec![0; size];
        fs.read(node, 0, &mut bytes).unwrap();
        fs.release(node);
        let Some(first) = bytes.first_chunk() else {
            unfinished += 1;
            continue;
        };
        let found = u32::from_le_bytes(*first);
        assert!(found >= number && found % 50 == number % 50, "{found} in place of {number}");
        let whole = 4 * (1000 + (found as usize * 77) % 9000);
        assert!(size == whole || found > last, "file {found}: {size} bytes of {whole}");
        assert!(bytes.chunks(4).all(|word| word == found.to_le_bytes()), "file {found} is torn");
        unfinished += u32::from(size != whole);
    }
    assert!(unfinished <= 1, "{unfinished} files are not whole, and one was being written");
}

/// A machine with a card, to which something happens while an app writes and another one counts.
struct Running {
    guest: Guest,
    output: BufReader<ChildStdout>,
    seen: String,
    monitor: Monitor,
    folder: TempDir,
}

impl Running {
    fn start() -> Self {
        let folder = folder("'/data', 'forever'");
        let manifest = folder.path().join("image.toml");
        let counter = "[app.counter]\nmodule = 'diary.wasm'\nargs = ['', 'tick']\n";
        fs::write(&manifest, fs::read_to_string(&manifest).unwrap() + counter).unwrap();
        for arguments in [&["--no-firmware", "-o", "card.img"][..], &["--kernel-only", "-o", "kernel8.img"]] {
            let mut image = sinter();
            image.current_dir(&folder).arg("image").args(arguments).arg("image.toml").assert().success();
        }
        let [kernel, card, monitor] =
            ["kernel8.img", "card.img", "monitor"].map(|name| folder.path().join(name));
        let mut machine = Machine::new(&kernel, Console::Serial);
        machine.card = Some(&card);
        machine.monitor = Some(&monitor);
        machine.timeout = Some(PATIENCE);
        let (guest, pipes) = machine.start().unwrap();
        let output = BufReader::new(pipes.stdout);
        let monitor = Monitor::connect(&monitor).unwrap();
        Self { guest, output, seen: String::new(), monitor, folder }
    }

    /// Reads up to a line that contains `text`.
    fn until(&mut self, text: &str) {
        while let Some(line) = self.line() {
            if line.contains(text) {
                return;
            }
        }
        panic!("no {text:?}: {}", self.seen);
    }

    /// Reads one line; `None` at the end.
    fn line(&mut self) -> Option<&str> {
        let start = self.seen.len();
        (self.output.read_line(&mut self.seen).unwrap() > 0).then(|| &self.seen[start..])
    }

    /// Reads all that has come.
    fn catch_up(&mut self) {
        while !self.output.buffer().is_empty() || ioctl_fionread(self.output.get_ref()).unwrap() > 0 {
            self.line();
        }
    }

    /// Reads until the app has met the errors that a card gives that is not there any more, and checks what is on it.
    fn until_errors(mut self) {
        for line in
            ["not written: I/O error", "not read: I/O error", "not made: I/O error", "still there: 4194304"]
        {
            self.until(line);
        }
        self.until("diary: ");
        self.until("tick");
        for line in ["the SD card failed at sector ", ", 3 of 3 times"] {
            assert!(self.seen.contains(line), "{}", self.seen);
        }
        self.finish();
    }

    /// Ends it, and checks what is on the card.
    fn finish(mut self) {
        drop(self.guest);
        self.output.read_to_string(&mut self.seen).unwrap();
        assert!(!self.seen.contains("panic"), "{}", self.seen);
        let last = self.seen.lines().filter_map(synced).next_back().unwrap();
        check(&self.folder.path().join("card.img"), last);
    }
}

#[test]
fn a_card_that_is_removed_is_an_errno() {
    let mut running = Running::start();
    running.until("synced 60");
    running.monitor.remove_card().unwrap();
    running.until_errors();
}

/// Bits of the controller's registers that the tests change behind the driver's back.
const DATA: u64 = 0x3f30_0020;
const CONTROL_1: u64 = 0x3f30_002c;
const FORCED_EVENTS: u64 = 0x3f30_0050;

/// Without its clock, no command is ever answered: each is waited for as long as it may take.
#[test]
fn a_card_that_does_not_answer_is_an_errno() {
    let mut running = Running::start();
    running.until("synced 60");
    running.monitor.debugger().unwrap().set(&[(CONTROL_1, 0)]).unwrap();
    running.until_errors();
}

/// Checksums that are wrong on the data lines, now and then: who writes notices nothing. There is one for each of ten files.
#[test]
fn transfers_that_fail_are_done_again() {
    const DATA_CRC: u32 = 1 << 21;
    let mut running = Running::start();
    let mut debugger = running.monitor.debugger().unwrap();
    for _ in 0..10 {
        running.catch_up();
        running.until("synced ");
        debugger.set_after_write(DATA, &[(FORCED_EVENTS, DATA_CRC)]).unwrap();
    }
    running.catch_up();
    (0..10).for_each(|_| running.until("synced "));
    let again = running.seen.matches("1 of 3 times").count();
    assert!(again == 10 && !running.seen.contains("2 of 3 times"), "{again}: {}", running.seen);
    running.finish();
}
