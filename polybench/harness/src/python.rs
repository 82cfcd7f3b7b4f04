//! CPython, built twice from Debian's source package: for WebAssembly, and natively for the board. Version, compiler and
//! options are the same, so that what differs is who made the machine code. It runs a script of ours (polybench/python/stone.py).

use crate::{
    Error, Packages,
    packages::{output, run},
};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// Debian's source package, with Debian's patches.
pub const SOURCE: &str = "python3.11";

/// Its folder in every file system, of which the script needs a part.
pub(crate) const LIBRARY: &str = "/usr/lib/python3.11";

/// The library's name in the folder of the module.
pub(crate) const BESIDE: &str = "library";

/// How both are built, besides what a release build of CPython sets (`-O3`).
pub const OPTIONS: [&str; 8] = [
    "--prefix=/usr",
    // WASI's port would leave it out.
    "--with-pymalloc",
    "--disable-ipv6",
    "--disable-test-modules",
    "MODULE_BUILDTYPE=static",
    // What configure would have to run a program of the target for.
    "ac_cv_buggy_getaddrinfo=no",
    "ac_cv_file__dev_ptmx=no",
    "ac_cv_file__dev_ptc=no",
];

/// A machine for which it is built.
struct Port {
    host: &'static str,
    compiler: &'static str,
    program: &'static str,
    /// What configure is told, besides [`OPTIONS`].
    options: &'static [&'static str],
    /// What WASI lacks, relative to the sources.
    site: Option<&'static str>,
}

const WASM: Port = Port {
    host: "wasm32-unknown-wasi",
    compiler: "clang-19 --target=wasm32-wasi",
    program: "python.wasm",
    options: &[
        "--with-suffix=.wasm",
        // Debian's wasi-libc has clocks by pointers, which newer compilers refuse to take for numbers.
        "CFLAGS=-D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS -Wno-int-conversion",
        "LIBS=-lwasi-emulated-signal -lwasi-emulated-getpid -lwasi-emulated-process-clocks",
        "LDSHARED=false",
    ],
    site: Some("Tools/wasm/config.site-wasm32-wasi"),
};

const NATIVE: Port = Port {
    host: "aarch64-linux-gnu",
    compiler: "clang-19 --target=aarch64-linux-gnu -mcpu=cortex-a53",
    program: "python",
    options: &["LDFLAGS=-fuse-ld=lld", "READELF=llvm-readelf-19"],
    site: None,
};

/// The script as an argument that is one line.
pub(crate) fn script() -> String {
    let text = include_str!("../../python/stone.py");
    // A text in JSON is one in Python, too.
    format!("exec({})", serde_json::to_string(text).expect("a text is JSON"))
}

/// The folder with `python.wasm`, built if it is not there, and beside it the folder `library`.
///
/// # Errors
/// The sources cannot be fetched, or not be built.
pub fn modules(packages: &Packages) -> Result<PathBuf, Error> {
    let folder = build(packages, &WASM)?;
    let link = folder.join(BESIDE);
    if !link.exists() {
        symlink(library(packages)?, &link).map_err(|error| Error::file(&link, error))?;
    }
    Ok(folder)
}

/// The folder with `python` for the board's Linux, built if it is not there.
///
/// # Errors
/// The sources cannot be fetched, or not be built.
pub(crate) fn native(packages: &Packages) -> Result<PathBuf, Error> {
    build(packages, &NATIVE)
}

/// The host's folder with the library, which is the same for both.
///
/// # Errors
/// It cannot be fetched.
pub(crate) fn library(packages: &Packages) -> Result<PathBuf, Error> {
    Ok(packages.debian("libpython3.11-minimal")?.join(LIBRARY.trim_start_matches('/')))
}

fn build(packages: &Packages, port: &Port) -> Result<PathBuf, Error> {
    let sources = packages.source(SOURCE)?;
    packages.once(&format!("{SOURCE}-{}", port.host), |folder| {
        let objects = folder.join("build");
        fs::create_dir_all(&objects).map_err(|error| Error::file(&objects, error))?;
        configure(&sources, &objects, port)?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut make = Command::new("make");
        run(make.current_dir(&objects).args(["-s", &format!("-j{threads}"), port.program]))?;
        let kept = fs::copy(objects.join(port.program), folder.join(port.program));
        kept.and_then(|_| fs::remove_dir_all(&objects)).map_err(|error| Error::file(&objects, error))
    })
}

fn configure(sources: &Path, objects: &Path, port: &Port) -> Result<(), Error> {
    let machine = output(&mut Command::new(sources.join("config.guess")))?;
    let mut configure = Command::new(sources.join("configure"));
    configure.current_dir(objects).args(OPTIONS).args(port.options);
    configure.arg(format!("--build={}", String::from_utf8_lossy(&machine).trim()));
    configure.args(["--quiet", "--with-build-python=python3.11", "--host", port.host]);
    configure.env("CC", port.compiler).env("CPP", format!("{} -E", port.compiler));
    configure.env("AR", "llvm-ar-19").env("RANLIB", "llvm-ranlib-19");
    // No library of this machine.
    configure.env("PKG_CONFIG_LIBDIR", objects);
    if let Some(site) = port.site {
        configure.env("CONFIG_SITE", sources.join(site));
    }
    run(&mut configure)?;
    if port.site.is_some() {
        return Ok(());
    }
    // The library's modules in C become a part of the program, as they always do for WASI.
    let local = objects.join("Modules/Setup.local");
    let copied = fs::copy(objects.join("Modules/Setup.stdlib"), &local);
    copied.map(drop).map_err(|error| Error::file(&local, error))
}
