//! `sinter run` as cargo's runner: a crate's own tests on the emulated board.

use sinter_tests::{sinter, target_folder, workspace};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// A copy of the source of `package`, which is among this workspace's dependencies.
fn source(package: &str) -> (TempDir, PathBuf) {
    let metadata =
        output(Command::new(env!("CARGO")).args(["metadata", "--format-version=1"]).current_dir(workspace()));
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let found = packages.find(|found| found["name"] == package).expect("a dependency");
    let source = Path::new(found["manifest_path"].as_str().unwrap()).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    output(Command::new("cp").arg("-r").arg(source).arg(folder.path()));
    let copy = folder.path().join(source.file_name().unwrap());
    (folder, copy)
}

/// Runs the package's tests with cargo and returns a line for each, with its name and how it went.
fn results(package: &Path, target: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    // Documentation tests are left out: they would be one program each.
    cargo.args(["test", "--no-fail-fast", "--lib", "--tests"]).args(target).current_dir(package);
    cargo.arg("--target-dir").arg(target_folder().join("crates"));
    let runner = format!("{} run --dir .", sinter().get_program().to_string_lossy());
    let output = cargo.env("CARGO_TARGET_WASM32_WASIP1_RUNNER", runner).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("test ") && line.contains(" ... "))
        .map(Into::into)
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_crates_tests_go_as_they_do_on_the_host() {
    for name in ["strsim", "heck"] {
        let (_folder, package) = source(name);
        let on_the_host = results(&package, &[]);
        let passed = on_the_host.iter().filter(|line| line.ends_with(" ... ok")).count();
        assert!(passed > 10, "only {passed} tests of {name} pass on the host");
        assert_eq!(results(&package, &["--target", "wasm32-wasip1"]), on_the_host, "{name}");
    }
}
