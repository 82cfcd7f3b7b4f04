//! What the run prints: failures as they come, a table by group, and the reasons of what was skipped.

use crate::outcome::Outcome;
use std::collections::BTreeMap;

/// The counts of all groups.
#[derive(Default)]
pub struct Report {
    passed: usize,
    failed: usize,
    skipped: BTreeMap<(&'static str, String), usize>,
}

impl Report {
    /// Counts and prints a group.
    pub fn add(&mut self, group: &'static str, outcomes: Vec<Outcome>) {
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for outcome in outcomes {
            match outcome {
                Outcome::Passed => passed += 1,
                Outcome::Failed(what) => {
                    failed += 1;
                    println!("{group}: {what}");
                }
                Outcome::Skipped(reason) => {
                    skipped += 1;
                    *self.skipped.entry((group, reason)).or_default() += 1;
                }
            }
        }
        if self.passed + self.failed == 0 {
            println!("{:<40} {:>8} {:>8} {:>8}", "group", "passed", "failed", "skipped");
        }
        println!("{group:<40} {passed:>8} {failed:>8} {skipped:>8}");
        self.passed += passed;
        self.failed += failed;
    }

    /// Prints what remains to be said, and returns how many assertions failed.
    pub fn finish(self) -> usize {
        if !self.skipped.is_empty() {
            println!("\nSkipped:");
        }
        for ((group, reason), count) in &self.skipped {
            println!("{count:>8}  {group}: {reason}");
        }
        let skipped: usize = self.skipped.values().sum();
        println!("{} passed, {} failed, {skipped} skipped", self.passed, self.failed);
        self.failed
    }
}
