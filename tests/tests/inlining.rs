//! Bodies in the place of calls do what the calls did, and reports name the same functions.

use sinter_tests::{Guest, sinter, status, stderr, wat};

fn report(guest: &Guest, without: &str) -> (Option<i32>, String) {
    let run = sinter().args(["run", "--without", without]).arg(guest).assert();
    (status(&run), stderr(&run))
}

/// The frames of a report without their machine addresses.
fn frames(report: &str) -> Vec<String> {
    let frames = report.lines().filter(|line| line.trim_start().starts_with('#'));
    frames
        .map(|line| {
            line.split_whitespace().filter(|word| !word.starts_with("0x0")).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Numbers, names and Wasm offsets are those of the calls, whether the trap is at the bottom, beside a call, or in a
/// function that an inlined one calls, and however often that recurs.
#[test]
fn reports_name_inlined_functions() {
    let guest = wat(
        "inlined",
        r#"(module
            (memory 1)
            (func $main (export "_start") (call $outer (i32.const 9)))
            (func $outer (param i32) (call $other) (call $deep (call $middle (local.get 0))))
            (func $other (i32.store (i32.const 0) (i32.const 1)))
            (func $middle (param i32) (result i32) (i32.add (call $load (local.get 0)) (i32.const 3)))
            (func $load (param i32) (result i32) (i32.load (local.get 0)))
            (func $deep (param i32)
                (if (i32.eqz (local.get 0)) (then (drop (call $middle (i32.const 65535)))))
                (call $again (i32.sub (local.get 0) (i32.const 1))))
            (func $again (param i32) (call $deep (local.get 0)) (call $other)))"#,
    );
    let (code, with) = report(&guest, "");
    assert_eq!(code, Some(134), "{with}");
    let names = ["load", "middle", "deep", "again", "deep", "outer", "main"];
    for (frame, name) in frames(&with).iter().zip(names) {
        assert!(frame.contains(&format!(" {name} (wasm offset")), "{with}");
    }
    let (_, without) = report(&guest, "inline");
    assert_eq!(frames(&with).first(), frames(&without).first());
    assert_eq!(frames(&with).last(), frames(&without).last());
    assert_ne!(with, without, "nothing was inlined");
}

/// Each function here is small enough, and each check traps if it is wrong.
#[test]
fn bodies_do_what_calls_did() {
    let guest = wat(
        "small",
        r#"(module
            (memory 1)
            (global $count (mut i32) (i32.const 0))
            (tag $tag (param i32))
            (func $same (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
            (func $local (result i32) (local $fresh i32)
                (local.set $fresh (i32.add (local.get $fresh) (i32.const 1)))
                (local.get $fresh))
            (func $early (param i32) (result i32)
                (if (local.get 0) (then (return (i32.const 5))))
                (i32.const 6))
            (func $branch (param i32) (result i32)
                (br_if 0 (i32.const 7) (local.get 0))
                (return))
            (func $swap (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
            (func $ends (unreachable))
            (func $argument (param i32) (result i32)
                (local.set 0 (i32.mul (local.get 0) (i32.const 3)))
                (local.get 0))
            (func $counted (global.set $count (i32.add (global.get $count) (i32.const 1))))
            (func $twice (call $counted) (call $counted))
            (func $throws (param i32) (throw $tag (local.get 0)))
            (func $thrower (param i32) (call $throws (local.get 0)))
            (func $caught (param i32) (result i32)
                (block $handler (result i32)
                    (try_table (catch $tag $handler) (call $thrower (local.get 0)))
                    (i32.const -1)))
            (func $main (export "_start") (local $round i32) (local $kept i32)
                (local.set $kept (i32.const 40))
                (loop $again
                    (call $same (call $local) (i32.const 1))
                    (call $same (call $argument (local.get $kept)) (i32.const 120))
                    (call $same (call $early (local.get $round)) (i32.sub (i32.const 6) (i32.ne (local.get $round) (i32.const 0))))
                    (call $same (call $branch (local.get $round)) (i32.const 7))
                    (call $twice)
                    (call $same (call $caught (local.get $round)) (local.get $round))
                    (local.set $round (i32.add (local.get $round) (i32.const 1)))
                    (br_if $again (i32.lt_u (local.get $round) (i32.const 3))))
                (call $swap (local.get $kept) (i64.const 8))
                (call $same (i32.const 40))
                (call $same (i32.wrap_i64) (i32.const 8))
                (call $same (global.get $count) (i32.const 6))
                (block $over (br_if $over (local.get $kept)) (call $ends) (call $same (i32.const 1) (i32.const 2)))
                (block $out (try_table (catch_all $out) (call $throws (i32.const 1))) (call $ends))))"#,
    );
    for without in ["", "inline", "unused", "inline,unused"] {
        assert_eq!(report(&guest, without), (Some(0), String::new()), "without {without:?}");
    }
}

/// Functions that are not translated for themselves are validated all the same, and the first error is reported.
#[test]
fn what_is_not_compiled_is_validated() {
    let mut wasm = wat::parse_str(
        r#"(module
            (func $unused (drop (i32.const 1)))
            (func $inlined (param i32) (result i32) (i32.eqz (local.get 0)))
            (func (export "_start") (drop (call $inlined (i32.const 1)))))"#,
    )
    .unwrap();
    // i32.const 1, drop; local.get 0, i32.eqz. The last one becomes i32.add, for which there are too few operands.
    for instructions in [[0x41, 1, 0x1a], [0x20, 0, 0x45]] {
        let at = wasm.windows(3).position(|window| window == instructions).unwrap() + 2;
        let before = std::mem::replace(&mut wasm[at], 0x6a);
        let file = tempfile::Builder::new().suffix(".wasm").tempfile().unwrap();
        std::fs::write(file.path(), &wasm).unwrap();
        let run = sinter().arg("run").arg(file.path()).assert().code(1);
        assert!(stderr(&run).contains(&format!("{at:#x}")), "{}", stderr(&run));
        wasm[at] = before;
    }
}
