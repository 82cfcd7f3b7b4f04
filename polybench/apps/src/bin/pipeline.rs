//! pipeline: reads the lines of readings from standard input, and sums them up by sensor.

use bench_apps::Application;
use std::{
    collections::BTreeMap,
    io::{self, BufRead, Result, Write},
    process::ExitCode,
};

#[derive(Default)]
struct Summary {
    count: u32,
    sum: f64,
    least: f64,
    greatest: f64,
}

struct Pipeline {
    sensors: BTreeMap<String, Summary>,
}

impl Application for Pipeline {
    /// The size is the producer's.
    fn prepare(_scale: usize) -> Self {
        Self { sensors: BTreeMap::new() }
    }

    fn run(&mut self) {
        let mut line = String::new();
        let mut input = io::stdin().lock();
        while input.read_line(&mut line).expect("the pipe can be read") > 0 {
            let mut words = line.split_ascii_whitespace().skip(1);
            let (sensor, value) = (words.next().expect("a name"), words.next().expect("a value"));
            let value: f64 = value.parse().expect("the value is a number");
            if !self.sensors.contains_key(sensor) {
                let new = Summary { least: value, greatest: value, ..Summary::default() };
                self.sensors.insert(sensor.to_owned(), new);
            }
            let summary = self.sensors.get_mut(sensor).expect("it is there");
            summary.count += 1;
            summary.sum += value;
            summary.least = summary.least.min(value);
            summary.greatest = summary.greatest.max(value);
            line.clear();
        }
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        for (sensor, Summary { count, sum, least, greatest }) in &self.sensors {
            writeln!(out, "{sensor} {count} {:.2} {least} {greatest}", sum / f64::from(*count))?;
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Pipeline>("pipeline")
}
