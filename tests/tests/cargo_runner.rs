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

/// Runs the package's tests with cargo and returns the names of those that passed.
fn passed(package: &Path, arguments: &[&str], runner: &str) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .arg("test")
        .args(arguments)
        .arg("--target-dir")
        .arg(target_folder().join("crates"))
        .current_dir(package);
    let text = output(cargo.env("CARGO_TARGET_WASM32_WASIP1_RUNNER", runner));
    let mut names: Vec<_> =
        text.lines().filter_map(|line| Some(line.strip_suffix(" ... ok")?.to_owned())).collect();
    names.sort();
    names
}

#[test]
fn a_crates_tests_pass_as_they_do_on_the_host() {
    let runner = format!("{} run --dir .", sinter().get_program().to_string_lossy());
    for name in ["unicode-width", "strsim"] {
        let (_folder, package) = source(name);
        // Documentation tests are left out: they would be one program each.
        let on_the_host = passed(&package, &["--lib", "--tests"], &runner);
        let on_the_board = passed(&package, &["--lib", "--tests", "--target", "wasm32-wasip1"], &runner);
        assert!(on_the_host.len() > 10, "{name} has {} tests only", on_the_host.len());
        assert_eq!(on_the_board, on_the_host, "{name}");
    }
}
