//! The same program under `sinter run` and under Wasmtime.

use crate::tools::{oracle, sinter};
use assert_cmd::Command;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// One run of a program, to be done twice.
#[derive(Debug, Clone, Default)]
pub struct Run<'a> {
    /// Files that it finds in the directory that it knows as `/files`.
    pub files: &'a [(&'a str, &'a [u8])],
    /// Further directories and their names for it; what it writes there is not compared.
    pub folders: &'a [(&'a Path, &'a str)],
    /// Its arguments.
    pub args: &'a [&'a str],
    /// Its standard input.
    pub stdin: &'a [u8],
    /// Its environment, each as `NAME=VALUE`.
    pub env: &'a [&'a str],
    /// Whether standard error may differ, because a report of the engine is there.
    pub any_stderr: bool,
}

/// What it did.
#[derive(PartialEq, Eq)]
struct Deeds {
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Runs the program in the file `wasm` on both and expects the same standard output and error, status
/// and files.
/// Returns the status.
///
/// # Panics
/// If anything differs.
pub fn assert_same(wasm: &Path, run: &Run) -> i32 {
    let [expected, actual] = [oracle(), sinter()].map(|command| {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in run.files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        deeds(command, wasm, run, &folder)
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let what = format!("{} {:?}", wasm.display(), run.args);
    if !run.any_stderr {
        assert_eq!(text(&actual.stderr), text(&expected.stderr), "{what}: standard error");
    }
    let errors = || format!("{}\n{}", text(&actual.stderr), text(&expected.stderr));
    assert_eq!(actual.status, expected.status, "{what}: status, {}", errors());
    assert_eq!(text(&actual.stdout), text(&expected.stdout), "{what}: standard output");
    assert!(actual.stdout == expected.stdout, "{what}: standard output differs in bytes that are no text");
    let names = |deeds: &Deeds| deeds.files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&actual), names(&expected), "{what}: files");
    for (name, content) in &expected.files {
        assert!(actual.files[name] == *content, "{what}: {} differs", name.display());
    }
    actual.status.unwrap()
}

fn deeds(mut command: Command, wasm: &Path, run: &Run, folder: &TempDir) -> Deeds {
    if command.get_program().to_string_lossy().ends_with("sinter") {
        command.arg("run");
    }
    command.arg("--dir").arg(format!("{}::/files", folder.path().display()));
    for (host, guest) in run.folders {
        command.arg("--dir").arg(format!("{}::{guest}", host.display()));
    }
    for variable in run.env {
        command.args(["--env", variable]);
    }
    let output = command.arg(wasm).args(run.args).write_stdin(run.stdin).output().unwrap();
    let mut files = BTreeMap::new();
    collect(folder.path(), folder.path(), &mut files);
    Deeds { status: output.status.code(), stdout: output.stdout, stderr: output.stderr, files }
}

/// The files below `folder` by their paths from `root`; a folder is there as an empty file, a link with its text.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = path.strip_prefix(root).unwrap().to_owned();
        let content = if kind.is_dir() {
            collect(root, &path, files);
            Vec::new()
        } else if kind.is_symlink() {
            fs::read_link(path).unwrap().into_os_string().into_encoded_bytes()
        } else {
            fs::read(path).unwrap()
        };
        files.insert(name, content);
    }
}
