//! Atomic instructions on the target: each program checks its own results and traps if one is wrong.

use assert_cmd::assert::Assert;
use sinter_tests::{sinter, status, stderr, wat};

/// What programs share: the time, checks, and a value that the compiler does not know.
const PRELUDE: &str = r#"
    (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
    (func $same (param i64 i64) (if (i64.ne (local.get 0) (local.get 1)) (then unreachable)))
    (global $opaque (mut i64) (i64.const 0))
    (func $value (param i64) (result i64) (i64.xor (local.get 0) (global.get $opaque)))
"#;

/// Runs a program of [`PRELUDE`], a memory of one page and `parts`.
fn run(memory: &str, parts: &str) -> Assert {
    let guest = wat("atomics", &format!("(module {PRELUDE} (memory {memory}) {parts})"));
    sinter().arg("run").arg(&guest).assert()
}

fn expect_success(memory: &str, parts: &str) {
    let assert = run(memory, parts);
    assert_eq!((status(&assert), stderr(&assert).as_str()), (Some(0), ""), "{parts}");
}

fn expect_trap(memory: &str, body: &str, reason: &str) {
    let assert = run(memory, &format!("(func (export \"_start\") {body})"));
    let message = stderr(&assert);
    assert_eq!(status(&assert), Some(134), "{body}: {message}");
    assert!(message.starts_with(&format!("trap: {reason}")), "{body}: {message}");
}

/// The widths of accesses: type, the suffix before the operation, the one behind it, bits.
const WIDTHS: [(&str, &str, &str, u32); 7] = [
    ("i32", "", "", 32),
    ("i64", "", "", 64),
    ("i32", "8", "_u", 8),
    ("i32", "16", "_u", 16),
    ("i64", "8", "_u", 8),
    ("i64", "16", "_u", 16),
    ("i64", "32", "_u", 32),
];

/// A value's low bits.
fn low(value: u64, bits: u32) -> u64 {
    value & u64::MAX >> (64 - bits)
}

/// What memory holds at first, and an operand.
const BEFORE: u64 = 0x1122_3344_5566_7788;
const OPERAND: u64 = 0xf0e0_d0c0_b0a0_9080;

/// An operand of this type, with all bits in its register set as in `value`.
fn operand(ty: &str, value: u64) -> String {
    let value = format!("(call $value (i64.const {}))", value as i64);
    if ty == "i32" { format!("(i32.wrap_i64 {value})") } else { value }
}

/// Code that sets memory, does `access`, whose result has the type `ty`, and checks result and memory.
fn check(ty: &str, access: &str, result: u64, after: u64) -> String {
    let widened = if ty == "i32" { format!("(i64.extend_i32_u {access})") } else { access.to_owned() };
    format!(
        "(i64.store (i32.const 16) (i64.const {BEFORE}))
        (call $same {widened} (i64.const {}))
        (call $same (i64.load (i32.const 16)) (i64.const {}))\n",
        result as i64, after as i64
    )
}

#[test]
fn updates_of_every_width() {
    type Operation = (&'static str, fn(u64, u64) -> u64);
    let operations: [Operation; 6] = [
        ("add", u64::wrapping_add),
        ("sub", u64::wrapping_sub),
        ("and", |x, y| x & y),
        ("or", |x, y| x | y),
        ("xor", |x, y| x ^ y),
        ("xchg", |_, y| y),
    ];
    let mut body = String::new();
    for (ty, width, suffix, bits) in WIDTHS {
        for (name, operation) in operations {
            let access = format!(
                "({ty}.atomic.rmw{width}.{name}{suffix} offset=8 (i32.const 8) {})",
                operand(ty, OPERAND)
            );
            let after = BEFORE - low(BEFORE, bits) + low(operation(BEFORE, OPERAND), bits);
            body += &check(ty, &access, low(BEFORE, bits), after);
        }
    }
    for memory in ["1", "1 1 shared"] {
        expect_success(memory, &format!("(func (export \"_start\") {body})"));
    }
}

#[test]
fn loads_and_stores_of_every_width() {
    let mut body = String::new();
    for (ty, width, suffix, bits) in WIDTHS {
        let load = format!("({ty}.atomic.load{width}{suffix} offset=8 (i32.const 8))");
        body += &check(ty, &load, low(BEFORE, bits), BEFORE);
        let after = BEFORE - low(BEFORE, bits) + low(OPERAND, bits);
        body += &format!(
            "(i64.store (i32.const 16) (i64.const {BEFORE}))
            ({ty}.atomic.store{width} offset=8 (i32.const 8) {})
            (atomic.fence)
            (call $same (i64.load (i32.const 16)) (i64.const {}))\n",
            operand(ty, OPERAND),
            after as i64
        );
    }
    expect_success("1", &format!("(func (export \"_start\") {body})"));
}

/// Without LSE, Cranelift compares 64 bits in an `atomic_cas` of 32, so that dirty upper bits of the expected value make
/// it fail; narrower ones must ignore what is above their width, too.
#[test]
fn compare_exchange_ignores_upper_bits() {
    let mut body = String::new();
    for (ty, width, suffix, bits) in WIDTHS {
        let dirty = if bits == 64 { 0 } else { u64::MAX << bits };
        for (expected, swaps) in [(BEFORE, true), (BEFORE ^ dirty, true), (BEFORE ^ 1, false)] {
            let access = format!(
                "({ty}.atomic.rmw{width}.cmpxchg{suffix} offset=8 (i32.const 8) {} {})",
                operand(ty, expected),
                operand(ty, OPERAND)
            );
            let swapped = BEFORE - low(BEFORE, bits) + low(OPERAND, bits);
            body += &check(ty, &access, low(BEFORE, bits), if swaps { swapped } else { BEFORE });
        }
    }
    expect_success("1", &format!("(func (export \"_start\") {body})"));
}

#[test]
fn misaligned_accesses_trap() {
    for access in [
        "(drop (i32.atomic.load (i32.const 2)))",
        "(drop (i64.atomic.load offset=4 (i32.const 8)))",
        "(drop (i32.atomic.load16_u offset=3 (i32.const 8)))",
        "(i64.atomic.store32 offset=6 (i32.const 4) (i64.const 0))",
        "(drop (i32.atomic.rmw.add (i32.const 1) (i32.const 0)))",
        "(drop (i64.atomic.rmw.cmpxchg (i32.const 12) (i64.const 0) (i64.const 0)))",
        "(drop (memory.atomic.notify (i32.const 2) (i32.const 0)))",
        "(drop (memory.atomic.wait64 (i32.const 4) (i64.const 0) (i64.const 0)))",
        // Also where it is out of bounds.
        "(drop (i32.atomic.load (i32.const 0x10001)))",
    ] {
        expect_trap("1 1 shared", access, "unaligned atomic");
    }
    expect_success("1", "(func (export \"_start\") (drop (i32.atomic.load offset=3 (i32.const 1))))");
}

#[test]
fn accesses_out_of_bounds_trap() {
    for access in [
        "(drop (i32.atomic.load (i32.const 0x10000)))",
        "(i64.atomic.store8 offset=0xffffffff (i32.const 0xffffffff) (i64.const 0))",
        "(drop (i32.atomic.rmw.xchg offset=0x10000 (i32.const 0) (i32.const 0)))",
        "(drop (i64.atomic.rmw8.cmpxchg_u (i32.const 0x10000) (i64.const 0) (i64.const 0)))",
        "(drop (memory.atomic.notify (i32.const 0x10000) (i32.const 0)))",
        "(drop (memory.atomic.wait32 (i32.const 0x10000) (i32.const 0) (i64.const 0)))",
    ] {
        expect_trap("1 1 shared", access, "out of bounds memory access");
    }
    let wide = "(drop (i64.atomic.rmw.add offset=8 (i64.const 0xfffffffffffffff8) (i64.const 0)))";
    expect_trap("i64 1", wide, "out of bounds memory access");
}

#[test]
fn waiting_times_out() {
    expect_trap(
        "1",
        "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0)))",
        "atomic wait on unshared memory",
    );
    expect_success(
        "1 1 shared",
        r#"(func $now (result i64)
            (if (call $time (i32.const 1) (i64.const 0) (i32.const 64)) (then unreachable))
            (i64.load (i32.const 64)))
        (func (export "_start") (local $before i64)
            (i32.store (i32.const 8) (i32.const -5))
            (call $same (i64.extend_i32_u (memory.atomic.wait32 (i32.const 8) (i32.const 5) (i64.const -1))) (i64.const 1))
            (call $same (i64.extend_i32_u (memory.atomic.wait64 (i32.const 8) (i64.const -5) (i64.const -1))) (i64.const 1))
            (local.set $before (call $now))
            (call $same
                (i64.extend_i32_u
                    (memory.atomic.wait32 (i32.const 8) (i32.wrap_i64 (call $value (i64.const -5))) (i64.const 3000000)))
                (i64.const 2))
            (if (i64.lt_u (i64.sub (call $now) (local.get $before)) (i64.const 3000000)) (then unreachable))
            (call $same (i64.extend_i32_u (memory.atomic.wait64 (i32.const 8) (i64.const 0xfffffffb) (i64.const 0))) (i64.const 2))
            (call $same (i64.extend_i32_u (memory.atomic.notify (i32.const 8) (i32.const -1))) (i64.const 0)))"#,
    );
}
