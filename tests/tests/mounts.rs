//! Mounts of devices, and of files that lie in the image.

use sinter_tests::{plain_stdout, rust, sinter, status, stderr};
use std::{fs, os::unix::fs::symlink, path::Path};

fn manifest(folder: &Path, mounts: &str) {
    fs::copy(rust("mounts"), folder.join("mounts.wasm")).unwrap();
    let text = format!("[app.a]\nmodule = 'mounts.wasm'\nmounts = [{mounts}]\n");
    fs::write(folder.join("image.toml"), text).unwrap();
}

#[test]
fn devices_and_files_of_the_image_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let assets = folder.path().join("assets");
    fs::create_dir_all(assets.join("sub")).unwrap();
    fs::write(assets.join("greeting"), "Hello").unwrap();
    let large: Vec<u8> =
        (0..5_000_000_u32).map(|number| (number.wrapping_mul(2_654_435_769) >> 24) as u8).collect();
    fs::write(assets.join("sub/large"), &large).unwrap();
    symlink("sub/../greeting", assets.join("link")).unwrap();
    manifest(
        folder.path(),
        "{ from = 'files:assets', to = '/assets' }, { from = 'dev:', to = '/dev', mode = 'rw' }",
    );
    let assert = sinter().current_dir(&folder).args(["run", "image.toml"]).assert();
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    let sum = |bytes: &[u8]| {
        bytes.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()))
    };
    for line in [
        "by way of the console",
        r#"["greeting", "link", "sub"]"#,
        &format!("greeting: 5 bytes, {:08x}", sum(b"Hello")),
        &format!("sub/large: 5000000 bytes, {:08x}", sum(&large)),
        &format!("link: 5 bytes, {:08x}", sum(b"Hello")),
    ] {
        let found = output.lines().any(|found| found.split_once("│ ").is_some_and(|(_, text)| text == line));
        assert!(found, "{line}:\n{output}");
    }
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    manifest(folder.path(), "{ from = 'files:assets', to = '/assets' }");
    let assert = sinter().current_dir(&folder).args(["run", "image.toml"]).assert().code(1);
    assert_eq!(stderr(&assert), "sinter: assets: No such file or directory (os error 2)\n");
}
