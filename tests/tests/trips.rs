//! Loops that do several rounds in a trip, with vectors or without: with arrays at all small distances from each other and
//! all small numbers of rounds, the memory is as under Wasmtime afterwards; and what leaves the memory traps.

use sinter_tests::{
    compare::{Run, assert_same},
    sinter, status, stderr, wat,
};

/// The distances of the arrays, in bytes, are these less half of it.
const DISTANCES: u32 = 88;

/// There are fewer rounds than this.
const ROUNDS: u32 = 20;

/// The types of elements: the instructions' prefix, bytes, and how one is made of a number.
const TYPES: [(&str, i32, &str); 4] = [
    ("f64", 8, "f64.convert_i32_s"),
    ("i64", 8, "i64.extend_i32_s"),
    ("f32", 4, "f32.convert_i32_s"),
    ("i32", 4, "i32.clz"),
];

/// Runs `shape` with two arrays at each distance, each number of rounds and some numbers to begin with, and writes what the
/// memory is after it. `shape` is a loop over `$one` and `$other`, which counts `$at` up by `step` until it is `$end`.
/// Elements are numbers, without a NaN, whose bits would be the processor's own.
fn run(ty: (&str, i32, &str), step: i32, shape: &str) {
    let (name, bytes, convert) = ty;
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (func $shape (param $one i32) (param $other i32) (param $at i32) (param $end i32)
                (local $sum {name}) (local $before {name}) (local $earlier {name})
                {shape}
                ({name}.store offset=24 (i32.const 0) (local.get $sum))
                ({name}.store offset=32 (i32.const 0) (local.get $before))
                (i32.store offset=40 (i32.const 0) (local.get $at)))
            (func $hash (param $at i32) (param $end i32) (result i64) (local $hash i64)
                (loop $next
                    (local.set $hash (i64.rotl (i64.mul
                        (i64.xor (local.get $hash) (i64.load (local.get $at)))
                        (i64.const 0x9e3779b97f4a7c15)) (i64.const 29)))
                    (br_if $next (i32.ne (local.get $end) (local.tee $at (i32.add (local.get $at) (i32.const 8))))))
                (local.get $hash))
            (func (export "_start") (local $distance i32) (local $rounds i32) (local $at i32) (local $result i64)
                (loop $distances
                    (local.set $rounds (i32.const 1))
                    (loop $counts
                        (local.set $at (i32.const 1024))
                        (loop $fill
                            ({name}.store (local.get $at) ({convert}
                                (i32.rem_s (i32.mul (local.get $at) (i32.const 0x9e3779b1)) (i32.const 1000))))
                            (br_if $fill (i32.ne (i32.const 2048)
                                (local.tee $at (i32.add (local.get $at) (i32.const {bytes}))))))
                        (call $shape (i32.sub (i32.const 1536) (local.get $rounds))
                            (i32.sub (i32.add (i32.const 1536) (i32.sub (local.get $distance) (i32.const {half})))
                                (local.get $rounds))
                            (local.get $rounds)
                            (i32.add (local.get $rounds) (i32.mul (local.get $rounds) (i32.const {step}))))
                        (local.set $result (i64.xor (call $hash (i32.const 1024) (i32.const 2048))
                            (i64.rotl (local.get $result) (i64.const 7))))
                        (local.set $result (i64.xor (call $hash (i32.const 24) (i32.const 48))
                            (i64.rotl (local.get $result) (i64.const 7))))
                        (br_if $counts (i32.ne (i32.const {ROUNDS})
                            (local.tee $rounds (i32.add (local.get $rounds) (i32.const 1))))))
                    (i64.store offset=4096 (i32.shl (local.get $distance) (i32.const 3)) (local.get $result))
                    (br_if $distances (i32.ne (i32.const {DISTANCES})
                        (local.tee $distance (i32.add (local.get $distance) (i32.const 1))))))
                (i32.store (i32.const 0) (i32.const 4096))
                (i32.store (i32.const 4) (i32.shl (i32.const {DISTANCES}) (i32.const 3)))
                (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))))"#,
        half = DISTANCES / 2,
    );
    let guest = wat("trips", &text);
    assert_eq!(assert_same(guest.as_ref(), &Run::default()), 0);
}

/// An element of an array, so many bytes further on.
fn at(array: &str, displacement: i32) -> String {
    format!("(i32.add (i32.add (local.get ${array}) (local.get $at)) (i32.const {displacement}))")
}

/// The loop of `body`, which goes on by `step` bytes.
fn rounds(body: &str, step: i32) -> String {
    format!(
        "(loop $next {body}
            (br_if $next (i32.ne (local.get $end) (local.tee $at (i32.add (local.get $at) (i32.const {step}))))))"
    )
}

/// The same operations for each element of two arrays.
#[test]
fn elements_by_themselves() {
    for ty @ (name, bytes, _) in TYPES {
        let (one, other) = (at("one", 0), at("other", 0));
        let product = format!("({name}.mul ({name}.load {one}) ({name}.const 3))");
        let body = format!(
            "({name}.store {other} ({name}.sub ({name}.add {product} ({name}.load {other})) ({name}.load {one})))"
        );
        run(ty, bytes, &rounds(&body, bytes));
    }
}

/// Neighbours of an element in the other array and in its own.
#[test]
fn neighbours() {
    for ty @ (name, bytes, _) in TYPES {
        for place in ["one", "other"] {
            let [left, right] = [-bytes, bytes].map(|there| format!("({name}.load {})", at("one", there)));
            let body = format!("({name}.store {} ({name}.add {left} {right}))", at(place, 0));
            run(ty, bytes, &rounds(&body, bytes));
            let body = format!("({name}.store {} ({name}.sub {right} {left}))", at(place, 2 * bytes));
            run(ty, bytes, &rounds(&body, bytes));
        }
    }
}

/// Sums of differences, in order, that are stored behind the loop, in each round to the same place, or as a series.
#[test]
fn sums() {
    for ty @ (name, bytes, _) in TYPES {
        let difference =
            format!("({name}.sub ({name}.load {}) ({name}.load {}))", at("one", 0), at("other", bytes));
        let sum = format!("(local.set $sum ({name}.sub {difference} (local.get $sum)))");
        for place in [None, Some("(local.get $one)".into()), Some(at("one", 3 * bytes))] {
            let store = place.map(|place: String| format!("({name}.store {place} (local.get $sum))"));
            run(ty, bytes, &rounds(&(sum.clone() + &store.unwrap_or_default()), bytes));
        }
    }
}

/// What was loaded in the last two rounds is kept.
#[test]
fn elements_that_are_kept() {
    for ty @ (name, bytes, _) in TYPES {
        let load = format!("({name}.load {})", at("one", 0));
        let body = format!(
            "({name}.store {} ({name}.add (local.get $before) (local.get $earlier)))
             (local.set $earlier (local.get $before))
             (local.set $before ({name}.add {load} ({name}.const 1)))",
            at("other", 0)
        );
        run(ty, bytes, &rounds(&body, bytes));
    }
}

/// The producer has unrolled the loop.
#[test]
fn several_elements_in_a_round() {
    for ty @ (name, bytes, _) in TYPES {
        for elements in [2, 3, 4] {
            let all = |element: &dyn Fn(String, String) -> String| -> String {
                (0..elements)
                    .map(|number| element(at("one", number * bytes), at("other", number * bytes)))
                    .collect()
            };
            let bodies = [
                all(&|one, other| {
                    format!("({name}.store {other} ({name}.add ({name}.load {one}) ({name}.load {other})))")
                }),
                all(&|one, other| {
                    format!(
                        "(local.set $sum ({name}.sub ({name}.sub ({name}.load {one}) ({name}.load {other}))
                            (local.get $sum)))"
                    )
                }),
                all(&|one, other| {
                    format!(
                        "({name}.store {other} ({name}.add (local.get $before) (local.get $earlier)))
                         (local.set $earlier (local.get $before))
                         (local.set $before ({name}.load {one}))"
                    )
                }),
            ];
            for body in bodies {
                run(ty, elements * bytes, &rounds(&body, elements * bytes));
            }
        }
    }
}

/// A number is loaded from the same place in each round, and columns are read.
#[test]
fn other_steps() {
    for ty @ (name, bytes, _) in TYPES {
        let one = format!("({name}.load (local.get $one))");
        let body = format!("({name}.store {0} ({name}.add ({name}.load {0}) {one}))", at("other", 0));
        run(ty, bytes, &rounds(&body, bytes));
        let column =
            format!("({name}.load (i32.add (i32.shl (local.get $at) (i32.const 1)) (local.get $one)))");
        let body = format!("({name}.store {0} ({name}.add ({name}.load {0}) {column}))", at("other", 0));
        run(ty, bytes, &rounds(&body, bytes));
        for step in [-bytes, 3 * bytes, bytes + 1] {
            let body = format!(
                "({name}.store {0} ({name}.add ({name}.load {0}) ({name}.load {1})))",
                at("other", 0),
                at("one", 0)
            );
            run(ty, step, &rounds(&body, step));
        }
    }
}

/// The last element lies at the memory's end or behind it.
#[test]
fn ends_of_the_memory() {
    for (bytes, name) in [(8, "f64"), (4, "i32")] {
        for behind in 0..=16 / bytes {
            let body =
                format!("({name}.store {0} ({name}.add ({name}.load {0}) ({name}.const 1)))", at("one", 0));
            let text = format!(
                r#"(module
                    (memory (export "memory") 1)
                    (func $shape (param $one i32) (param $at i32) (param $end i32) {})
                    (func (export "_start")
                        (call $shape (i32.const {}) (i32.const 0) (i32.const 256))))"#,
                rounds(&body, bytes),
                0x10000 - 256 + behind * bytes,
            );
            let module = wat("ends", &text);
            let assert = sinter().arg("run").arg(&module).assert();
            let expected = if behind == 0 { 0 } else { 134 };
            assert_eq!(status(&assert), Some(expected), "{name}, {behind} behind: {}", stderr(&assert));
            assert_eq!(stderr(&assert).contains("out of bounds memory access"), behind > 0);
        }
    }
}
