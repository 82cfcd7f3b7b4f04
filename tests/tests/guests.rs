//! Our own small programs in Rust and C: streams, arguments, environment, files, clocks, traps and wrong pointers, as they
//! are under Wasmtime.

use assert_cmd::Command;
use sinter_tests::{
    c,
    compare::{Run, assert_same},
    oracle, rust, sinter, status, stderr,
};
use std::fs;

#[test]
fn a_c_program_has_its_streams_to_the_byte() {
    let hello = c("hello");
    let assert = sinter()
        .args(["run", "--env", "NAME=Zoë"])
        .arg(&hello)
        .args(["one", "the last"])
        .write_stdin("abc\nno end")
        .assert();
    assert
        .code(5)
        .stdout("hello from C, 2 arguments, 3.143, Zoë\ncba\ndne on")
        .stderr("the last argument is the last\n");
}

#[test]
fn a_rust_program_has_its_streams_to_the_byte() {
    let all_bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let assert = sinter().arg("run").arg(rust("streams")).write_stdin(&all_bytes[..]).assert().code(7);
    assert_eq!(assert.get_output().stdout, all_bytes.to_ascii_uppercase());
    assert.stderr("100000 bytes\nread: true\n");
    sinter().arg("run").arg(rust("streams")).assert().code(7).stdout("").stderr("0 bytes\nread: false\n");
}

#[test]
fn options_set_what_the_program_sees() {
    let assert = sinter()
        .env("INHERITED", "from outside")
        .env_remove("MISSING")
        .args([
            "run",
            "--argv0",
            "me",
            "--env",
            "B=x=y",
            "--env",
            "INHERITED",
            "--env",
            "MISSING",
            "--env",
            "A=",
        ])
        .arg(rust("arguments"))
        .args(["--dir", "", "ü", "--", "-x"])
        .assert();
    assert.success().stderr("").stdout(
        "\"me\"\n\"--dir\"\n\"\"\n\"ü\"\n\"--\"\n\"-x\"\nA=\"\"\nB=\"x=y\"\nINHERITED=\"from outside\"\n",
    );
}

#[test]
fn directories_are_live_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("input.txt"), "from the host\n").unwrap();
    fs::write(folder.path().join("secret"), "not for guests").unwrap();
    let files = rust("files");
    // Under its own name, relative and absolute, and under another one.
    for (dir, root) in [("inner", "inner"), ("inner::/elsewhere", "/elsewhere"), ("inner::.", ".")] {
        let assert = sinter()
            .current_dir(&folder)
            .args(["run", "--dir", dir])
            .arg(&files)
            .arg(root)
            .assert()
            .success();
        let output = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
        let expected = "from the host\none AND more: 12 bytes\n[(\"a\", true), (\"input.txt\", false)]\n";
        assert!(output.starts_with(expected), "{output}");
        assert!(!output.contains("Ok("), "a path led out of the directory: {output}");
        assert_eq!(fs::read_to_string(inner.join("a/two")).unwrap(), "one");
        fs::remove_dir_all(inner.join("a")).unwrap();
    }
    // Without --dir there is no file system.
    sinter().current_dir(&folder).arg("run").arg(&files).arg("inner").assert().code(1).stdout("");
}

#[test]
fn rust_programs_do_what_they_do_under_wasmtime() {
    let text = "naïve\n".repeat(30_000);
    for (guest, run) in [
        ("hello", Run::default()),
        ("arguments", Run { args: &["a", "b c", "", "ü"], env: &["Z=1", "A=b=c"], ..Run::default() }),
        ("cat", Run { stdin: text.as_bytes(), ..Run::default() }),
        ("cat", Run::default()),
        ("stdlib", Run { env: &["HOME=/files"], any_stderr: true, ..Run::default() }),
        ("filesystem", Run { args: &["/files"], ..Run::default() }),
        ("files", Run { args: &["/files"], files: &[("input.txt", b"text\n")], ..Run::default() }),
        ("clocks", Run::default()),
        ("exhaust", Run { any_stderr: true, ..Run::default() }),
        ("panic", Run { any_stderr: true, ..Run::default() }),
        ("panic", Run { args: &["nested"], any_stderr: true, ..Run::default() }),
        ("panic", Run { args: &["index"], any_stderr: true, ..Run::default() }),
    ] {
        assert_same(rust(guest).as_ref(), &run);
    }
}

#[test]
fn c_programs_do_what_they_do_under_wasmtime() {
    for (guest, run) in [
        ("args-env", Run { args: &["a", "b c", "", "ü"], env: &["Z=1", "A=b=c"], ..Run::default() }),
        ("filesystem", Run { args: &["/files"], ..Run::default() }),
        ("clocks", Run::default()),
        ("random", Run::default()),
        ("poll", Run { args: &["100"], stdin: b"x", ..Run::default() }),
        ("poll", Run { args: &["100"], ..Run::default() }),
        ("exhaust", Run { any_stderr: true, ..Run::default() }),
        ("recurse", Run { args: &["1000"], ..Run::default() }),
        ("recurse", Run { args: &["1000", "frame"], ..Run::default() }),
    ] {
        assert_same(c(guest).as_ref(), &run);
    }
    let exit = c("exit-status");
    for status in ["0", "1", "42", "125", "126", "255", "256"] {
        for how in [&[status] as &[&str], &[status, "now"], &[status, "abort"]] {
            assert_same(exit.as_ref(), &Run { args: how, any_stderr: true, ..Run::default() });
        }
    }
}

#[test]
fn traps_are_told_apart_and_end_with_status_134() {
    let trap = c("trap");
    for (kind, reason) in [
        ("unreachable", "unreachable instruction executed"),
        ("abort", "unreachable instruction executed"),
        ("load", "out of bounds memory access"),
        ("store", "out of bounds memory access"),
        ("straddle", "out of bounds memory access"),
        ("offset", "out of bounds memory access"),
        ("divide", "integer divide by zero"),
        ("remainder", "integer divide by zero"),
        ("overflow", "integer overflow"),
        ("convert", "integer overflow"),
        ("convert-nan", "invalid conversion to integer"),
        ("call-null", "uninitialized element"),
        ("call-outside", "undefined element"),
        ("call-type", "indirect call type mismatch"),
    ] {
        let run = Run { args: &[kind], any_stderr: true, ..Run::default() };
        assert_eq!(assert_same(trap.as_ref(), &run), 134, "{kind}");
        let assert = sinter().arg("run").arg(&trap).arg(kind).assert();
        let report = stderr(&assert);
        assert!(report.lines().any(|line| line.starts_with(&format!("trap: {reason}"))), "{kind}: {report}");
        assert!(report.contains("#0") && report.contains("(wasm offset 0x"), "{kind}: {report}");
    }
    let endless = Run { args: &["0"], any_stderr: true, ..Run::default() };
    assert_eq!(assert_same(c("recurse").as_ref(), &endless), 134);
}

/// Where Wasmtime ends a program for a wrong pointer, ours gets EFAULT, or ENOMEM for one that promises more than there is;
/// otherwise both give the same.
#[test]
fn wild_pointers_get_an_errno() {
    const EFAULT: &str = "21";
    const ENOMEM: &str = "48";
    let wild = c("wild");
    let run = |mut command: Command, args: &[&str]| {
        let output = command.arg(&wild).args(args).write_stdin("input").output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let ours = |args: &[&str]| {
        let mut command = sinter();
        command.arg("run");
        run(command, args)
    };
    let (_, calls) = ours(&[]);
    let calls: u32 = calls.split(' ').next().unwrap().parse().unwrap();
    assert!(calls > 20, "only {calls} calls");
    let mut faults = 0;
    for number in 0..calls {
        let args = [&number.to_string()[..]];
        let (actual, expected) = (ours(&args), run(oracle(), &args));
        if expected.0 == Some(0) {
            assert_eq!(actual, expected, "call {number}");
        } else {
            assert_eq!(actual.0, Some(0), "call {number}");
            assert!(
                [EFAULT, ENOMEM].contains(&actual.1.lines().last().unwrap()),
                "call {number}: {}",
                actual.1
            );
            faults += 1;
        }
    }
    assert!(faults > 10, "only {faults} faults");
}

#[test]
fn a_loop_without_end_is_ended_in_time() {
    let spin = c("spin");
    let assert = sinter().args(["run", "--timeout", "1.5"]).arg(&spin).assert();
    assert_eq!(status(&assert), Some(124));
    assert_eq!(stderr(&assert), "sinter: the time of 1.5 s is over\n");
}
