//! What a benchmark leaves behind: results.json, report.html and plots.

mod html;
mod plot;

pub use html::grouped;

use crate::{Error, Measurement, geometric_mean};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path, process::Command};

/// Everything that one benchmark found out. docs/benchmarks.md describes the file that it becomes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Version of this format.
    pub schema: u32,
    /// What was run.
    pub title: String,
    /// The dataset.
    pub dataset: String,
    /// Runs of each program on each system.
    pub runs: usize,
    /// The unit of all times.
    pub unit: String,
    /// On what it was run, and how the programs were built: a name and a value each.
    pub conditions: Conditions,
    /// The systems. Ratios are to the first one.
    pub systems: Vec<System>,
}

/// A name and a value each.
pub type Conditions = Vec<(String, String)>;

/// All measurements on one system.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct System {
    /// Its name.
    pub name: String,
    /// The programs, in the same order on every system.
    pub measurements: Vec<Measurement>,
}

/// One row of the short list that every benchmark writes in the same form.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    value: f64,
    unit: &'static str,
    peer: Option<f64>,
    aim: Option<f64>,
}

impl Report {
    /// A report of measurements on the emulated board.
    pub fn new(title: &str, dataset: &str, runs: usize, systems: Vec<System>) -> Self {
        Self {
            schema: 1,
            title: title.into(),
            dataset: dataset.into(),
            runs,
            unit: "instructions".into(),
            conditions: vec![
                ("Board".into(), "QEMU raspi3b (Cortex-A53), one core, -icount shift=0,sleep=off".into()),
                ("Emulator".into(), version("qemu-system-aarch64")),
                ("Sinter".into(), env!("CARGO_PKG_VERSION").into()),
                ("Producer".into(), version("rustc")),
            ],
            systems,
        }
    }

    /// Writes results.json, report.html and the plots to `folder`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        let write = |file: &str, text: &str| {
            let path = folder.join(file);
            fs::write(&path, text).map_err(|error| Error::file(&path, error))
        };
        write("results.json", &json(self))?;
        let plots = plot::all(self);
        for plot in &plots {
            write(&format!("{}.svg", plot.name), &plot.svg)?;
        }
        write("report.html", &html::render(self, &plots))
    }

    /// Writes the short list that every benchmark has in the same form.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_summary(&self, path: &Path) -> Result<(), Error> {
        fs::write(path, json(&self.lines())).map_err(|error| Error::file(path, error))
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, system) in self.systems.iter().enumerate() {
            let peer = |value: Figure| {
                (number > 0).then(|| geometric_mean(self.systems[0].measurements.iter().map(value)))
            };
            for (what, value) in COMPARED {
                lines.push(Line {
                    name: format!("{}: {what}, geometric mean", system.name),
                    value: geometric_mean(system.measurements.iter().map(value)),
                    unit: "instructions",
                    peer: peer(value),
                    aim: None,
                });
            }
        }
        lines
    }
}

/// A figure of a measurement.
type Figure = fn(&Measurement) -> f64;

/// What is compared between systems.
const COMPARED: [(&str, Figure); 2] = [
    ("kernel", |measurement| measurement.kernel.mean),
    ("whole process", |measurement| measurement.process.mean),
];

fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("numbers and texts are JSON") + "\n"
}

/// What a tool says about its version, in one line.
fn version(tool: &str) -> String {
    let output = Command::new(tool).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}
