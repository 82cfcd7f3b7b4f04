//! Exceptions of WebAssembly on the target: each program checks its own results and traps if one is wrong.

use assert_cmd::assert::Assert;
use sinter_tests::{
    images::{folder, result, succeed},
    sinter, status, stderr, wat,
};

/// What programs share: a function that throws by number, and one that traps unless two numbers are equal.
const PRELUDE: &str = r#"
    (memory 1)
    (tag $values (param i32 i64 f32 f64 v128 funcref))
    (tag $none)
    (tag $number (param i32))
    (type $unary (func (param i32) (result i32)))
    (elem declare func $throw)
    (func $same (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
    (func $throw (param $which i32) (result i32)
        (if (i32.eq (local.get $which) (i32.const 1))
            (then (throw $values (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4)
                (v128.const i64x2 5 6) (ref.func $throw))))
        (if (i32.eq (local.get $which) (i32.const 2)) (then (throw $none)))
        (if (i32.eq (local.get $which) (i32.const 3)) (then (throw $number (i32.const 7))))
        (local.get $which))
"#;

/// Runs a program of [`PRELUDE`] and `parts`.
fn run(parts: &str) -> Assert {
    let guest = wat("exceptions", &format!("(module {PRELUDE} {parts})"));
    sinter().arg("run").arg(&guest).assert()
}

fn expect_success(parts: &str) {
    let assert = run(parts);
    assert_eq!((status(&assert), stderr(&assert).as_str()), (Some(0), ""));
}

#[test]
fn values_of_every_type_arrive() {
    expect_success(
        r#"(func (export "_start") (local $function funcref) (local $vector v128)
            (block $handler (result i32 i64 f32 f64 v128 funcref)
                (drop (try_table (result i32) (catch $values $handler) (call $throw (i32.const 1))))
                (return))
            (local.set $function)
            (local.set $vector)
            (call $same (i32.trunc_f64_s) (i32.const 4))
            (call $same (i32.trunc_f32_s) (i32.const 3))
            (call $same (i32.wrap_i64) (i32.const 2))
            (call $same (i32.const 1))
            (call $same (i32.wrap_i64 (i64x2.extract_lane 0 (local.get $vector))) (i32.const 5))
            (call $same (i32.wrap_i64 (i64x2.extract_lane 1 (local.get $vector))) (i32.const 6))
            (call $same (ref.is_null (local.get $function)) (i32.const 0)))"#,
    );
}

#[test]
fn the_first_clause_that_fits_catches() {
    expect_success(
        r#"(func $which (param $thrown i32) (result i32)
            (block $all
                (block $none
                    (block $number (result i32)
                        (return (try_table (result i32) (catch $number $number) (catch $none $none) (catch_all $all)
                            (catch $none $all)
                            (call $throw (local.get $thrown)))))
                    (return (i32.add (i32.const 100))))
                (return (i32.const 200)))
            (i32.const 300))
        (func (export "_start")
            (call $same (call $which (i32.const 0)) (i32.const 0))
            (call $same (call $which (i32.const 1)) (i32.const 300))
            (call $same (call $which (i32.const 2)) (i32.const 200))
            (call $same (call $which (i32.const 3)) (i32.const 107)))"#,
    );
}

#[test]
fn exceptions_that_no_clause_names_go_on_outwards() {
    expect_success(
        r#"(func $middle (param $which i32) (result i32)
            (block $none
                (return (try_table (result i32) (catch $none $none)
                    (try_table (result i32) (catch $none $none) (call $throw (local.get $which))))))
            (i32.const 50))
        (func $outer (param $which i32) (result i32)
            (block $number (result i32)
                (return (try_table (result i32) (catch $number $number)
                    (try_table (result i32) (call $middle (local.get $which))))))
            (i32.add (i32.const 1)))
        (func $local (result i32)
            (block $number (result i32)
                (try_table (catch $number $number)
                    (block $none
                        (try_table (catch $none $none) (throw $number (i32.const 30)))))
                (i32.const 0)))
        (func (export "_start")
            (call $same (call $outer (i32.const 9)) (i32.const 9))
            (call $same (call $outer (i32.const 2)) (i32.const 50))
            (call $same (call $outer (i32.const 3)) (i32.const 8))
            (call $same (call $local) (i32.const 30)))"#,
    );
}

#[test]
fn every_kind_of_call_can_throw() {
    expect_success(
        r#"(table 1 funcref)
        (elem (i32.const 0) $throw)
        (func $direct (param i32) (result i32)
            (block $number (result i32)
                (return (try_table (result i32) (catch $number $number) (call $throw (local.get 0))))))
        (func $indirect (param i32) (result i32)
            (block $number (result i32)
                (return (try_table (result i32) (catch $number $number)
                    (call_indirect (type $unary) (local.get 0) (i32.const 0))))))
        (func $reference (param i32) (result i32)
            (block $number (result i32)
                (return (try_table (result i32) (catch $number $number)
                    (call_ref $unary (local.get 0) (ref.func $throw))))))
        (func $tail (param i32) (result i32) (return_call $throw (local.get 0)))
        ;; A tail call leaves the try_table with the function.
        (func $leaving (param i32) (result i32)
            (block $number (result i32)
                (try_table (catch $number $number) (return_call $throw (local.get 0)))
                unreachable)
            (drop)
            (i32.const 0))
        (func $tails (param i32) (result i32)
            (block $number (result i32)
                (return (try_table (result i32) (catch $number $number)
                    (i32.add (call $tail (local.get 0)) (call $leaving (local.get 0)))))))
        (func (export "_start")
            (call $same (call $direct (i32.const 3)) (i32.const 7))
            (call $same (call $direct (i32.const 4)) (i32.const 4))
            (call $same (call $indirect (i32.const 3)) (i32.const 7))
            (call $same (call $indirect (i32.const 5)) (i32.const 5))
            (call $same (call $reference (i32.const 3)) (i32.const 7))
            (call $same (call $reference (i32.const 6)) (i32.const 6))
            (call $same (call $tails (i32.const 3)) (i32.const 7))
            (call $same (call $tails (i32.const 5)) (i32.const 10)))"#,
    );
}

/// Callers keep values in registers that calls preserve, and those of a function that is left by an exception must not
/// come back wrong: more values than there are registers live across the call, in three frames.
#[test]
fn locals_survive_an_exception() {
    let locals = 24;
    let each = |text: &dyn Fn(usize) -> String| (0..locals).map(text).collect::<String>();
    let params = "i32 ".repeat(locals) + &"f64 ".repeat(locals);
    let arguments = each(&|n| format!("(i32.const {n})")) + &each(&|n| format!("(f64.const {n})"));
    let sum = each(&|n| {
        let double = locals + n;
        format!(
            "(local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 3))
                (i32.add (local.get {n}) (i32.trunc_f64_s (local.get {double})))))"
        )
    });
    let expected = (0..locals as i32).fold(0i32, |sum, n| sum.wrapping_mul(3).wrapping_add(2 * n));
    expect_success(&format!(
        r#"(func $inner (param {params}) (result i32) (local $sum i32)
            (drop (call $throw (i32.const 0)))
            {sum}
            (if (local.get $sum) (then (throw $number (local.get $sum))))
            (local.get $sum))
        (func $outer (param {params}) (result i32) (local $sum i32)
            (block $number (result i32)
                (drop (try_table (result i32) (catch $number $number) (call $inner {arguments})))
                unreachable)
            (call $same (i32.const {expected}))
            {sum}
            (local.get $sum))
        (func (export "_start")
            (call $same (call $outer {arguments}) (i32.const {expected})))"#
    ));
}

#[test]
fn many_results_pass_a_try_table() {
    let types = "i64 ".repeat(12) + &"f64 ".repeat(12);
    let results: String = (0..12)
        .map(|n| format!("(i64.const {n})"))
        .chain((0..12).map(|n| format!("(f64.const {n})")))
        .collect();
    let checks: String = (0..12)
        .rev()
        .map(|n| format!("(call $same (i32.trunc_f64_s) (i32.const {n}))"))
        .chain((0..12).rev().map(|n| format!("(call $same (i32.wrap_i64) (i32.const {n}))")))
        .collect();
    expect_success(&format!(
        r#"(func $many (result {types}) (drop (call $throw (i32.const 0))) {results})
        (func (export "_start")
            (block $none
                (try_table (result {types}) (catch_all $none) (call $many))
                {checks}
                (return))
            unreachable)"#
    ));
}

#[test]
fn references_to_exceptions_are_kept_and_thrown_again() {
    expect_success(
        r#"(table $kept 3 exnref)
        (global $last (mut exnref) (ref.null exn))
        (func $catch (param $which i32) (result exnref)
            (block $handler (result exnref)
                (drop (try_table (result i32) (catch_all_ref $handler) (call $throw (local.get $which))))
                unreachable))
        (func $number (param $exception exnref) (result i32)
            (block $handler (result i32 exnref)
                (try_table (catch_ref $number $handler) (throw_ref (local.get $exception)))
                unreachable)
            (global.set $last))
        (func (export "_start") (local $exception exnref)
            (call $same (ref.is_null (table.get $kept (i32.const 1))) (i32.const 1))
            (local.set $exception (call $catch (i32.const 3)))
            (table.set $kept (i32.const 1) (local.get $exception))
            (call $same (call $number (local.get $exception)) (i32.const 7))
            (call $same (call $number (table.get $kept (i32.const 1))) (i32.const 7))
            (call $same (call $number (global.get $last)) (i32.const 7))
            (call $same (ref.is_null (global.get $last)) (i32.const 0)))"#,
    );
}

/// Exceptions that only a local, a table, a global or another exception refers to survive a search for garbage, and
/// what nothing refers to does not use the memory up: 100,000 are thrown.
#[test]
fn what_is_referred_to_outlives_the_rest() {
    expect_success(
        r#"(table $kept 1 exnref)
        (global $last (mut exnref) (ref.null exn))
        (tag $nested (param exnref))
        (func $new (param $number i32) (result exnref)
            (block $handler (result exnref)
                (try_table (catch_all_ref $handler) (throw $number (local.get $number)))
                unreachable))
        (func $wrap (param $inner exnref) (result exnref)
            (block $handler (result exnref)
                (try_table (catch_all_ref $handler) (throw $nested (local.get $inner)))
                unreachable))
        (func $unwrap (param $outer exnref) (result exnref)
            (block $handler (result exnref)
                (try_table (catch $nested $handler) (throw_ref (local.get $outer)))
                unreachable))
        (func $number (param $exception exnref) (result i32)
            (block $handler (result i32)
                (try_table (catch $number $handler) (throw_ref (local.get $exception)))
                unreachable))
        (func (export "_start") (local $local exnref) (local $outer exnref) (local $n i32)
            (local.set $local (call $new (i32.const 1000001)))
            (table.set $kept (i32.const 0) (call $new (i32.const 1000002)))
            (global.set $last (call $new (i32.const 1000003)))
            (local.set $outer (call $wrap (call $wrap (call $new (i32.const 1000004)))))
            (loop $again
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (call $same (call $number (call $new (local.get $n))) (local.get $n))
                (br_if $again (i32.lt_u (local.get $n) (i32.const 100000))))
            (call $same (call $number (local.get $local)) (i32.const 1000001))
            (call $same (call $number (table.get $kept (i32.const 0))) (i32.const 1000002))
            (call $same (call $number (global.get $last)) (i32.const 1000003))
            (call $same (call $number (call $unwrap (call $unwrap (local.get $outer)))) (i32.const 1000004)))"#,
    );
}

fn expect_trap(parts: &str, reason: &str) {
    let assert = run(parts);
    let message = stderr(&assert);
    assert_eq!(status(&assert), Some(134), "{message}");
    assert!(message.contains(reason), "{message}");
}

#[test]
fn an_uncaught_exception_is_a_trap() {
    let assert = run(r#"(func $caller (result i32) (call $throw (i32.const 3)))
        (func $other (result i32)
            (block $none
                (return (try_table (result i32) (catch $none $none) (call $caller))))
            (i32.const 0))
        (func (export "_start") (drop (call $other)))"#);
    let message = stderr(&assert);
    assert_eq!(status(&assert), Some(134), "{message}");
    assert!(message.contains("trap: uncaught exception"), "{message}");
    assert!(message.contains("_start"), "{message}");
    expect_trap(r#"(func (export "_start") (throw $none))"#, "trap: uncaught exception");
    expect_trap(
        r#"(func $start (throw $none)) (start $start) (func (export "_start"))"#,
        "trap: uncaught exception",
    );
}

#[test]
fn throwing_null_is_a_trap() {
    expect_trap(r#"(func (export "_start") (throw_ref (ref.null exn)))"#, "trap: null reference");
}

/// Each exception holds the one before: none can be freed.
#[test]
fn exceptions_without_end_are_a_trap() {
    expect_trap(
        r#"(tag $nested (param exnref))
        (func (export "_start") (local $last exnref)
            (loop $again
                (block $handler (result exnref)
                    (try_table (catch_all_ref $handler) (throw $nested (local.get $last)))
                    unreachable)
                (local.set $last)
                (br $again)))"#,
        "trap: out of physical memory",
    );
}

/// One module has the tags, the next throws them, the app catches them: by the tag's identity, not by its type.
#[test]
fn exceptions_pass_between_linked_modules() {
    let tags = r#"(module
        (tag (export "number") (param i32))
        (tag (export "other") (param i32)))"#;
    let thrower = r#"(module
        (tag $number (import "tags" "number") (param i32))
        (tag $other (import "tags" "other") (param i32))
        (tag $own (param i32))
        (global $caught (mut exnref) (ref.null exn))
        (func (export "number") (param i32) (throw $number (local.get 0)))
        (func (export "other") (param i32) (throw $other (local.get 0)))
        (func (export "own") (param i32) (throw $own (local.get 0)))
        (func (export "keep") (param exnref) (global.set $caught (local.get 0)))
        (func (export "again") (throw_ref (global.get $caught))))"#;
    let main = r#"(module
        (tag $number (import "tags" "number") (param i32))
        (tag $other (import "tags" "other") (param i32))
        (tag $own (param i32))
        (func $number (import "thrower" "number") (param i32))
        (func $other (import "thrower" "other") (param i32))
        (func $own (import "thrower" "own") (param i32))
        (func $keep (import "thrower" "keep") (param exnref))
        (func $again (import "thrower" "again"))
        (memory 1)
        (func $same (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
        ;; Which clause is taken, times 100, and the value.
        (func $caught (param $which i32) (result i32)
            (block $all
                (block $mine (result i32)
                    (block $second (result i32)
                        (block $first (result i32)
                            (try_table (catch $own $mine) (catch $number $first) (catch $other $second) (catch_all $all)
                                (if (i32.eq (local.get $which) (i32.const 1)) (then (call $number (i32.const 11))))
                                (if (i32.eq (local.get $which) (i32.const 2)) (then (call $other (i32.const 22))))
                                (if (i32.eq (local.get $which) (i32.const 3)) (then (call $own (i32.const 33))))
                                (if (i32.eq (local.get $which) (i32.const 4)) (then (call $again))))
                            (return (i32.const 0)))
                        (return (i32.add (i32.const 100))))
                    (return (i32.add (i32.const 200))))
                (return (i32.add (i32.const 300))))
            (i32.const 400))
        (func (export "_start")
            (call $same (call $caught (i32.const 0)) (i32.const 0))
            (call $same (call $caught (i32.const 1)) (i32.const 111))
            (call $same (call $caught (i32.const 2)) (i32.const 222))
            (call $same (call $caught (i32.const 3)) (i32.const 400))
            (block $kept (result exnref)
                (try_table (catch_all_ref $kept) (call $other (i32.const 55)))
                unreachable)
            (call $keep)
            (call $same (call $caught (i32.const 4)) (i32.const 255))))"#;
    let apps = [("linked", "main", "modules = { tags = 'tags.wasm', thrower = 'thrower.wasm' }\nexpect = 0")];
    let folder = folder(&[("tags", tags), ("thrower", thrower), ("main", main)], &apps);
    let output = succeed(&folder, &[]);
    assert!(result(&output, "linked").starts_with("exit status 0"), "{output}");
}
