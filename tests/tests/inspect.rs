//! `sinter inspect` as it is typed, and what `--features` accepts.

use assert_cmd::Command;
use sinter_tests::{plain_stdout, sinter, status, stderr, wat};

/// Uses SIMD, tail calls and bulk memory, and nothing else.
const MODULE: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (memory (export "memory") 1 3)
    (func $double (param v128) (result v128) (return_call $sum (local.get 0) (local.get 0)))
    (func $sum (param v128 v128) (result v128) (i32x4.add (local.get 0) (local.get 1)))
    (func (export "_start")
        (memory.fill (i32.const 0) (i32.const 7) (i32.const 64))
        (v128.store (i32.const 0) (call $double (v128.load (i32.const 16))))))"#;

#[test]
fn the_features_of_a_module_are_listed() {
    let module = wat("inspected", MODULE);
    let assert = sinter().arg("inspect").arg(&module).assert().success();
    let text = plain_stdout(&assert);
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
    assert_eq!(line("features "), Some("bulk-memory, simd, tail-call"), "{text}");
    assert_eq!(line("memory 0 "), Some("64 to 192 KiB"), "{text}");
    assert_eq!(line("capabilities "), Some("process"), "{text}");
    assert!(text.contains("\n  wasi_snapshot_preview1 proc_exit : func (i32)"), "{text}");
    assert!(text.contains("\n  _start : func ()"), "{text}");
}

#[test]
fn features_narrow_what_is_accepted() {
    let module = wat("narrowed", MODULE);
    let command = |name: &str, features: &str| {
        let mut command: Command = sinter();
        command.args([name, "--features", features]).arg(&module);
        command.assert()
    };
    for name in ["inspect", "run"] {
        for enough in ["bulk-memory,simd,tail-call", "simd,threads,tail-call,bulk-memory"] {
            command(name, enough).success();
        }
        for (features, missing) in [
            ("simd,tail-call", "bulk-memory"),
            ("bulk-memory,tail-call", "simd"),
            ("simd,bulk-memory", "tail-call"),
        ] {
            let assert = command(name, features);
            let error = stderr(&assert);
            assert_eq!(status(&assert), Some(1), "{error}");
            assert!(
                error.contains(&format!("{missing} is used but switched off")) && error.lines().count() == 1,
                "{error}"
            );
        }
    }
}
