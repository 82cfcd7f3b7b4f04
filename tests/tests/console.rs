//! The serial port: what apps write arrives whole and in order, what is typed reaches the app that reads it, and the
//! kernel's log is elsewhere where the port is not for both.

use sinter_tests::{
    images::{folder, result, run, succeed},
    plain_stdout, rust, sinter, status, stderr, wat,
};
use std::{
    fs,
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

/// Writes 200 lines of 5 to 3,000 bytes, each in one call: a number of four digits, and after a space as many `x` as fit.
const WRITER: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory 1)
    (func $digit (param $at i32) (param $number i32)
        (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10)))))
    (func (export "_start") (local $i i32) (local $length i32)
        (loop $next
            (local.set $length (i32.add (i32.const 5) (i32.rem_u (i32.mul (local.get $i) (i32.const 787)) (i32.const 2996))))
            (memory.fill (i32.const 1024) (i32.const 120) (local.get $length))
            (call $digit (i32.const 1024) (i32.div_u (local.get $i) (i32.const 1000)))
            (call $digit (i32.const 1025) (i32.div_u (local.get $i) (i32.const 100)))
            (call $digit (i32.const 1026) (i32.div_u (local.get $i) (i32.const 10)))
            (call $digit (i32.const 1027) (local.get $i))
            (i32.store8 (i32.const 1028) (i32.const 32))
            (i32.store8 (i32.add (i32.const 1023) (local.get $length)) (i32.const 10))
            (i32.store (i32.const 0) (i32.const 1024))
            (i32.store (i32.const 4) (local.get $length))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 8)) (local.get $length)) (then unreachable))
            (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200))))))"#;

/// The lines of [`WRITER`].
fn written() -> Vec<String> {
    let line = |number: usize| {
        let length = 5 + number * 787 % 2996;
        let line = format!("{number:04} {}", "x".repeat(length));
        line[..length - 1].to_owned()
    };
    (0..200).map(line).collect()
}

/// The lines of `app` on the serial port.
fn lines<'a>(output: &'a str, app: &str) -> Vec<&'a str> {
    let marked = output.lines().filter_map(|line| line.split_once(" │ "));
    marked.filter(|(name, _)| name.trim() == app).map(|(_, line)| line).collect()
}

/// Four apps write faster than the port sends, each a 40th of the buffer at a time and more.
#[test]
fn lines_arrive_whole_and_in_order() {
    let apps = ["a", "b", "c", "d"];
    let folder = folder(&[("writer", WRITER)], &apps.map(|app| (app, "writer", "")));
    for options in [&[] as &[&str], &["--icount"]] {
        let output = succeed(&folder, options);
        for app in apps {
            assert!(lines(&output, app) == written(), "{app}");
        }
        // What the kernel wrote last is there, too.
        assert!(apps.iter().all(|app| result(&output, app).starts_with("exit status 0")));
    }
}

/// An app's text without an end of line comes out when it ends, and a line that is longer than the buffer comes whole.
#[test]
fn an_unfinished_and_an_endless_line_arrive() {
    let unfinished =
        WRITER.replace("(local.get $length)) (i32.const 10))", "(local.get $length)) (i32.const 120))");
    assert_ne!(unfinished, WRITER);
    const LONG: &str = r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory 1)
        (data (i32.const 0) "\00\04\00\00\21\4e\00\00")
        (func (export "_start")
            (memory.fill (i32.const 1024) (i32.const 121) (i32.const 20000))
            (i32.store8 (i32.const 21024) (i32.const 10))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 8)) (i32.const 20001)) (then unreachable))))"#;
    let folder =
        folder(&[("unfinished", &unfinished), ("long", LONG)], &[("a", "unfinished", ""), ("b", "long", "")]);
    let output = succeed(&folder, &["--icount"]);
    let expected: String = written().into_iter().map(|line| line + "x").collect();
    assert!(lines(&output, "a").concat() == expected);
    assert!(lines(&output, "b") == ["y".repeat(20000)]);
}

/// More than the port's own buffer and the kernel's hold together.
#[test]
fn what_is_typed_reaches_the_app_that_reads_it() {
    let typed: String = (0..300).map(|number| format!("line {number} of what is typed, \u{fc}\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("cat"), folder.path().join("cat.wasm")).unwrap();
    fs::write(folder.path().join("image.toml"), "[app.cat]\nmodule = 'cat.wasm'\n").unwrap();
    for options in [&[] as &[&str], &["--icount"]] {
        for end in ["", "no end"] {
            let mut command = sinter();
            command.current_dir(&folder).arg("run").args(options).arg("image.toml");
            let assert = command.write_stdin(typed.clone() + end).assert();
            let output = plain_stdout(&assert);
            assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
            // The echo of what was typed meanwhile may stand before an app's line.
            let lines: Vec<_> =
                output.lines().filter_map(|line| Some(line.split_once("cat │ ")?.1)).collect();
            let expected: Vec<_> = typed.lines().chain((!end.is_empty()).then_some(end)).collect();
            assert_eq!(lines, expected, "{output}");
            let count = format!("cat ┊ {} bytes", typed.len() + end.len());
            assert!(output.contains(&count), "{output}");
        }
    }
}

/// What is typed before the machine runs waits until the guest has set its port up, which takes whatever is in it away.
#[test]
fn what_is_typed_early_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("cat"), folder.path().join("cat.wasm")).unwrap();
    fs::write(folder.path().join("image.toml"), "[app.cat]\nmodule = 'cat.wasm'\n").unwrap();
    let debugger = thread::spawn(|| {
        let begin = Instant::now();
        let mut debugger = loop {
            match TcpStream::connect(sinter_qemu::GDB_ADDRESS) {
                Ok(debugger) => break debugger,
                Err(error) => assert!(begin.elapsed() < Duration::from_secs(60), "{error}"),
            }
            thread::sleep(Duration::from_millis(10));
        };
        // The port gets its first byte within microseconds, were it let.
        thread::sleep(Duration::from_millis(100));
        debugger.write_all(b"$c#63").unwrap();
        debugger
    });
    let mut command = sinter();
    command.current_dir(&folder).args(["run", "--gdb", "image.toml"]);
    let output = plain_stdout(&command.write_stdin("early\n").assert());
    debugger.join().unwrap();
    assert!(output.lines().any(|line| line == "cat │ early"), "{output}");
}

/// A backspace takes back a character of two bytes, and control-D ends the input.
#[test]
fn a_line_is_edited_before_the_app_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("cat"), folder.path().join("cat.wasm")).unwrap();
    fs::write(folder.path().join("image.toml"), "[app.cat]\nmodule = 'cat.wasm'\n").unwrap();
    let mut command = sinter();
    command.current_dir(&folder).args(["run", "--icount", "image.toml"]);
    let output = plain_stdout(&command.write_stdin("abc\u{fc}\u{8}\u{7f}d\rnext\n\u{4}unread\n").assert());
    let lines: Vec<_> = output.lines().filter_map(|line| Some(line.split_once("cat │ ")?.1)).collect();
    assert_eq!(lines, ["abd", "next"], "{output}");
    assert!(result(&output, "cat").starts_with("exit status 0"), "{output}");
}

/// The second serial port has the kernel's log when the first one has nobody's lines.
#[test]
fn the_log_is_apart_from_a_programs_streams() {
    let guest = wat("short", "(module (func (export \"_start\")))");
    let assert = sinter().args(["run", "--log"]).arg(&guest).assert().code(0);
    assert_eq!(plain_stdout(&assert), "");
    assert!(stderr(&assert).contains("1 apps started"), "{}", stderr(&assert));
    let folder = folder(&[("short", "(module (func (export \"_start\")))")], &[("a", "short", "")]);
    assert!(plain_stdout(&run(&folder, &[])).contains("1 apps started"));
}
