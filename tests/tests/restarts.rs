//! What happens after an app's end: its memory comes back, it starts again from pristine memory, the board reboots.

use sinter_tests::images::{folder, result, run_until, succeed};

/// Traps unless its 4 MiB are zero, its global, its data and its table are as the module has them; then changes them all.
const PRISTINE: &str = r#"(module
    (memory 64)
    (global $runs (mut i32) (i32.const 0))
    (data (i32.const 8) "data")
    (table 2 funcref)
    (elem (i32.const 0) func $start)
    (func $start (export "_start") (local $at i32)
        (if (global.get $runs) (then unreachable))
        (if (i64.ne (i64.load (i32.const 8)) (i64.const 0x61746164)) (then unreachable))
        (if (ref.is_null (table.get (i32.const 0))) (then unreachable))
        (if (i32.eqz (ref.is_null (table.get (i32.const 1)))) (then unreachable))
        (local.set $at (i32.const 16))
        (loop $next
            (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then unreachable))
            (if (i64.ne (i64.load offset=2048 (local.get $at)) (i64.const 0)) (then unreachable))
            (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4096))) (i32.const 4194304))))
        (global.set $runs (i32.const 1))
        (table.set (i32.const 0) (ref.null func))
        (table.set (i32.const 1) (ref.func $start))
        (memory.fill (i32.const 0) (i32.const 255) (i32.const 4194304))))"#;

/// 600 runs of 4 MiB are more than the board's RAM.
#[test]
fn memory_comes_back_and_is_pristine_at_each_restart() {
    let keys = "on_exit = 'restart'\nrestart = { max = 300, window_s = 3600 }";
    let folder = folder(&[("pristine", PRISTINE)], &[("a", "pristine", keys), ("b", "pristine", keys)]);
    for options in [&[] as &[&str], &["--icount"]] {
        let output = succeed(&folder, options);
        for app in ["a", "b"] {
            assert!(result(&output, app).starts_with("exit status 0, 300 restarts"), "{output}");
        }
        // What the kernel's heap has grown by is all that is left in use.
        let ram = output.rsplit_once("RAM: ").unwrap().1;
        let (number, unit) = ram.split_once(' ').unwrap();
        assert!(unit.starts_with("KiB") && number.parse::<u32>().unwrap() < 600, "{ram}");
    }
}

#[test]
fn the_board_reboots_when_the_manifest_says_so() {
    let folder =
        folder(&[("short", "(module (func (export \"_start\")))")], &[("a", "short", "on_exit = 'reboot'")]);
    let mut boots = 0;
    let output = run_until(&folder, &[], |line| {
        boots += usize::from(line.starts_with("Sinter 0.1.0 on QEMU raspi3b"));
        boots == 3
    });
    assert!(output.matches("a has ended: rebooting").count() >= 2, "{output}");
}
