//! Builds the kernel for the board, so that the `sinter` command carries it, and notes where the linker is.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, exit},
};

/// What the kernel is made of, relative to the workspace.
const SOURCES: [&str; 6] =
    ["kernel", "wasi-kernel", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml"];

/// Settings for the host's compilation that must not reach the kernel's: they would replace .cargo/config.toml's
/// flags, or check instead of compile.
const HOST_SETTINGS: [&str; 7] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "RUSTFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "CLIPPY_ARGS",
    "CARGO_TARGET_DIR",
];

fn main() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", workspace.join(source).display());
    }
    println!("cargo::rerun-if-changed=build.rs");

    // OUT_DIR is TARGET/PROFILE/build/PACKAGE/out. One folder for all profiles, so that the kernel is built once.
    let out = PathBuf::from(variable("OUT_DIR"));
    let target = out.ancestors().nth(4).expect("cargo's layout").join("kernel");
    let mut cargo = Command::new(variable("CARGO"));
    HOST_SETTINGS.iter().for_each(|name| _ = cargo.env_remove(name));
    cargo.args([
        "build",
        "--package",
        "sinter-kernel",
        "--profile",
        "kernel",
        "--target",
        "aarch64-unknown-none",
    ]);
    cargo.arg("--target-dir").arg(&target).current_dir(&workspace);
    let status = cargo.status().expect("cargo starts");
    if !status.success() {
        eprintln!("the kernel does not build: {status}");
        exit(1);
    }
    let library = target.join("aarch64-unknown-none/kernel/libsinter_kernel.a");
    println!("cargo::rustc-env=SINTER_KERNEL={}", library.display());

    let rustc = Command::new(variable("RUSTC")).args(["--print", "sysroot"]).output().expect("rustc starts");
    let sysroot = String::from_utf8(rustc.stdout).expect("a path in UTF-8");
    println!("cargo::rustc-env=SINTER_SYSROOT={}", sysroot.trim_end());
    println!("cargo::rustc-env=SINTER_HOST={}", variable("HOST"));
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}
