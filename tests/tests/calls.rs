//! A test for each function of WASI: on the target, in directories of the host and in a memory file system, as under
//! Wasmtime.

use sinter_abi::wasi::FUNCTIONS;
use sinter_tests::{
    c,
    compare::{Run, assert_same},
    oracle, plain_stdout, sinter, status, stderr,
};
use std::{collections::BTreeMap, fs, sync::OnceLock};

const PROGRAMS: [&str; 3] = ["calls-process", "calls-descriptors", "calls-paths"];

/// What each function's test prints, of all that a program prints.
fn sections(output: &str) -> BTreeMap<String, String> {
    let sections = output.split("== ").skip(1).filter_map(|section| section.split_once('\n'));
    sections.map(|(name, lines)| (name.trim_end().to_owned(), lines.to_owned())).collect()
}

/// What the tests print under Wasmtime, for each program.
fn expected() -> &'static [BTreeMap<String, String>] {
    static EXPECTED: OnceLock<Vec<BTreeMap<String, String>>> = OnceLock::new();
    EXPECTED.get_or_init(|| {
        let run = |program: &&str| {
            let folder = tempfile::tempdir().unwrap();
            let directory = format!("{}::/files", folder.path().display());
            let (mut oracle, guest) = (oracle(), c(program));
            oracle.args(["--dir", &directory, "--env", "A=1"]).arg(&guest);
            let sections = sections(&String::from_utf8_lossy(&oracle.output().unwrap().stdout));
            assert!(!sections.is_empty(), "{program} printed nothing");
            sections
        };
        PROGRAMS.iter().map(run).collect()
    })
}

#[test]
fn every_function_has_a_test() {
    let tested: Vec<_> = expected().iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
    let missing: Vec<_> =
        FUNCTIONS.iter().map(|function| function.name).filter(|name| !tested.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
    assert_eq!(tested.len(), FUNCTIONS.len());
}

#[test]
fn functions_do_the_same_in_a_directory_of_the_host() {
    for (program, status) in PROGRAMS.iter().zip([42, 0, 0]) {
        // The files that they leave are compared, too.
        let guest = c(program);
        assert_eq!(assert_same(guest.as_ref(), &Run { env: &["A=1"], ..Run::default() }), status);
    }
}

#[test]
fn functions_do_the_same_in_a_memory_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = String::new();
    for (program, status) in PROGRAMS.iter().zip([42, 0, 0]) {
        let guest = c(program);
        fs::copy(&guest, folder.path().join(program).with_extension("wasm")).unwrap();
        manifest += &format!(
            "[app.{program}]\nmodule = '{program}.wasm'\nenv = {{ A = '1' }}\nexpect = {status}\n\
             mounts = [{{ from = 'ram:/{program}', to = '/files', mode = 'rw' }}]\n"
        );
    }
    fs::write(folder.path().join("image.toml"), manifest).unwrap();
    let assert = sinter().current_dir(&folder).args(["run", "image.toml"]).assert();
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    for (program, expected) in PROGRAMS.iter().zip(expected()) {
        let lines =
            output.lines().filter_map(|line| line.strip_prefix(program)?.trim_start().strip_prefix("│ "));
        let actual = sections(&lines.map(|line| format!("{line}\n")).collect::<String>());
        for (name, lines) in expected {
            let actual = actual.get(name).unwrap_or_else(|| panic!("{name} did not run:\n{output}"));
            assert_eq!(actual, lines, "{name}");
        }
    }
}
