//! What a benchmark leaves behind: results.json, report.html, figures.md and plots.

mod pages;
mod peers;
mod plot;

pub use pages::grouped;
pub use peers::Peer;

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
    /// What the kernels are compared with besides.
    pub peers: Vec<Peer>,
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
            schema: 3,
            title: title.into(),
            dataset: dataset.into(),
            runs,
            unit: "instructions".into(),
            conditions: vec![
                ("Board".into(), "QEMU raspi3b (Cortex-A53), one core, -icount shift=0,sleep=off".into()),
                ("Emulator".into(), version("qemu-system-aarch64")),
                ("Sinter".into(), revision()),
                ("Producer".into(), version("rustc")),
            ],
            suites,
        }
    }

    /// Writes results.json, report.html, figures.md and the plots to `folder`.
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
        write("report.html", &pages::html(self, &plots))?;
        write("figures.md", &pages::markdown(self))
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
            let first = suite.means(0);
            for (number, system) in suite.systems.iter().enumerate() {
                for (mean, first) in suite.means(number).iter().zip(&first) {
                    lines.push(Line {
                        name: format!("{}, {}: {}, geometric mean", suite.name, system.name, mean.what),
                        value: mean.value,
                        unit: "instructions",
                        peer: (number > 0).then_some(first.value),
                        aim: None,
                    });
                }
                for peer in &suite.peers {
                    lines.push(Line {
                        name: format!("{}, {}: kernel over {}", suite.name, system.name, peer.name),
                        value: suite.over(number, peer),
                        unit: "ratio",
                        peer: Some(1.0),
                        aim: None,
                    });
                }
            }
        }
        lines
    }
}

impl Suite {
    /// The geometric means of what is compared on the system of this number. Programs that lack a figure do not count.
    pub fn means(&self, system: usize) -> [Mean; 2] {
        let [first, this] = [0, system].map(|number| &self.systems[number].measurements);
        COMPARED.map(|(what, value)| {
            let values: Vec<_> = this.iter().filter_map(value).collect();
            let pairs = this.iter().zip(first);
            let ratios = pairs.filter_map(|(this, first)| Some(value(this)? / value(first)?));
            Mean {
                what,
                count: values.len(),
                value: geometric_mean(values),
                ratio: (system > 0).then(|| geometric_mean(ratios)),
            }
        })
    }

    /// The kernels' instructions on the system of this number in relation to a peer's, as a geometric mean.
    pub fn over(&self, system: usize, peer: &Peer) -> f64 {
        let ratio =
            |found: &Measurement| Some(found.kernel?.mean / *peer.kernels.get(&found.program)? as f64);
        geometric_mean(self.systems[system].measurements.iter().filter_map(ratio))
    }
}

/// A geometric mean over a suite's programs.
#[derive(Debug, Clone, Serialize)]
pub struct Mean {
    /// What it is the mean of.
    pub what: &'static str,
    /// How many programs have such a figure.
    pub count: usize,
    /// The mean.
    pub value: f64,
    /// The mean of the ratios to the first system, which has none itself.
    pub ratio: Option<f64>,
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

/// This version of Sinter, with the commit and whether files differ from it, where git knows.
fn revision() -> String {
    let mut git = Command::new("git");
    let output = git.args(["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty"]).output();
    let commit = output.ok().filter(|output| output.status.success());
    let commit = commit.map(|output| format!(", {}", String::from_utf8_lossy(&output.stdout).trim()));
    env!("CARGO_PKG_VERSION").to_owned() + &commit.unwrap_or_default()
}

/// What a tool says about its version, in one line.
pub(crate) fn version(tool: &str) -> String {
    let output = Command::new(tool).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}
