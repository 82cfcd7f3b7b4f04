//! The compiler takes any bytes: a bounded run of libFuzzer (`aot-compiler/fuzz`), which looks for bytes that reach new code.

use sinter_tests::{target_folder, workspace};
use std::{fs, process::Command};

/// How many inputs are tried; which, follows from the seed.
const RUNS: u32 = 500_000;

#[test]
fn the_compiler_takes_any_bytes() {
    let fuzz = workspace().join("aot-compiler/fuzz");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--profile", "fuzz", "--manifest-path"]);
    cargo.arg(fuzz.join("Cargo.toml")).arg("--target-dir").arg(target_folder());
    cargo.env("RUSTC_WRAPPER", fuzz.join("rustc.sh"));
    assert!(cargo.status().unwrap().success(), "the fuzz target does not build");

    // What libFuzzer changes and combines.
    let folder = tempfile::tempdir().unwrap();
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).unwrap();
    for entry in fs::read_dir(workspace().join("tests/disassembly")).unwrap() {
        let path = entry.unwrap().path();
        fs::write(corpus.join(path.file_stem().unwrap()), wat::parse_file(&path).unwrap()).unwrap();
    }
    let mut target = Command::new(target_folder().join("fuzz/compile"));
    target.args([&format!("-runs={RUNS}"), "-seed=1", "-max_len=2048", "-timeout=60", "-rss_limit_mb=2048"]);
    target.current_dir(&folder).arg(&corpus);
    let output = target.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    // Without instrumentation it would run as well, and find nothing.
    let last = text.lines().rfind(|line| line.contains("DONE ")).expect("it is done");
    println!("{last}");
    let coverage = last.split_once("cov: ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<u32>().ok());
    assert!(coverage > Some(1000), "{last}");
    assert!(fs::read_dir(&corpus).unwrap().count() > 50, "nothing new was reached: {last}");
}
