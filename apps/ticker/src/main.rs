//! ticker COUNT PERIOD: prints COUNT ticks, one every PERIOD milliseconds.
//!
//! Sleeping gives the processor away: between two ticks the other apps of the image run.

use std::{
    env,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).map(|argument| argument.parse());
    let (Some(Ok(count)), Some(Ok(period)), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("usage: ticker COUNT PERIOD");
        return ExitCode::from(2);
    };
    let period = Duration::from_millis(period);
    let start = Instant::now();
    let mut due = start;
    for tick in 1..=count {
        due += period;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        println!("tick {tick} of {count} after {} ms", start.elapsed().as_millis());
    }
    ExitCode::SUCCESS
}
