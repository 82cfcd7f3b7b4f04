//! The table that grows while the programs run.

use indicatif::{ProgressBar, ProgressStyle};
use sinter_bench::{Measurement, grouped, report::Suite};

/// A table on standard output, with a bar below it where there is a terminal.
pub struct Table {
    bar: ProgressBar,
}

impl Table {
    /// Prints the head of a table that will have `rows` rows.
    pub fn new(title: &str, rows: usize) -> Self {
        println!(
            "\n{title}\n  {:18} {:14} {:>15} {:>15} {:>8} {:>11} {:>12} {:>9}",
            "system", "program", "instructions", "whole process", "spread", "start-up", "peak memory", "code"
        );
        let bar = ProgressBar::new(rows as u64);
        let style = ProgressStyle::with_template("  {bar:30} {pos}/{len}, {elapsed} gone, about {eta} to go");
        bar.set_style(style.expect("the template is valid"));
        bar.enable_steady_tick(std::time::Duration::from_millis(250));
        Self { bar }
    }

    /// Adds the row of a program on a system.
    pub fn add(&self, system: &str, found: &Measurement) {
        let spread = 100.0 * found.process.deviation / found.process.mean;
        self.bar.suspend(|| {
            println!(
                "  {system:18} {:14} {:>15} {:>15} {:>6.2} % {:>11} {:>8} KiB {:>5} KiB",
                found.program,
                found.kernel.map_or("-".into(), |spread| grouped(spread.mean as u64)),
                grouped(found.process.mean as u64),
                spread,
                found.start_up.map_or("-".into(), |spread| grouped(spread.mean as u64)),
                grouped(found.peak_memory.max.div_ceil(1024)),
                grouped(found.code_size.div_ceil(1024)),
            );
        });
        self.bar.inc(1);
    }

    /// Ends the table with the geometric means.
    pub fn finish(&self, suite: &Suite) {
        self.bar.finish_and_clear();
        println!("\n  {:24} {:>15} {:>15}", "geometric means", "instructions", "whole process");
        for (number, system) in suite.systems.iter().enumerate() {
            let [kernel, process] = suite.means(number).map(|mean| {
                (
                    grouped(mean.value.round() as u64),
                    mean.ratio.map_or(String::new(), |ratio| format!("{ratio:.3}")),
                )
            });
            let (name, (kernel, ratio), (process, process_ratio)) = (&system.name, kernel, process);
            println!("  {name:24} {kernel:>15} {process:>15}  {ratio:>7} {process_ratio:>7}");
        }
        for peer in &suite.peers {
            println!("\n  kernels alone over {}'s own programs in C, {}", suite.name, peer.name);
            for (number, system) in suite.systems.iter().enumerate() {
                println!("  {:24} {:>15.3}", system.name, suite.over(number, peer));
            }
        }
    }
}
