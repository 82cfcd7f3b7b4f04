//! clocks: checks that the clocks go forwards and that sleeping takes the time it should. Prints only what is the
//! same on every run; what is wrong is said on standard error, with status 1.

use std::{
    process::ExitCode,
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

fn main() -> ExitCode {
    let mut failures = 0;
    let mut check = |what: &str, holds: bool, seen: String| {
        println!("{what}: {holds}");
        if !holds {
            eprintln!("clocks: {what}: {seen}");
            failures += 1;
        }
    };

    let mut last = Instant::now();
    let mut backwards = Duration::ZERO;
    for _ in 0..10_000 {
        let now = Instant::now();
        backwards = backwards.max(last.duration_since(now));
        last = now;
    }
    check("the monotonic clock never goes back", backwards.is_zero(), format!("{backwards:?}"));

    let (start, wall) = (Instant::now(), SystemTime::now());
    sleep(Duration::from_millis(50));
    let (slept, passed) = (start.elapsed(), wall.elapsed().unwrap_or_default());
    let in_time = |time: Duration| (50..1000).contains(&time.as_millis());
    check("a sleep of 50 ms takes at least that", in_time(slept), format!("{slept:?}"));
    check("the wall clock agrees", in_time(passed), format!("{passed:?}"));

    let start = Instant::now();
    (0..10).for_each(|_| sleep(Duration::from_micros(1)));
    let slept = start.elapsed();
    check("short sleeps are short", (10..100_000).contains(&slept.as_micros()), format!("{slept:?}"));
    sleep(Duration::ZERO);

    ExitCode::from(u8::from(failures > 0))
}
