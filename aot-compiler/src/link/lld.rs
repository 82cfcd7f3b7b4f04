//! Finding LLVM's linker and running it.

use super::LinkError;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The Rust toolchain's own copy of the linker, relative to its root.
const IN_SYSROOT: &str = concat!("lib/rustlib/", env!("SINTER_HOST"), "/bin/rust-lld");

/// Runs the linker with `arguments` in `folder`.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> Result<(), LinkError> {
    let output = linker().ok_or(LinkError::NoLinker)?.args(arguments).current_dir(folder).output()?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let first = message.lines().find(|line| line.contains("error:")).or(message.lines().next());
    Err(LinkError::Linker(first.unwrap_or("it gave no reason").into()))
}

/// The linker of the toolchain that built this program, else of the current one, else the system's.
fn linker() -> Option<Command> {
    let in_toolchain = |root: &Path| Some(root.join(IN_SYSROOT)).filter(|path| path.is_file());
    let path = in_toolchain(Path::new(env!("SINTER_SYSROOT"))).or_else(|| in_toolchain(&current_sysroot()?));
    if let Some(path) = path {
        let mut command = Command::new(path);
        command.args(["-flavor", "gnu"]);
        return Some(command);
    }
    let on_path =
        |name| env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|p| p.is_file());
    on_path("ld.lld").map(Command::new)
}

fn current_sysroot() -> Option<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end()))
}
