//! Address arithmetic of 64 bits at the places where it could differ from that of 32: sums that wrap, static offsets, the
//! ends of the memory and of its copies. Each case runs in a loop, on the target.

use sinter_tests::{sinter, status, stderr, wat};

const PAGE: u32 = 1 << 16;

/// Whether an access traps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Loads(u32),
    Traps,
}

/// Runs `access`, an expression of two locals with the given values, in a loop that runs once, in a module with one page of
/// memory whose word at n is n.
fn run(access: &str, x: u32, y: u32) -> Outcome {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory 1)
            (func $run (param $x i32) (param $y i32) (param $times i32) (result i32) (local $result i32)
                (loop $next
                    (local.set $result {access})
                    (local.set $y (i32.add (local.get $y) (i32.const 4)))
                    (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
                (local.get $result))
            (func (export "_start") (local $n i32)
                (loop $next
                    (i32.store (local.get $n) (local.get $n))
                    (local.set $n (i32.add (local.get $n) (i32.const 4)))
                    (br_if $next (i32.ne (local.get $n) (i32.const {PAGE}))))
                (call $exit (i32.shr_u (call $run (i32.const {x}) (i32.const {y}) (i32.const 1)) (i32.const 2)))))"#
    );
    let guest = wat("mirrored", &text);
    let assert = sinter().arg("run").arg(&guest).assert();
    match status(&assert) {
        Some(134) => {
            assert!(stderr(&assert).contains("out of bounds memory access"), "{}", stderr(&assert));
            Outcome::Traps
        }
        // The exit status has room for a word's number up to 125.
        Some(status) => Outcome::Loads(status as u32 * 4),
        None => panic!("{}", stderr(&assert)),
    }
}

const SUM: &str = "(i32.load (i32.add (local.get $x) (local.get $y)))";
const WITH_OFFSET: &str = "(i32.load offset=16 (i32.add (local.get $x) (local.get $y)))";

#[test]
fn sums_wrap() {
    for (x, y, sum) in [
        (16, -8i32 as u32, 8),
        (0x8000_0000, 0x8000_0010, 16),
        (0x7fff_ffff, 0x8000_0021, 32),
        (-4i32 as u32, 4, 0),
        (0xffff_fff0, 0x40, 0x30),
    ] {
        assert_eq!(run(SUM, x, y), Outcome::Loads(sum), "{x:#x} + {y:#x}");
    }
}

#[test]
fn accesses_that_leave_the_memory_trap() {
    for (x, y) in [
        (PAGE, 0),
        (PAGE - 8, 5),
        (0, -4i32 as u32),
        (0, -2i32 as u32),
        (0x4000_0000, 0x4000_0000),
        (0x8000_0000, 0x7fff_fffe),
    ] {
        assert_eq!(run(SUM, x, y), Outcome::Traps, "{x:#x} + {y:#x}");
    }
}

/// The sum wraps, but what it makes with the static offset must not.
#[test]
fn static_offsets_do_not_wrap() {
    assert_eq!(run(WITH_OFFSET, 8, 8), Outcome::Loads(32));
    assert_eq!(run(WITH_OFFSET, 16, -8i32 as u32), Outcome::Loads(24));
    for (x, y) in [(0, -8i32 as u32), (0, -16i32 as u32), (0x8000_0000, 0x7fff_fff4), (PAGE - 16, 0)] {
        assert_eq!(run(WITH_OFFSET, x, y), Outcome::Traps, "{x:#x} + {y:#x}");
    }
}

/// An access that did not trap shows for others that they do not wrap: those with a greater constant, not those with a
/// smaller one.
#[test]
fn an_access_shows_what_it_does_for_later_ones() {
    let after = |first: &str, second: &str| {
        format!("(i32.add (i32.mul (i32.load {first}) (i32.const 0)) (i32.load {second}))")
    };
    let plus =
        |constant: i32| format!("(i32.add (i32.add (local.get $x) (local.get $y)) (i32.const {constant}))");
    let greater = after(&plus(0), &format!("offset=8 {}", plus(16)));
    assert_eq!(run(&greater, 4, 4), Outcome::Loads(32));
    assert_eq!(run(&greater, 0, PAGE - 24), Outcome::Traps);
    let smaller = after(&plus(16), &format!("offset=32 {}", plus(0)));
    assert_eq!(run(&smaller, 4, 4), Outcome::Loads(40));
    // The first is at 8, the second one's index is 2^32 - 8.
    assert_eq!(run(&smaller, 0, -8i32 as u32), Outcome::Traps);
}

#[test]
fn shifts_drop_what_leaves_32_bits() {
    let shifted = "(i32.load (i32.add (local.get $x) (i32.shl (local.get $y) (i32.const 3))))";
    for (x, y, sum) in [(4, 1, 12), (4, 0x2000_0001, 12), (4, 0xe000_0002, 20), (16, -1i32 as u32, 8)] {
        assert_eq!(run(shifted, x, y), Outcome::Loads(sum), "{x:#x} + {y:#x} << 3");
    }
    assert_eq!(run(shifted, 0, -1i32 as u32), Outcome::Traps);
}

/// `or` and `xor` are sums where one operand's bits are zeros, and only there.
#[test]
fn or_is_a_sum_of_separate_bits() {
    for (operation, y, sum) in [("or", 4, 28), ("or", 5, 28), ("xor", 4, 12), ("xor", 7, 0)] {
        let access = format!(
            "(i32.load (i32.add (local.get $x) (i32.{operation} (i32.shl (local.get $y) (i32.const 2)) (i32.const 28))))"
        );
        assert_eq!(run(&access, 0, y), Outcome::Loads(sum), "{operation} {y}");
    }
    let separate =
        "(i32.load (i32.add (local.get $x) (i32.or (i32.shl (local.get $y) (i32.const 4)) (i32.const 12))))";
    assert_eq!(run(separate, 4, 2), Outcome::Loads(48));
}

/// Its first half may have been stored by then, which nobody is left to see (docs/compiler.md).
#[test]
fn a_vector_stored_across_the_end_traps() {
    let text = r#"(module (memory 1)
        (func (export "_start") (v128.store (i32.const 65528) (v128.const i64x2 1 1))))"#;
    let guest = wat("vector", text);
    let assert = sinter().arg("run").arg(&guest).assert();
    assert_eq!(status(&assert), Some(134));
    assert!(stderr(&assert).contains("out of bounds memory access"), "{}", stderr(&assert));
}

/// RAM is given to a page by a touch through any copy, and is the same through all of them.
#[test]
fn copies_share_their_pages() {
    let text = r#"(module
        (memory 1 40)
        (func $touch (param $x i32) (param $y i32) (param $times i32)
            (loop $next
                (i32.store (i32.add (local.get $x) (local.get $y)) (local.get $times))
                (if (i32.ne (i32.load (local.get $times)) (local.get $times)) (then unreachable))
                (local.set $y (i32.add (local.get $y) (i32.const 65536)))
                (local.set $times (i32.add (local.get $times) (i32.const 65536)))
                (br_if $next (i32.ne (local.get $times) (i32.const 0x200004)))))
        (func (export "_start")
            (if (i32.ne (memory.grow (i32.const 39)) (i32.const 1)) (then unreachable))
            (call $touch (i32.const 0x90000000) (i32.const 0x70000004) (i32.const 4))))"#;
    let guest = wat("copies", text);
    sinter().arg("run").arg(&guest).assert().success();
}
