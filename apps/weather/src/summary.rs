//! Mean and extremes of a series of readings.

use std::fmt;

/// What is known of the readings so far.
#[derive(Default)]
pub struct Summary {
    number: u32,
    sum: f64,
    lowest: Option<Reading>,
    highest: Option<Reading>,
}

/// A value and the minute since midnight when it was read.
#[derive(Clone, Copy)]
struct Reading {
    minute: u32,
    value: f64,
}

impl Summary {
    /// Takes one more value, read `minute` minutes after midnight.
    pub fn add(&mut self, minute: u32, value: f64) {
        self.number += 1;
        self.sum += value;
        if self.lowest.is_none_or(|lowest| value < lowest.value) {
            self.lowest = Some(Reading { minute, value });
        }
        if self.highest.is_none_or(|highest| value > highest.value) {
            self.highest = Some(Reading { minute, value });
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (Some(lowest), Some(highest)) = (self.lowest, self.highest) else {
            return f.write_str("no readings");
        };
        let mean = self.sum / f64::from(self.number);
        write!(f, "{:>7}{mean:>8.1}{lowest:>16}{highest:>16}", self.number)
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let text = format!("{:.1} at {:02}:{:02}", self.value, self.minute / 60, self.minute % 60);
        f.pad(&text)
    }
}
