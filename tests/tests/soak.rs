//! Many apps that start, take what there is, trap and start again, on all cores at once: nothing is lost over time, and the
//! neighbours do not notice.

use sinter_tests::{
    images::{NEIGHBOUR, folder, result, run},
    plain_stdout, stderr,
};

/// Does one thing after another by chance, until one of them ends it: five kinds of traps, an exit, or its limit of time.
/// The others are growth, sleep, output, yielding, and a file that it deletes but never closes.
const CHAOS: &str = r#"(module
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
    (type $other (func (param i64)))
    (memory 2)
    (table 2 funcref)
    (elem (i32.const 0) $recurse)
    (data (i32.const 256) "file")
    (data (i32.const 272) "a line of text\n")
    ;; io vectors: the line at 512, and 64 KiB at 520
    (data (i32.const 512) "\10\01\00\00\0f\00\00\00\00\00\00\00\00\00\01\00")
    (func $recurse (param i32) (result i32)
        (i32.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (local.get 0)))
    (func $need (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
    (func (export "_start") (local $pages i32) (local $what i32)
        (loop $again
            (call $need (call $random (i32.const 0) (i32.const 8)))
            (block $14 (block $13 (block $12 (block $11 (block $10 (block $9 (block $8 (block $7 (block $6
            (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
                (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 $9 $10 $11 $12 $13 $14
                    (i32.rem_u (i32.load16_u (i32.const 0)) (i32.const 15))))
                unreachable)
                (drop (i32.load (i32.const 0x7fffffff))) (br $again))
                (drop (i32.div_u (i32.const 1) (i32.const 0))) (br $again))
                (drop (call $recurse (i32.const 0))) (br $again))
                (call $exit (i32.and (i32.load (i32.const 4)) (i32.const 63))))
                (call_indirect (type $other) (i64.const 1) (i32.const 0)) (br $again))
                (if (i32.eqz (i32.and (i32.load8_u (i32.const 4)) (i32.const 3))) (then (loop $for_ever (br $for_ever)))) (br $again))
                nop)
                ;; Up to 2 MiB more.
                (local.set $what (i32.and (i32.load8_u (i32.const 4)) (i32.const 31)))
                (local.set $pages (memory.grow (local.get $what)))
                (if (i32.ne (local.get $pages) (i32.const -1))
                    (then (memory.fill (i32.shl (local.get $pages) (i32.const 16)) (i32.const 7) (i32.shl (local.get $what) (i32.const 16)))))
                (br $again))
                nop)
                ;; Sleeps for up to 2 ms.
                (memory.fill (i32.const 1024) (i32.const 0) (i32.const 48))
                (i32.store (i32.const 1040) (i32.const 1))
                (i64.store (i32.const 1048) (i64.and (i64.load (i32.const 0)) (i64.const 0x1fffff)))
                (call $need (call $poll (i32.const 1024) (i32.const 1088) (i32.const 1) (i32.const 1152))) (br $again))
                (call $need (call $write (i32.const 1) (i32.const 512) (i32.const 1) (i32.const 1152))) (br $again))
                (call $need (call $yield)) (br $again))
                nop)
                (call $need (call $open (i32.const 3) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 9)
                    (i64.const 0x1fffffff) (i64.const 0) (i32.const 0) (i32.const 1160)))
                (call $need (call $write (i32.load (i32.const 1160)) (i32.const 520) (i32.const 1) (i32.const 1152)))
                (call $need (call $unlink (i32.const 3) (i32.const 256) (i32.const 4)))
                (br $again))))"#;

/// KiB of RAM that are in use behind the last `label`.
fn kib(output: &str, label: &str) -> f64 {
    let rest = output.rsplit_once(label).unwrap_or_else(|| panic!("no {label:?} in\n{output}")).1;
    let (number, unit) = rest.trim_start().split_once(' ').unwrap();
    number.parse::<f64>().unwrap() * if unit.starts_with("MiB") { 1024.0 } else { 1.0 }
}

const APPS: usize = 20;

/// Boots 20 chaotic apps between neighbours, lets each start again so often, and says how much RAM is in use in the end.
fn chaos(restarts: usize, options: &[&str]) -> f64 {
    let names: Vec<_> = (0..APPS).map(|number| format!("chaos-{number}")).collect();
    let keys = |number: usize| {
        format!(
            "on_exit = 'restart'\nrestart = {{ max = {restarts}, window_s = 3600 }}\nlimits = {{ cpu_ms = 5 }}\n\
             priority = {}\nmounts = [{{ from = 'ram:/{number}', to = '/dir', mode = 'rw' }}]",
            number % 8
        )
    };
    let keys: Vec<_> = (0..APPS).map(keys).collect();
    let mut apps = vec![("first", "neighbour", "")];
    apps.extend(names.iter().zip(&keys).map(|(name, keys)| (&name[..], "chaos", &keys[..])));
    apps.push(("last", "neighbour", ""));
    let folder = folder(&[("neighbour", NEIGHBOUR), ("chaos", CHAOS)], &apps);
    let assert = run(&folder, options);
    let output = plain_stdout(&assert);
    assert!(output.contains("peak memory"), "{output}{}", stderr(&assert));
    for neighbour in ["first", "last"] {
        assert!(result(&output, neighbour).starts_with("exit status 0"), "{output}");
    }
    for name in &names {
        let result = result(&output, name);
        assert!(result.contains(&format!(", {restarts} restarts")), "{name}: {result}");
    }
    kib(&output, "RAM: ")
}

/// What is in use in the end is what the kernel's heap has grown to, for as many apps and files as there were at one time, which
/// is a matter of chance: 900 to 1,200 KiB. 18,000 more runs add to it what the supervisor knows of them, 8 to 16 bytes each, and
/// not a page, nor a block of 64 bytes.
#[test]
fn runs_by_chance_leave_nothing_behind() {
    let (few, many) = (chaos(100, &["--icount"]), chaos(1000, &["--icount"]));
    assert!(many - few < (900 * APPS * 48) as f64 / 1024.0, "{few} KiB have become {many} KiB");
    let on_four_cores = chaos(200, &[]);
    assert!(on_four_cores < 2048.0, "{on_four_cores} KiB are in use");
}

/// Grows and fills its memory until there is no more, then finds in each page what it wrote.
fn grower(value: usize) -> String {
    format!(
        r#"(module (memory 1)
            (func (export "_start") (local $pages i32) (local $at i32)
                (block $full
                    (loop $more
                        (br_if $full (i32.eq (local.tee $pages (memory.grow (i32.const 64))) (i32.const -1)))
                        (memory.fill (i32.shl (local.get $pages) (i32.const 16)) (i32.const {value}) (i32.const 4194304))
                        (br $more)))
                (if (i32.eq (memory.size) (i32.const 1)) (then return))
                (local.set $at (i32.const 65536))
                (loop $check
                    (br_if $check (i32.and
                        (i32.eq (i32.load8_u (local.get $at)) (i32.const {value}))
                        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4099)))
                            (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4099))))))
                (if (i32.ne (i32.load8_u (i32.sub (local.get $at) (i32.const 4099))) (i32.const {value})) (then unreachable))))"#
    )
}

/// Every growth is checked against what is free, and every page taken, while the other cores do the same.
#[test]
fn apps_on_four_cores_that_grow_until_no_ram_is_left_get_it_or_end() {
    const APPS: usize = 12;
    const QUIET: &str = r#"(module (memory 17) (func (export "_start") (local $at i32) (local $i i32)
        (memory.fill (i32.const 0) (i32.const 90) (i32.const 1114112))
        (loop $again
            (local.set $at (i32.const 0))
            (loop $check
                (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 90)) (then unreachable))
                (br_if $check (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 61))) (i32.const 1114112))))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))))"#;
    let modules: Vec<_> = (1..=APPS).map(|value| (format!("grower-{value}"), grower(value))).collect();
    let mut all: Vec<_> = modules.iter().map(|(name, text)| (&name[..], &text[..])).collect();
    all.push(("quiet", QUIET));
    let keys = "on_exit = 'restart'\nrestart = { max = 2, window_s = 3600 }";
    let mut apps = vec![("quiet", "quiet", "priority = 7")];
    apps.extend(modules.iter().map(|(name, _)| (&name[..], &name[..], keys)));
    let folder = folder(&all, &apps);
    for options in [&[] as &[&str], &["--icount"]] {
        let assert = run(&folder, options);
        let output = plain_stdout(&assert);
        assert!(output.contains("peak memory"), "{output}{}", stderr(&assert));
        assert!(result(&output, "quiet").starts_with("exit status 0"), "{output}");
        for (name, _) in &modules {
            let end = result(&output, name).split(',').next().unwrap();
            let may = ["exit status 0", "trap: out of physical memory", "not started: no RAM left"];
            assert!(may.contains(&end.trim()), "{name}: {end}\n{output}");
        }
        let (before, after) = (kib(&output, "kernel's data "), kib(&output, "RAM: "));
        assert!(after <= before + 192.0, "{before} KiB have become {after} KiB");
    }
}
