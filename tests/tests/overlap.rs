//! Loops that exist in versions, for arrays that overlap and arrays that do not: with arrays at every distance from each
//! other, the memory is as under Wasmtime afterwards.

use sinter_tests::{
    compare::{Run, assert_same},
    wat,
};

/// The distances of the arrays, in bytes, are these less half of it.
const DISTANCES: u32 = 240;

/// Runs `shape` with two arrays at each distance and writes what the memory is after it. `shape` is a loop over
/// `$one`, `$other` and `$rounds`, which it counts down, and has locals `$sum` and `$at`, which is 0.
fn run(name: &str, shape: &str) {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (func $shape (param $one i32) (param $other i32) (param $rounds i32) (local $sum i64) (local $at i32)
                {shape})
            (func $hash (result i64) (local $at i32) (local $hash i64)
                (loop $next
                    (local.set $hash (i64.rotl (i64.mul
                        (i64.xor (local.get $hash) (i64.load offset=1024 (local.get $at)))
                        (i64.const 0x9e3779b97f4a7c15)) (i64.const 29)))
                    (br_if $next (i32.ne (i32.const 2048) (local.tee $at (i32.add (local.get $at) (i32.const 8))))))
                (local.get $hash))
            (func (export "_start") (local $distance i32) (local $rounds i32) (local $at i32)
                (local $result i64)
                (loop $distances
                    (local.set $rounds (i32.const 1))
                    (loop $counts
                        (local.set $at (i32.const 0))
                        (loop $fill
                            (i32.store (local.get $at) (i32.mul (local.get $at) (i32.const 0x9e3779b1)))
                            (br_if $fill (i32.ne (i32.const 8192) (local.tee $at (i32.add (local.get $at) (i32.const 4))))))
                        (call $shape (i32.const 2048)
                            (i32.add (i32.const 2048)
                                (i32.sub (local.get $distance) (i32.const {half})))
                            (local.get $rounds))
                        (local.set $result (i64.xor (call $hash) (i64.rotl (local.get $result) (i64.const 7))))
                        (br_if $counts (i32.ne (i32.const 7) (local.tee $rounds (i32.add (local.get $rounds) (i32.const 2))))))
                    (i64.store offset=8192 (i32.shl (local.get $distance) (i32.const 3)) (local.get $result))
                    (br_if $distances (i32.ne (i32.const {DISTANCES})
                        (local.tee $distance (i32.add (local.get $distance) (i32.const 1))))))
                (i32.store (i32.const 16) (i32.const 8192))
                (i32.store (i32.const 20) (i32.shl (i32.const {DISTANCES}) (i32.const 3)))
                (if (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)) (then unreachable))))"#,
        half = DISTANCES / 2,
    );
    let guest = wat(name, &text);
    assert_eq!(assert_same(guest.as_ref(), &Run::default()), 0);
}

/// A sum of two addresses and what is counted.
fn at(base: &str, displacement: i32) -> String {
    format!("(i32.add (i32.add (local.get ${base}) (local.get $at)) (i32.const {displacement}))")
}

/// The loop of `body`, which goes on by `step` bytes.
fn rounds(body: &str, step: i32) -> String {
    format!(
        "(loop $next {body}
            (local.set $at (i32.add (local.get $at) (i32.const {step})))
            (br_if $next (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))"
    )
}

/// Each array's elements are read and the one's are written, some in a round.
#[test]
fn arrays_that_go_on_together() {
    for (bytes, load, store, add) in [
        (4, "i32.load", "i32.store", "i32.add"),
        (8, "i64.load", "i64.store", "i64.sub"),
        (16, "v128.load", "v128.store", "i64x2.sub"),
    ] {
        for step in [4 * bytes, -4 * bytes] {
            let element = |number: i32| {
                let (one, other) = (at("one", number * bytes), at("other", number * bytes));
                format!("({store} {one} ({add} ({load} {one}) ({load} {other})))")
            };
            let body: String = (0..4).map(element).collect();
            run("together", &rounds(&body, step));
        }
    }
}

/// A sum is stored after each of its parts, at a place that is the same in all rounds.
#[test]
fn a_sum_that_is_stored_in_each_round() {
    for step in [16, -16, 40, -72] {
        let part = |number: i32| {
            format!(
                "(local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.load {})))
                 (i64.store (local.get $one) (local.get $sum))",
                at("other", 8 * number)
            )
        };
        let body = part(0) + &part(1);
        run("sum", &rounds(&body, step));
    }
}

/// A number is loaded for each element that is stored, from a place that is the same in all rounds.
#[test]
fn a_number_that_is_loaded_in_each_round() {
    for step in [12, -12, 32] {
        let element = |number: i32| {
            let there = at("other", 4 * number);
            format!("(i32.store {there} (i32.add (i32.load (local.get $one)) (i32.load {there})))")
        };
        let body: String = (0..3).map(element).collect();
        run("number", &rounds(&body, step));
    }
}
