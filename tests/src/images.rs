//! Images of several apps, from WebAssembly's text and a manifest.

use crate::{plain_stdout, tools::sinter};
use assert_cmd::assert::Assert;
use std::fs;
use tempfile::TempDir;

/// A folder with the modules, each by name and text, as `NAME.wasm`, and as `image.toml` a manifest of these apps: name,
/// module and further keys.
///
/// # Panics
/// If a text is wrong.
pub fn folder(modules: &[(&str, &str)], apps: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in modules {
        fs::write(folder.path().join(name).with_extension("wasm"), wat::parse_str(text).unwrap()).unwrap();
    }
    let apps =
        apps.iter().map(|(name, module, keys)| format!("[app.{name}]\nmodule = '{module}.wasm'\n{keys}\n"));
    fs::write(folder.path().join("image.toml"), apps.collect::<String>()).unwrap();
    folder
}

/// Boots the folder's image.
pub fn run(folder: &TempDir, options: &[&str]) -> Assert {
    sinter().current_dir(folder).arg("run").args(options).arg("image.toml").assert()
}

/// Boots the folder's image, which is to end with status 0, and returns what it printed.
///
/// # Panics
/// If it ends otherwise.
pub fn succeed(folder: &TempDir, options: &[&str]) -> String {
    let assert = run(folder, options);
    let output = plain_stdout(&assert);
    assert_eq!(crate::status(&assert), Some(0), "{output}{}", crate::stderr(&assert));
    output
}

/// The line of the closing table for the app `name`, without its name.
///
/// # Panics
/// If there is none.
pub fn result<'a>(output: &'a str, name: &str) -> &'a str {
    let table = output.rsplit_once("peak memory").expect("a closing table").1;
    let mut lines =
        table.lines().map(str::trim).filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    lines.next().unwrap_or_else(|| panic!("{name} is not in the closing table:\n{output}")).trim_start()
}
