//! Wasmer, whose compiler and runtime are built from its crates (polybench/wasmer): no registry has programs of it for
//! this board.

use super::{Linux, System, systems::NATIVE};
use crate::{
    Error, Workload,
    programs::{cargo, run},
};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Where the runtime looks for a compiled module in the folder that it is given, which it takes for a cache of its own
/// (`FileSystemCache` of the crate wasmer-wasix): below the names of engine and format and the format's version, by the
/// key that ours has.
const CACHED: &str = "engine-headless-engine-headless-v24/0000000000000000000000000000000000000000000000000000000000000000.bin";

impl System {
    /// Wasmer's crates and LLVM's version, as polybench/wasmer names and needs them.
    pub const WASMER: &str = "wasmer 7.4.2, wasmer-wasix 0.704.2, LLVM 22";

    /// Wasmer with modules that LLVM compiled ahead of time: a runtime without a compiler.
    ///
    /// # Errors
    /// A package cannot be fetched, Wasmer not be built, or a module not be compiled.
    pub fn wasmer(
        linux: &Linux,
        workloads: &[Workload],
        modules: &Path,
        target: &Path,
    ) -> Result<Self, Error> {
        let compiler = compiler(target)?;
        let folder = target.join("wasmer");
        fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        let mut command = Command::new(&compiler);
        command.arg(&folder).stderr(Stdio::inherit());
        let programs = workloads.iter().flat_map(Workload::programs);
        command.args(programs.map(|name| modules.join(name).with_extension("wasm")));
        let output = command.output().map_err(|error| Error::file(&compiler, error))?;
        if !output.status.success() {
            return Err(Error::Tool("Wasmer cannot compile a module".into()));
        }
        let mut system = Self::new("Wasmer", vec!["/bin/wasmer"], folder, "wasmu", workloads);
        system.folder_option = Some("--dir");
        system.code = Some(code_sizes(&String::from_utf8_lossy(&output.stdout))?);
        for (inside, _) in &mut system.files {
            *inside += "/";
            *inside += CACHED;
        }
        system.files.push(("bin/wasmer".into(), runner(linux, target)?));
        system.library(linux, workloads)?;
        Ok(system)
    }
}

/// The folder of polybench/wasmer, which is a workspace of its own.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wasmer")
}

fn compiler(target: &Path) -> Result<PathBuf, Error> {
    let package = "bench-wasmer-compiler";
    let mut build = cargo(&workspace(), package, target);
    build.arg("--release");
    run(build, "this machine")?;
    Ok(target.join("release").join(package))
}

/// As native programs are built. What is in C in its dependencies has musl's headers, of the version that Debian has; no
/// library of it is linked.
fn runner(linux: &Linux, target: &Path) -> Result<PathBuf, Error> {
    let package = "bench-wasmer-runner";
    let headers = linux.packages.debian("musl-dev")?.join("usr/include/aarch64-linux-musl");
    let mut build = cargo(&workspace(), package, target);
    build.arg("--release");
    build.env("CC_aarch64_unknown_linux_musl", "clang-19");
    build.env("AR_aarch64_unknown_linux_musl", "llvm-ar-22");
    let flags =
        format!("--target=aarch64-linux-musl -mcpu=cortex-a53 -nostdlibinc -isystem {}", headers.display());
    build.env("CFLAGS_aarch64_unknown_linux_musl", flags);
    NATIVE.finish(build)?;
    Ok(target.join(NATIVE.target).join("release").join(package))
}

/// Bytes of machine code by program, as the compiler printed them.
fn code_sizes(printed: &str) -> Result<HashMap<String, u64>, Error> {
    let size = |line: &str| {
        let (name, bytes) = line.split_once('\t')?;
        Some((name.to_owned(), bytes.parse().ok()?))
    };
    let sizes: Option<_> = printed.lines().map(size).collect();
    sizes.ok_or_else(|| Error::Tool(format!("Wasmer's compiler printed {printed:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_name() {
        let sizes = code_sizes("gemm\t4096\nstart-exit\t17\n").unwrap();
        assert_eq!(sizes, HashMap::from([("gemm".into(), 4096), ("start-exit".into(), 17)]));
        assert!(code_sizes("gemm 4096\n").is_err());
        assert!(code_sizes("gemm\tmany\n").is_err());
    }
}
