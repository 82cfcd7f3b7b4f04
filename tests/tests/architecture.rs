//! Who may depend on whom (arrows point down only), and where unsafe code may be.

use sinter_tests::workspace;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// Each package with those of this workspace that it may depend on.
const ARROWS: [(&str, &[&str]); 16] = [
    ("sinter-abi", &[]),
    // Its tests use the cards.
    ("wasi-kernel", &["sinter-abi", "sinter-cards"]),
    ("sinter-kernel", &["sinter-abi", "wasi-kernel"]),
    ("aot-compiler", &["sinter-abi", "sinter-boot", "sinter-qemu", "wasi-kernel"]),
    ("sinter-boot", &["wasi-kernel"]),
    ("sinter-qemu", &[]),
    ("bench-apps", &["polybench"]),
    ("sinter-bench", &["sinter-abi", "aot-compiler", "sinter-qemu"]),
    ("linux-init", &[]),
    ("polybench", &[]),
    ("oracle", &["sinter-abi", "aot-compiler", "sinter-spec", "wasi-kernel"]),
    ("sinter-guests", &[]),
    ("sinter-cards", &["wasi-kernel"]),
    ("sinter-powercut", &["sinter-cards", "wasi-kernel"]),
    ("sinter-spec", &["sinter-abi", "aot-compiler", "sinter-qemu"]),
    (
        "sinter-tests",
        &["sinter-abi", "aot-compiler", "sinter-bench", "sinter-boot", "sinter-qemu", "wasi-kernel"],
    ),
];

#[test]
fn arrows_point_down() {
    let arrows = BTreeMap::from(ARROWS);
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let allowed = arrows.get(name);
        let allowed =
            allowed.unwrap_or_else(|| panic!("{name} is new: say in this test what it may depend on"));
        // Only a dependency within the workspace has a path.
        for dependency in
            package["dependencies"].as_array().unwrap().iter().filter(|other| other["path"].is_string())
        {
            let other = dependency["name"].as_str().unwrap();
            assert!(allowed.contains(&other), "{name} must not depend on {other}");
        }
    }
    assert_eq!(packages.len(), ARROWS.len());
}

#[test]
fn the_abi_depends_on_nothing() {
    let manifest = fs::read_to_string(workspace().join("kernel/abi/Cargo.toml")).unwrap();
    assert!(!manifest.contains("dependencies]"), "kernel/abi has no dependencies");
}

#[test]
fn unsafe_code_is_in_the_kernel_only() {
    let mut files = 0;
    let mut check = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let found = text.lines().position(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "unsafe")
        });
        let allowed = path.starts_with(workspace().join("kernel/src"));
        assert!(allowed || found.is_none(), "{}:{} is unsafe", path.display(), found.unwrap_or_default() + 1);
        files += 1;
    };
    for folder in ["kernel", "wasi-kernel", "aot-compiler", "boot", "qemu", "polybench", "tests", "apps"] {
        for_each_source(&workspace().join(folder), &mut check);
    }
    assert!(files > 50, "only {files} files were seen");
}

fn for_each_source(folder: &Path, check: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        // A folder of its own with cargo's output is not ours.
        if path.is_dir() && !path.join("CACHEDIR.TAG").exists() {
            for_each_source(&path, check);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with(file!()) {
            check(&path);
        }
    }
}
