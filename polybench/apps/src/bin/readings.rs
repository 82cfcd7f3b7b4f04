//! readings: what stands before pipeline in a pipe: prints a sensor's readings, line by line.

use bench_apps::{Application, Random};
use std::{
    io::{Result, Write},
    process::ExitCode,
};

struct Readings {
    lines: usize,
}

impl Application for Readings {
    fn prepare(scale: usize) -> Self {
        Self { lines: scale * 512 }
    }

    fn run(&mut self) {}

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        let mut random = Random::new(10);
        for time in 0..self.lines {
            let value = random.below(4000) as f64 / 100.0;
            writeln!(out, "{} sensor-{:02} {value:.2}", time * 250, random.below(40))?;
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Readings>("readings")
}
