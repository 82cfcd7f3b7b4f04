//! regex: what an alarm looks for in a device's log, by the crate regex.

use bench_apps::{Application, Random};
use regex::Regex;
use std::{
    fmt::Write as _,
    io::{Result, Write},
    process::ExitCode,
};

const PATTERNS: [&str; 4] = [
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    r"(?i)timeout|refused|overrun",
    r"(?m)^(\S+) (sensor-\d+) (?:WARN|ERROR) (\w+)=(-?\d+\.\d+)",
    r"[a-z][a-z0-9_.]*@[a-z]+\.(?:org|net)",
];

struct Search {
    patterns: Vec<Regex>,
    log: String,
    found: String,
}

impl Application for Search {
    fn prepare(scale: usize) -> Self {
        let patterns = PATTERNS.map(|pattern| Regex::new(pattern).expect("it is a pattern")).into();
        Self { patterns, log: log(scale * 128), found: String::new() }
    }

    fn run(&mut self) {
        for pattern in &self.patterns {
            for captures in pattern.captures_iter(&self.log) {
                for group in captures.iter().flatten() {
                    self.found += group.as_str();
                    self.found.push(' ');
                }
            }
            self.found.push('\n');
        }
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(self.found.as_bytes())
    }
}

fn log(lines: usize) -> String {
    let mut random = Random::new(3);
    let mut log = String::new();
    for line in 0..lines {
        let (minute, second) = (line / 60 % 60, line % 60);
        let sensor = random.below(40);
        let level = random.choice(&["DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR"]);
        let event = match random.below(8) {
            0 => format!("connection from 10.0.{}.{} Refused", random.below(256), random.below(256)),
            1 => format!("mail to operator_{}@example.org queued", random.below(9)),
            2 => format!("bus timeout after {} ms, retry {}", random.below(900), random.below(5)),
            _ => format!(
                "{}={}.{}",
                random.choice(&["temperature", "humidity", "voltage"]),
                random.below(120),
                random.below(10)
            ),
        };
        writeln!(log, "2026-03-01T12:{minute:02}:{second:02}Z sensor-{sensor} {level} {event}")
            .expect("a string takes everything");
    }
    log
}

fn main() -> ExitCode {
    bench_apps::main::<Search>("regex")
}
