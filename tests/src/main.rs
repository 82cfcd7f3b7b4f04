//! Runs every test and says in the end how many passed: `sinter-tests` for all, `sinter-tests programs` for the slow tier.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    process::{Command, ExitCode, Stdio},
};

/// What is checked, by name, and the arguments of cargo that check it. Each is one test unless it counts its own. What
/// runs is built as the workspace's default members: all with the same features, and so once.
const EVERYTHING: [(&str, &str); 9] = [
    ("formatting", "fmt --all --check"),
    (
        "lints on the host",
        "clippy --release --workspace --all-targets --exclude sinter-kernel --exclude sinter-guests",
    ),
    ("lints of the kernel", "clippy --release --package sinter-kernel --target aarch64-unknown-none"),
    (
        "lints of the guests",
        "clippy --release --package sinter-guests --package polybench --target wasm32-wasip1",
    ),
    ("tests", "test --release --no-fail-fast"),
    ("the same calls under Wasmtime", "test --release --package oracle"),
    ("the specification's suite", "run --release --quiet --bin sinter-spec"),
    ("power cuts", "run --release --quiet --bin sinter-powercut -- 100"),
    ("random modules", "run --release --quiet --package oracle --bin sinter-fuzz -- 2000"),
];

/// Programs of others, which take minutes to build or to fetch.
const PROGRAMS: [(&str, &str); 2] = [
    ("programs", "test --release --no-fail-fast --test programs -- --include-ignored"),
    ("comparison with Linux", "test --release --test linux -- --include-ignored"),
];

fn main() -> ExitCode {
    let steps: &[_] = match env::args().nth(1).as_deref() {
        None => &EVERYTHING,
        Some("programs") => &PROGRAMS,
        Some(other) => {
            eprintln!("sinter-tests: {other:?} is no tier of tests: leave it out, or write programs");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut failed) = (0, Vec::new());
    for (name, arguments) in steps {
        println!("==> {name}: cargo {arguments}");
        match cargo(arguments) {
            Ok(tally) => {
                passed += tally.passed;
                failed.extend(tally.failed);
            }
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    for name in &failed {
        println!("failed: {name}");
    }
    println!("{passed} passed, {} failed", failed.len());
    ExitCode::from(u8::from(!failed.is_empty()))
}

/// How many tests passed, and which failed.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
}

/// Runs cargo, shows what it prints, and counts the tests in it by the lines that Rust's test harness
/// or a program of the project's writes.
fn cargo(arguments: &str) -> io::Result<Tally> {
    let mut cargo = Command::new("cargo").args(arguments.split(' ')).stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    let lines = BufReader::new(cargo.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
    for line in lines.lines() {
        let line = line?;
        writeln!(io::stdout(), "{line}")?;
        match line.strip_prefix("test ").and_then(|test| test.rsplit_once(" ... ")) {
            Some((_, "ok")) => tally.passed += 1,
            Some((name, "FAILED")) => tally.failed.push(name.to_owned()),
            _ => tally.passed += closing(&line).unwrap_or(0),
        }
    }
    match cargo.wait()?.success() {
        true if tally.passed == 0 => tally.passed = 1,
        false if tally.failed.is_empty() => {
            return Err(io::Error::other(format!("cargo {arguments} failed")));
        }
        _ => {}
    }
    Ok(tally)
}

/// How many tests passed, if `line` is one that a program closes with: `N passed, M failed, K skipped`.
fn closing(line: &str) -> Option<usize> {
    let (passed, rest) = line.split_once(" passed, ")?;
    let (_failed, rest) = rest.split_once(" failed, ")?;
    rest.strip_suffix(" skipped")?;
    passed.parse().ok()
}
