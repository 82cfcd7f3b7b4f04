//! Building the programs that are measured.

use crate::{Error, Workload};
use std::{
    env,
    io::{self, IsTerminal},
    path::{self, Path, PathBuf},
    process::Command,
};

/// A way to build the workspace's programs for one target.
#[derive(Debug, Clone, Copy)]
pub struct Programs {
    /// Rust's name of the target.
    pub target: &'static str,
    /// Cargo's profile.
    pub profile: &'static str,
    /// Further flags of rustc.
    pub flags: &'static [&'static str],
    /// What the files' names end in.
    pub extension: &'static str,
}

/// For Sinter and the other WebAssembly runtimes: SIMD, and inner loops unrolled as far as the code stays below 120
/// instructions. LLVM does neither by itself for WebAssembly, and no ahead-of-time compiler unrolls later.
pub const WASM: Programs = Programs {
    target: "wasm32-wasip1",
    profile: "guest",
    flags: &["-Ctarget-feature=+simd128", "-Cllvm-args=-unroll-partial-threshold=120"],
    extension: "wasm",
};

/// As they are without a word about any of that: `cargo build --release --target wasm32-wasip1`.
pub const UNTUNED: Programs = Programs { profile: "release", flags: &[], ..WASM };

impl Programs {
    /// Builds a package of the workspace below `folder` and returns the folder with the programs.
    ///
    /// # Errors
    /// Cargo fails; it has said why.
    pub fn build(&self, package: &str, folder: &Path) -> Result<PathBuf, Error> {
        self.cargo(package, &[], folder)
    }

    /// Builds those programs of a package that workloads consist of.
    ///
    /// # Errors
    /// As of [`Self::build`].
    pub fn build_for(&self, workloads: &[Workload], package: &str, folder: &Path) -> Result<PathBuf, Error> {
        let programs = workloads.iter().flat_map(Workload::programs);
        self.cargo(package, &programs.flat_map(|name| ["--bin", name]).collect::<Vec<_>>(), folder)
    }

    fn cargo(&self, package: &str, selection: &[&str], folder: &Path) -> Result<PathBuf, Error> {
        let workspace = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let mut cargo = cargo(workspace, package, folder);
        cargo.args(["--profile", self.profile]).args(selection);
        self.finish(cargo)?;
        Ok(folder.join(self.target).join(self.profile))
    }

    /// Runs a [`cargo`] for the target, with the flags.
    pub(crate) fn finish(&self, mut cargo: Command) -> Result<(), Error> {
        self.install()?;
        cargo.args(["--target", self.target]).env(FLAGS, self.flags.join("\x1f"));
        run(cargo, self.target)
    }

    /// Installs the target's standard library with rustup if it is missing.
    fn install(&self) -> Result<(), Error> {
        let output =
            Command::new("rustc").args(["--print", "target-libdir", "--target", self.target]).output();
        let folder = output.map(|output| String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        if folder.is_ok_and(|folder| Path::new(&folder).is_dir()) {
            return Ok(());
        }
        let status = Command::new("rustup").args(["target", "add", self.target]).status();
        match status.is_ok_and(|status| status.success()) {
            true => Ok(()),
            false => Err(Error::Tool(format!("install the target first: rustup target add {}", self.target))),
        }
    }
}

/// Instead of the project's and the caller's flags, whichever those are.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The command that builds a package of a workspace below `folder`, for this machine and without flags.
pub(crate) fn cargo(workspace: &Path, package: &str, folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["build", "--locked", "--package", package]).current_dir(workspace).env(FLAGS, "");
    // It is relative to the folder in which we were started, not to the workspace's.
    cargo.arg("--target-dir").arg(path::absolute(folder).unwrap_or(folder.into()));
    if !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    cargo
}

/// Runs it. Cargo says itself what is wrong with a program.
pub(crate) fn run(mut cargo: Command, target: &str) -> Result<(), Error> {
    let status = cargo.status().map_err(|error| Error::Tool(format!("cargo: {error}")))?;
    match status.success() {
        true => Ok(()),
        false => Err(Error::Tool(format!("the programs for {target} cannot be built"))),
    }
}
