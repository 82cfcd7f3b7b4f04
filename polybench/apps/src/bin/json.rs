//! json: telemetry messages parsed by serde_json, into types and into trees, and printed again.

use bench_apps::{Application, Random};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    io::{Result, Write},
    process::ExitCode,
};

#[derive(Serialize, Deserialize)]
struct Message {
    device: String,
    time: u64,
    firmware: [u8; 3],
    position: Option<(f64, f64)>,
    readings: Vec<Reading>,
    note: String,
}

#[derive(Serialize, Deserialize)]
struct Reading {
    sensor: String,
    value: f64,
    unit: String,
    valid: bool,
}

struct Json {
    input: Vec<String>,
    output: String,
}

impl Application for Json {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(1);
        let message = |number| serde_json::to_string(&message(number, &mut random)).expect("it is JSON");
        Self { input: (0..32 * scale as u64).map(message).collect(), output: String::new() }
    }

    fn run(&mut self) {
        for text in &self.input {
            let mut message: Message = serde_json::from_str(text).expect("it is a message");
            message.time += 1;
            message.readings.retain(|reading| reading.valid);
            let tree: Value = serde_json::from_str(text).expect("it is JSON");
            self.output += &serde_json::to_string(&message).expect("it is JSON");
            self.output += &serde_json::to_string_pretty(&tree["readings"]).expect("it is JSON");
        }
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(self.output.as_bytes())
    }
}

fn message(number: u64, random: &mut Random) -> Message {
    let hundredths = |number: usize| number as f64 / 100.0;
    let sensors = [("temperature", "°C"), ("humidity", "%"), ("pressure", "hPa"), ("battery", "V")];
    let reading = |(sensor, unit): (&str, &str)| Reading {
        sensor: sensor.into(),
        value: hundredths(random.below(110_000)) - 40.0,
        unit: unit.into(),
        valid: random.below(16) > 0,
    };
    let readings = sensors.map(reading).into();
    Message {
        device: format!("sensor-{:02}", random.below(100)),
        time: 1_767_225_600_000 + number * 250,
        firmware: [1, 4, 2],
        position: number
            .is_multiple_of(3)
            .then(|| (hundredths(random.below(9_000)), -hundredths(random.below(18_000)))),
        readings,
        note: random.choice(&["", "door \"north\" open\n", "Prüfung läuft\t…", "C:\\log"]).to_string(),
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Json>("json")
}
