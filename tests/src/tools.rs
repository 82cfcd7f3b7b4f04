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
const PATIENCE: Duration = Duration::from_secs(300);

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
    command("aot-compiler", "sinter")
}

/// The command that runs a program under Wasmtime, with the options of `sinter run`.
pub fn oracle() -> Command {
    command("oracle", "oracle")
}

fn command(package: &str, name: &str) -> Command {
    build(package, None);
    let mut command = Command::new(target_folder().join("release").join(name));
    command.timeout(PATIENCE);
    command
}

/// Builds a package, once in the life of this process, for the host or `target`.
///
/// # Panics
/// If it does not build.
pub(crate) fn build(package: &str, target: Option<&str>) {
    static BUILT: Mutex<Option<HashMap<String, bool>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default().entry(package.to_owned()).or_insert_with(|| {
        let mut cargo = process::Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--release", "--package", package]).current_dir(workspace());
        cargo.arg("--target-dir").arg(target_folder());
        if let Some(target) = target {
            cargo.args(["--target", target]);
        }
        cargo.status().is_ok_and(|status| status.success())
    });
    assert!(*built, "{package} does not build");
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
