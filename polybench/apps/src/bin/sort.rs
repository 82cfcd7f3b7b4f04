//! sort: readings of many sensors in the order of their times, and names, by the standard library.

use bench_apps::{Application, Random};
use std::{
    io::{Result, Write},
    process::ExitCode,
};

#[derive(Clone, Copy)]
struct Reading {
    time: u32,
    sensor: u16,
    value: f32,
}

struct Sort {
    readings: Vec<Reading>,
    names: Vec<String>,
}

impl Application for Sort {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(4);
        // Each sensor's readings come in order, now and then one late.
        let reading = |number: usize| Reading {
            time: (number as u32 / 8) * 10
                + random.below(if number.is_multiple_of(64) { 5000 } else { 12 }) as u32,
            sensor: random.below(200) as u16,
            value: random.below(4096) as f32 / 8.0,
        };
        let readings = (0..scale * 2048).map(reading).collect();
        let name = |_| format!("sensor-{}/{:x}", random.below(200), random.number() >> 44);
        Self { readings, names: (0..scale * 256).map(name).collect() }
    }

    fn run(&mut self) {
        // Stable by time, then a copy by value, of which the order of equal ones does not matter.
        self.readings.sort_by_key(|reading| reading.time);
        let mut values: Vec<f32> = self.readings.iter().map(|reading| reading.value).collect();
        values.sort_unstable_by(f32::total_cmp);
        let median = values[values.len() / 2];
        self.readings.sort_by_key(|reading| (reading.value < median, reading.sensor));
        self.names.sort();
        self.names.dedup();
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        for Reading { time, sensor, value } in &self.readings {
            writeln!(out, "{time} {sensor} {value}")?;
        }
        writeln!(out, "{}", self.names.join("\n"))
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Sort>("sort")
}
