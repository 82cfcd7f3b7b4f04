//! Programs to run, from WebAssembly's text, from Rust and from C.

use crate::tools::{build, target_folder, workspace};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A Wasm file.
#[derive(Debug)]
pub struct Guest {
    path: PathBuf,
    /// Where it lies, if it goes with this.
    _folder: Option<TempDir>,
}

impl AsRef<Path> for Guest {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<std::ffi::OsStr> for Guest {
    fn as_ref(&self) -> &std::ffi::OsStr {
        self.path.as_ref()
    }
}

/// The module in WebAssembly's text format, as the file `NAME.wasm`.
///
/// # Panics
/// If the text is wrong.
pub fn wat(name: &str, text: &str) -> Guest {
    new(name, |path| fs::write(path, wat::parse_str(text).unwrap()).unwrap())
}

/// The program `src/bin/NAME.rs` of the package tests/guests.
pub fn rust(name: &str) -> Guest {
    build(&["--package", "sinter-guests", "--target", "wasm32-wasip1"]);
    Guest {
        path: target_folder().join("wasm32-wasip1/release").join(name).with_extension("wasm"),
        _folder: None,
    }
}

/// The program `c/NAME.c` of tests/guests.
///
/// # Panics
/// If it does not compile, or clang is missing.
pub fn c(name: &str) -> Guest {
    let source = workspace().join("tests/guests/c").join(name).with_extension("c");
    new(name, |path| {
        let mut clang = Command::new("clang-19");
        clang
            .args([
                "--target=wasm32-wasi",
                "-std=gnu17",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-Wl,--stack-first",
                "-o",
            ])
            .arg(path)
            .arg(source);
        assert!(clang.status().expect("clang-19 starts").success());
    })
}

fn new(name: &str, write: impl FnOnce(&Path)) -> Guest {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name).with_extension("wasm");
    write(&path);
    Guest { path, _folder: Some(folder) }
}
