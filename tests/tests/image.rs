//! Images of several apps: their verdict, and that an app which fails fails alone.

use sinter_tests::{
    c,
    images::{self, result, run, run_until},
    plain_stdout, sinter, status, stderr,
};
use std::{fs, path::Path};
use tempfile::TempDir;

/// Modules in WebAssembly's text format that end in different ways.
const MODULES: [(&str, &str); 8] = [
    // Computes for a while, then writes a line with the result: 1 + 2 + ... + 1,000,000 modulo 2^32.
    (
        "good",
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\08\00\00\00\04\00\00\00sum\n")
            (func (export "_start") (local $i i32) (local $sum i32)
                (loop $next
                    (local.set $i (i32.add (local.get $i) (i32.const 1)))
                    (local.set $sum (i32.add (local.get $sum) (local.get $i)))
                    (br_if $next (i32.lt_u (local.get $i) (i32.const 1000000))))
                (if (i32.ne (local.get $sum) (i32.const 1784293664)) (then unreachable))
                (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)) (then unreachable))))"#,
    ),
    (
        "three",
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (func (export "_start") (call $exit (i32.const 3))))"#,
    ),
    ("unreachable", r#"(module (func (export "_start") unreachable))"#),
    (
        "outside",
        r#"(module (memory 1) (func (export "_start") (drop (i64.load offset=65529 (i32.const 0)))))"#,
    ),
    ("deep", r#"(module (func $deep (export "_start") (call $deep)))"#),
    // Takes all memory that there is and writes into each page.
    (
        "greedy",
        r#"(module (memory 1) (func (export "_start") (local $at i32)
            (loop $more
                (i32.store (local.get $at) (i32.const 1))
                (local.set $at (i32.add (local.get $at) (i32.const 4096)))
                (br_if $more (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536))))
                (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))))"#,
    ),
    ("endless", r#"(module (func (export "_start") (loop $again (br $again))))"#),
    ("start", r#"(module (func $again (loop $again (br $again))) (start $again) (func (export "_start")))"#),
];

/// A folder with all modules, and a manifest of these apps: name, module and further keys.
fn folder(apps: &[(&str, &str, &str)]) -> TempDir {
    images::folder(&MODULES, apps)
}

#[test]
fn the_verdict_is_whether_every_app_ended_as_expected() {
    for (module, expect, verdict) in [
        ("good", "", 0),
        ("good", "expect = 3", 1),
        ("good", "expect = 'trap'", 1),
        ("three", "", 1),
        ("three", "expect = 3", 0),
        ("unreachable", "", 1),
        ("unreachable", "expect = 'trap'", 0),
    ] {
        let folder = folder(&[("a", module, expect), ("b", "good", "")]);
        let assert = run(&folder, &[]);
        assert_eq!(
            status(&assert),
            Some(verdict),
            "{module}, {expect}:\n{}{}",
            plain_stdout(&assert),
            stderr(&assert)
        );
    }
}

#[test]
fn an_app_that_fails_fails_alone() {
    let folder = folder(&[
        ("first", "good", ""),
        ("unreachable", "unreachable", "expect = 'trap'"),
        ("outside", "outside", "expect = 'trap'"),
        ("deep", "deep", "expect = 'trap'"),
        ("greedy", "greedy", "memory = { max = '8MiB' }"),
        ("last", "good", ""),
    ]);
    let assert = run(&folder, &["--icount"]);
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    for (app, expected) in [
        ("first", "exit status 0"),
        ("unreachable", "trap: unreachable instruction executed"),
        ("outside", "trap: out of bounds memory access"),
        ("deep", "trap: call stack exhausted"),
        ("greedy", "exit status 0"),
        ("last", "exit status 0"),
    ] {
        assert!(result(&output, app).starts_with(expected), "{app}:\n{output}");
    }
    assert_eq!(output.lines().filter(|line| line.ends_with("│ sum")).count(), 2, "{output}");
    assert!(output.contains("at address 0x10000"), "{output}");
}

#[test]
fn all_memory_taken_by_one_app_leaves_the_others_theirs() {
    let folder = folder(&[("greedy", "greedy", ""), ("good", "good", "")]);
    let assert = run(&folder, &[]);
    let output = plain_stdout(&assert);
    assert!(result(&output, "good").starts_with("exit status 0"), "{output}{}", stderr(&assert));
    // It either gets no more pages, or is ended when it touches one that is not there.
    let greedy = result(&output, "greedy");
    assert!(
        greedy.starts_with("exit status 0") || greedy.starts_with("trap: out of physical memory"),
        "{output}"
    );
}

#[test]
fn an_endless_loop_costs_the_others_time_only() {
    for endless in ["endless", "start"] {
        let folder = folder(&[("endless", endless, ""), ("good", "good", "")]);
        for options in [&[] as &[&str], &["--icount"]] {
            run_until(&folder, options, |line| line.ends_with("│ sum"));
        }
    }
}

#[test]
fn one_module_may_be_several_apps() {
    let folder = folder(&[("one", "good", ""), ("two", "good", "args = ['x']")]);
    fs::copy(folder.path().join("good.wasm"), folder.path().join("copy.wasm")).unwrap();
    let build = |name: &str| {
        let arguments = ["image", "--kernel-only", "image.toml", "-o", name];
        sinter().current_dir(&folder).args(arguments).assert().success();
        fs::read(folder.path().join(name)).unwrap()
    };
    let one_file = build("one.img");
    let manifest = fs::read_to_string(folder.path().join("image.toml")).unwrap();
    fs::write(folder.path().join("image.toml"), manifest.replacen("good.wasm", "copy.wasm", 1)).unwrap();
    assert!(build("two.img").len().abs_diff(one_file.len()) < 64, "equal modules are in the image twice");
    let assert = run(&folder, &[]).success();
    assert_eq!(plain_stdout(&assert).lines().filter(|line| line.ends_with("│ sum")).count(), 2);
}

#[test]
fn equal_inputs_give_equal_bytes() {
    let apps = [
        ("a", "good", "args = ['x']\nenv = { A = 'b', C = 'd' }"),
        ("b", "three", "expect = 3"),
        ("c", "deep", ""),
    ];
    let build = || {
        let folder = folder(&apps);
        fs::copy(c("hello"), folder.path().join("three.wasm")).unwrap();
        let arguments = ["image", "--kernel-only", "image.toml", "-o", "kernel8.img"];
        sinter().current_dir(&folder).args(arguments).assert().success();
        sinter().current_dir(&folder).args(["compile", "three.wasm", "-o", "three.o"]).assert().success();
        let read = |name: &str| fs::read(Path::new(folder.path()).join(name)).unwrap();
        [read("kernel8.img"), read("kernel8.elf"), read("three.o")]
    };
    let [first, second] = [build(), build()];
    for (name, (first, second)) in ["image", "ELF", "object"].iter().zip(first.iter().zip(&second)) {
        assert!(first == second, "the {name} differs from run to run");
    }
}

/// Modules that import from each other: a memory, a table, a global and functions, and WASI by the one whose memory it is.
const LINKED: [(&str, &str); 3] = [
    (
        "state",
        r#"(module
            (memory (export "memory") 1 2)
            (table (export "table") 1 funcref)
            (global (export "calls") (mut i32) (i32.const 0))
            (data (i32.const 0) "\08\00\00\00\06\00\00\00state\n"))"#,
    ),
    (
        "adder",
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "state" "memory" (memory 1))
            (import "state" "table" (table 1 funcref))
            (import "state" "calls" (global $calls (mut i32)))
            (elem (i32.const 0) func $add)
            (func $add (export "add") (param i32 i32) (result i32)
                (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
                (i32.add (local.get 0) (local.get 1)))
            (func (export "_initialize")
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))))"#,
    ),
    (
        "main",
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "adder" "add" (func $add (param i32 i32) (result i32)))
            (import "state" "table" (table 1 funcref))
            (import "state" "memory" (memory 1))
            (import "state" "calls" (global $calls (mut i32)))
            (type $binary (func (param i32 i32) (result i32)))
            (func (export "_start")
                (i32.store (i32.const 200)
                    (call_indirect (type $binary) (call $add (i32.const 3) (i32.const 4)) (i32.const 5) (i32.const 0)))
                (call $exit (i32.add (i32.load (i32.const 200)) (global.get $calls)))))"#,
    ),
];

fn linked(modules: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in LINKED {
        fs::write(folder.path().join(name).with_extension("wasm"), wat::parse_str(text).unwrap()).unwrap();
    }
    let manifest = format!("[app.linked]\nmodule = 'main.wasm'\nmodules = {modules}\nexpect = 14\n");
    fs::write(folder.path().join("image.toml"), manifest).unwrap();
    folder
}

#[test]
fn modules_of_an_app_import_from_each_other() {
    let assert = run(&linked("{ state = 'state.wasm', adder = 'adder.wasm' }"), &[]);
    let output = plain_stdout(&assert);
    // 3 + 4 + 5, and two calls.
    assert!(result(&output, "linked").starts_with("exit status 14"), "{output}{}", stderr(&assert));
    assert!(output.lines().any(|line| line.ends_with("│ state")), "{output}");
}

#[test]
fn modules_that_do_not_fit_each_other_are_refused() {
    for (modules, part) in [
        ("{ state = 'state.wasm' }", r#"unknown import "adder" "add" of type"#),
        ("{ adder = 'adder.wasm', state = 'state.wasm' }", r#"unknown import "state" "memory" of type"#),
        ("{ state = 'state.wasm', adder = 'state.wasm' }", r#"unknown import "adder" "add" of type"#),
        ("{ wasi_snapshot_preview1 = 'state.wasm' }", "is the kernel"),
        ("{ state = 'missing.wasm' }", "missing.wasm"),
    ] {
        let assert = run(&linked(modules), &[]);
        let error = stderr(&assert);
        assert_eq!(status(&assert), Some(1), "{error}");
        assert!(error.contains(part) && error.lines().count() == 1, "{error}");
    }
}
