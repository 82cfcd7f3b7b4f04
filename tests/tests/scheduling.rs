//! Who gets the processor: limits, fair shares, priorities, cores, and many apps at once.

use sinter_tests::images::{folder, result, succeed};
use std::time::{Duration, Instant};

/// Modules that use the processor in different ways.
const MODULES: [(&str, &str); 7] = [
    ("endless", r#"(module (func (export "_start") (loop $again (br $again))))"#),
    ("start", r#"(module (func $again (loop $again (br $again))) (start $again) (func (export "_start")))"#),
    // Is in the kernel most of the time.
    (
        "yielding",
        r#"(module
            (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
            (func (export "_start") (loop $again (drop (call $yield)) (br $again))))"#,
    ),
    // One bulk operation without end, which is the kernel's code but the app's own time.
    (
        "filling",
        r#"(module (memory 512)
            (func (export "_start")
                (loop $again
                    (memory.fill (i32.const 0) (i32.const 7) (i32.const 33554432))
                    (memory.copy (i32.const 1) (i32.const 0) (i32.const 33554431))
                    (br $again))))"#,
    ),
    // Sleeps for 1 s.
    (
        "sleeping",
        r#"(module
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (memory 1)
            (func (export "_start")
                (i32.store (i32.const 16) (i32.const 1))
                (i64.store (i32.const 24) (i64.const 1000000000))
                (if (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 96)) (then unreachable))))"#,
    ),
    // Counts for many turns of 5 ms.
    (
        "half",
        r#"(module
            (func (export "_start") (local $i i32)
                (loop $next
                    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8000000))))))"#,
    ),
    // Sleeps 20 times for 1 ms, and traps if it wakes up more than 20 us late.
    (
        "punctual",
        r#"(module
            (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (memory 1)
            (func $now (result i64)
                (if (call $clock (i32.const 1) (i64.const 0) (i32.const 128)) (then unreachable))
                (i64.load (i32.const 128)))
            (func (export "_start") (local $i i32) (local $time i64)
                (i32.store (i32.const 16) (i32.const 1))
                (i64.store (i32.const 24) (i64.const 1000000))
                (loop $next
                    (local.set $time (call $now))
                    (if (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 96)) (then unreachable))
                    (if (i64.gt_u (i64.sub (call $now) (local.get $time)) (i64.const 1020000)) (then unreachable))
                    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20))))))"#,
    ),
];

#[test]
fn a_limit_of_processor_time_ends_an_app_and_no_other() {
    const LIMIT: &str = "limits = { cpu_ms = 30 }\nexpect = 'limit'";
    let apps = [
        ("endless", "endless", LIMIT),
        ("start", "start", LIMIT),
        ("yielding", "yielding", LIMIT),
        ("filling", "filling", LIMIT),
        // Waiting is not running. A busy host makes it look as if it had run for some time all the same.
        ("sleeping", "sleeping", "limits = { cpu_ms = 500 }"),
    ];
    for options in [&[] as &[&str], &["--icount"]] {
        let output = succeed(&folder(&MODULES, &apps), options);
        for (app, ..) in &apps[..4] {
            assert!(
                result(&output, app).starts_with("ended after 30 ms of running (as expected)"),
                "{output}"
            );
            let line = format!("{app:8} │ ended: it has run for 30 ms, which is its limit");
            assert!(output.contains(&line), "{output}");
        }
        assert!(result(&output, "sleeping").starts_with("exit status 0"), "{output}");
    }
}

#[test]
fn a_limit_holds_for_each_run() {
    let keys = "limits = { cpu_ms = 10 }\nexpect = 'limit'\non_exit = 'restart'\nrestart = { max = 2, window_s = 60 }";
    let output = succeed(&folder(&MODULES, &[("again", "endless", keys)]), &["--icount"]);
    let result = result(&output, "again");
    assert!(result.starts_with("ended after 10 ms of running, 2 restarts (as expected)"), "{output}");
    let mut words = result.rsplit("  ").map(str::trim).filter(|word| !word.is_empty());
    let instructions: u64 = words.nth(1).unwrap().replace(',', "").parse().unwrap();
    assert!((30_000_000..30_300_000).contains(&instructions), "{output}");
}

#[test]
fn an_endless_loop_costs_another_app_half_of_a_core() {
    for endless in ["endless", "start"] {
        let apps =
            [("endless", endless, "limits = { cpu_ms = 200 }\nexpect = 'limit'"), ("half", "half", "")];
        let output = succeed(&folder(&MODULES, &apps), &["--icount"]);
        // `half: 46542708 ns from start to end, 24013226 cycles, ...`; the counter is at 1 GHz.
        let line = output.lines().find_map(|line| line.split_once("] half: ")).expect("half has ended").1;
        let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [time, cycles, ..] = *numbers else { panic!("{line}") };
        assert!(cycles > 15_000_000 && time.abs_diff(2 * cycles) < 10_000_000, "two turns at most: {line}");
    }
}

#[test]
fn a_higher_priority_gets_the_core_at_once() {
    let low = "limits = { cpu_ms = 40 }\nexpect = 'limit'\npriority = 2";
    let apps = [("a", "endless", low), ("b", "endless", low), ("c", "punctual", "priority = 3")];
    succeed(&folder(&MODULES, &apps), &["--icount"]);
}

#[test]
fn apps_stay_on_their_cores() {
    const MS: u64 = 1500;
    let keys = format!("cores = [2]\nlimits = {{ cpu_ms = {MS} }}\nexpect = 'limit'");
    let folder = folder(&MODULES, &[("a", "endless", &keys), ("b", "endless", &keys)]);
    let start = Instant::now();
    let output = succeed(&folder, &[]);
    assert!(
        start.elapsed() >= Duration::from_millis(2 * MS),
        "two apps ran on one core at one time:\n{output}"
    );
    assert!(output.contains("2 apps started") && output.contains("cores: 4"), "{output}");
    // Where that core is not there, they run all the same.
    assert!(succeed(&folder, &["--icount"]).contains("cores: 1"));
}

/// Without changes of cores, three would end after 3 s and the two that share a core after 6 s. A busy host runs one core for longer
/// than another now and then: that evens out within seconds.
#[test]
fn five_busy_apps_share_four_cores_evenly() {
    let keys = "limits = { cpu_ms = 3000 }\nexpect = 'limit'";
    let apps = ["a", "b", "c", "d", "e"].map(|name| (name, "endless", keys));
    let output = succeed(&folder(&MODULES, &apps), &[]);
    let times = output.lines().filter_map(|line| line.split_once(" ns from start to end"));
    let times = times.filter_map(|(before, _)| before.rsplit(' ').next()?.parse::<f64>().ok());
    let times: Vec<_> = times.collect();
    assert_eq!(times.len(), apps.len(), "{output}");
    let (first, last) = times.iter().fold((f64::MAX, 0.0_f64), |(a, b), &time| (a.min(time), b.max(time)));
    assert!(last < 1.3 * first, "{output}");
}

/// `waiting` may run on cores 1 and 2 and waits for core 1, as a less important app waited for core 2 already when it came.
/// When core 2 is given up, it is for `waiting` and not for that one.
#[test]
fn no_core_runs_a_less_important_app_while_another_one_waits_elsewhere() {
    let busy = |core: u32, priority: u32, ms: u32| {
        format!("cores = [{core}]\npriority = {priority}\nlimits = {{ cpu_ms = {ms} }}\nexpect = 'limit'")
    };
    let (first, second, low) = (busy(1, 5, 3000), busy(2, 6, 500), busy(2, 1, 3000));
    let waiting = "cores = [1, 2]\npriority = 4\nlimits = { cpu_ms = 100 }\nexpect = 'limit'";
    let apps = [
        ("first", "endless", &first[..]),
        ("second", "endless", &second),
        ("low", "endless", &low),
        ("waiting", "endless", waiting),
    ];
    let output = succeed(&folder(&MODULES, &apps), &[]);
    let end = |app: &str| {
        output.find(&format!("{app}: ")).unwrap_or_else(|| panic!("{app} does not end:\n{output}"))
    };
    assert!(end("second") < end("waiting"), "{output}");
    assert!(end("waiting") < end("first") && end("waiting") < end("low"), "{output}");
}

#[test]
fn a_thousand_apps_at_once_finish_with_right_results() {
    const COUNT: usize = 1000;
    // Sorts 2,000 words of a random sequence that depends on the app's argument, in a memory of 512 KiB, and yields the core
    // meanwhile; it traps unless they are in order and their sum is what it was.
    const SORT: &str = r#"(module
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory 8)
        (func (export "_start") (local $x i32) (local $sum i32) (local $i i32) (local $j i32) (local $at i32)
            (if (call $args (i32.const 0) (i32.const 16)) (then unreachable))
            (local.set $x (i32.mul (i32.load (i32.load (i32.const 4))) (i32.const 2654435761)))
            (loop $fill
                (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 13))))
                (local.set $x (i32.xor (local.get $x) (i32.shr_u (local.get $x) (i32.const 17))))
                (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 5))))
                (i32.store (i32.add (i32.const 1024) (i32.shl (local.get $i) (i32.const 8))) (local.get $x))
                (local.set $sum (i32.add (local.get $sum) (local.get $x)))
                (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
            (local.set $i (i32.const 1))
            (loop $outer
                (local.set $j (local.get $i))
                (local.set $x (i32.load (i32.add (i32.const 1024) (i32.shl (local.get $i) (i32.const 8)))))
                (block $placed
                    (loop $inner
                        (local.set $at (i32.add (i32.const 1024) (i32.shl (i32.sub (local.get $j) (i32.const 1)) (i32.const 8))))
                        (br_if $placed (i32.le_u (i32.load (local.get $at)) (local.get $x)))
                        (i32.store offset=256 (local.get $at) (i32.load (local.get $at)))
                        (br_if $inner (local.tee $j (i32.sub (local.get $j) (i32.const 1))))))
                (i32.store (i32.add (i32.const 1024) (i32.shl (local.get $j) (i32.const 8))) (local.get $x))
                (if (i32.eqz (i32.and (local.get $i) (i32.const 255))) (then (drop (call $yield))))
                (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
            (local.set $i (i32.const 0))
            (local.set $x (i32.const 0))
            (loop $check
                (local.set $at (i32.load (i32.add (i32.const 1024) (i32.shl (local.get $i) (i32.const 8)))))
                (if (i32.lt_u (local.get $at) (local.get $x)) (then unreachable))
                (local.set $x (local.get $at))
                (local.set $sum (i32.sub (local.get $sum) (local.get $x)))
                (br_if $check (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
            (if (local.get $sum) (then unreachable))
            ;; The last two digits of its number.
            (call $exit (i32.rem_u (i32.load16_u offset=2 (i32.load (i32.const 4))) (i32.const 100)))))"#;
    let names: Vec<_> = (0..COUNT).map(|number| format!("a{number:04}")).collect();
    let keys: Vec<_> = (0..COUNT)
        .map(|number| {
            let digits = format!("{number:04}");
            let last = u16::from_le_bytes([digits.as_bytes()[2], digits.as_bytes()[3]]);
            format!("args = ['{digits}']\nexpect = {}", last % 100)
        })
        .collect();
    let apps: Vec<_> = names.iter().zip(&keys).map(|(name, keys)| (&name[..], "sort", &keys[..])).collect();
    let output = succeed(&folder(&[("sort", SORT)], &apps), &[]);
    assert!(output.contains("1000 apps started"), "{output}");
}
