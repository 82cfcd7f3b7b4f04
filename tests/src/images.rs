//! Images of several apps, from WebAssembly's text and a manifest.

use crate::{plain, plain_stdout, tools::sinter};
use assert_cmd::assert::Assert;
use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// Fills 256 KiB with numbers, and checks their hash and a call through a table 30 times in 150 ms.
pub const NEIGHBOUR: &str = r#"(module
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory 5)
    (table 2 funcref)
    (elem (i32.const 0) $hash)
    (func $hash (result i64) (local $at i32) (local $hash i64)
        (loop $next
            (local.set $hash (i64.mul (i64.xor (local.get $hash) (i64.load offset=65536 (local.get $at))) (i64.const 1099511628211)))
            (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 262144))))
        (local.get $hash))
    (func (export "_start") (local $at i32) (local $x i64) (local $hash i64) (local $round i32)
        (loop $fill
            (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
            (i64.store offset=65536 (local.get $at) (local.get $x))
            (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 262144))))
        (local.set $hash (call $hash))
        (i32.store (i32.const 16) (i32.const 1))
        (i64.store (i32.const 24) (i64.const 5000000))
        (loop $again
            (if (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 96)) (then unreachable))
            (if (i64.ne (call_indirect (result i64) (i32.const 0)) (local.get $hash)) (then unreachable))
            (br_if $again (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 30))))))"#;

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

/// Boots the folder's image, kills the emulator when it has printed a line that is `last`, and returns all that came.
///
/// # Panics
/// If there is no such line.
pub fn run_until(folder: &TempDir, options: &[&str], mut last: impl FnMut(&str) -> bool) -> String {
    let mut command = Command::new(sinter().get_program());
    command.current_dir(folder).arg("run").args(options).arg("image.toml");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(|line| Some(plain(&line.ok()?)));
    let (mut output, mut found) = (String::new(), false);
    while !found && let Some(line) = lines.next() {
        found = last(&line);
        output += &(line + "\n");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(found, "{output}");
    lines.for_each(|line| output += &(line + "\n"));
    output
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
