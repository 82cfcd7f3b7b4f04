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
    /// The programs, in groups that have geometric means of their own.
    pub suites: Vec<Suite>,
}

/// Programs that are compared together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Suite {
    /// Its name.
    pub name: String,
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
    pub fn new(title: &str, dataset: &str, runs: usize, suites: Vec<Suite>) -> Self {
        Self {
            schema: 2,
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
            suites,
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
        let plots: Vec<_> = self.suites.iter().map(|suite| plot::all(suite, &self.unit)).collect();
        for plot in plots.iter().flatten() {
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
        for suite in &self.suites {
            let peers = suite.means(0);
            for (number, system) in suite.systems.iter().enumerate() {
                for ((what, _), ((value, _), (peer, _))) in
                    COMPARED.into_iter().zip(suite.means(number).into_iter().zip(peers))
                {
                    lines.push(Line {
                        name: format!("{}, {}: {what}, geometric mean", suite.name, system.name),
                        value,
                        unit: "instructions",
                        peer: (number > 0).then_some(peer),
                        aim: None,
                    });
                }
            }
        }
        lines
    }
}

impl Suite {
    /// The geometric means of what is compared on the system of this number, each absolute and in relation to the
    /// first system. Programs that lack a figure do not count for it.
    pub fn means(&self, system: usize) -> [(f64, f64); 2] {
        let [first, this] = [0, system].map(|number| &self.systems[number].measurements);
        COMPARED.map(|(_, value)| {
            let pairs = this.iter().zip(first);
            let ratios = pairs.filter_map(|(this, first)| Some(value(this)? / value(first)?));
            (geometric_mean(this.iter().filter_map(value)), geometric_mean(ratios))
        })
    }
}

/// A figure of a measurement, if it has it.
type Figure = fn(&Measurement) -> Option<f64>;

/// What is compared between systems.
const COMPARED: [(&str, Figure); 2] = [
    ("kernel", |measurement| measurement.kernel.map(|spread| spread.mean)),
    ("whole process", |measurement| Some(measurement.process.mean)),
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
