//! The programs of this workspace, built when they are first needed.

use assert_cmd::Command;
use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Longest time that a command may take. What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(1200);

/// The workspace's root.
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where cargo builds: this program lies in TARGET/PROFILE/deps.
///
/// # Panics
/// If it does not.
pub fn target_folder() -> PathBuf {
    let program = env::current_exe().expect("the path of this program");
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.expect("this program was built by cargo").to_owned()
}

/// The `sinter` command.
pub fn sinter() -> Command {
    // As one of the workspace's default members, and so with the features that everything else is built with.
    command(&["--bin", "sinter"], "sinter")
}

/// The command that runs a program under Wasmtime, with the options of `sinter run`.
pub fn oracle() -> Command {
    command(&["--package", "oracle"], "oracle")
}

fn command(selection: &'static [&str], name: &str) -> Command {
    build(selection);
    let mut command = Command::new(target_folder().join("release").join(name));
    command.timeout(PATIENCE);
    command
}

/// Builds what cargo's arguments in `selection` select, once in the life of this process.
///
/// # Panics
/// If it does not build.
pub(crate) fn build(selection: &'static [&str]) {
    static BUILT: Mutex<Option<HashMap<&[&str], bool>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default().entry(selection).or_insert_with(|| {
        let mut cargo = process::Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--release"]).args(selection).current_dir(workspace());
        cargo.arg("--target-dir").arg(target_folder());
        cargo.status().is_ok_and(|status| status.success())
    });
    assert!(*built, "cargo build {} fails", selection.join(" "));
}

/// A tool of the Rust toolchain's component `llvm-tools`.
///
/// # Panics
/// If there is no Rust toolchain.
pub fn llvm_tool(name: &str) -> Command {
    let rustc = Command::new("rustc").args(["--print", "target-libdir"]).current_dir(workspace()).unwrap();
    let libraries = PathBuf::from(String::from_utf8_lossy(&rustc.stdout).trim_end());
    Command::new(libraries.join("../bin").join(name))
}
