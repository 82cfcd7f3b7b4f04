//! LLVM's machine-code analyser with its model of the Cortex-A53.

use crate::{Error, figures::last_words};
use serde::Deserialize;
use std::{
    fmt::Write as _,
    io::{Seek, Write},
    process::Command,
};

/// How often a block is repeated.
const ITERATIONS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Report {
    code_regions: Vec<Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Region {
    summary_view: Summary,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    total_cycles: u64,
}

/// The cycles that each of the `blocks` takes for one of many repetitions.
pub fn cycles<'a>(blocks: impl Iterator<Item = &'a [u32]> + Clone) -> Result<Vec<f64>, Error> {
    let mut bytes = String::new();
    for byte in blocks.clone().flatten().flat_map(|word| word.to_le_bytes()) {
        _ = write!(bytes, "{byte:#04x} ");
    }
    let text = output("llvm-mc-19", &["--disassemble", "-triple=aarch64", "-mattr=+all"], &bytes)?;
    // It writes directives, too.
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('.'));
    let mut assembly = String::new();
    for block in blocks.clone() {
        assembly += "# LLVM-MCA-BEGIN\n";
        for _ in block {
            let line =
                lines.next().ok_or_else(|| Error::Tool("llvm-mc-19 knows less than there is".into()))?;
            _ = writeln!(assembly, "{line}");
        }
        assembly += "# LLVM-MCA-END\n";
    }
    let iterations = format!("-iterations={ITERATIONS}");
    let arguments = ["-mtriple=aarch64", "-mcpu=cortex-a53", "-json", &iterations];
    let report = output("llvm-mca-19", &arguments, &assembly)?;
    let cycles = parse(&report)?;
    match cycles.len() == blocks.count() {
        true => Ok(cycles),
        false => Err(Error::Tool("llvm-mca-19 reports on another number of blocks".into())),
    }
}

/// The cycles for a repetition of each block in a report.
fn parse(report: &str) -> Result<Vec<f64>, Error> {
    let report: Report = serde_json::from_str(report)
        .map_err(|error| Error::Tool(format!("llvm-mca-19 writes another format: {error}")))?;
    let cycles = |region: &Region| region.summary_view.total_cycles as f64 / ITERATIONS as f64;
    Ok(report.code_regions.iter().map(cycles).collect())
}

/// What `program` writes to its standard output if it reads `input`.
fn output(program: &str, arguments: &[&str], input: &str) -> Result<String, Error> {
    let refuse = |error| Error::Tool(format!("{program}: {error}: `apt-get install llvm-19` has it"));
    let mut file = tempfile::tempfile().map_err(refuse)?;
    file.write_all(input.as_bytes()).and_then(|()| file.rewind()).map_err(refuse)?;
    let mut command = Command::new(program);
    // What it says of branches, with which a block ends, is of no interest.
    let output = command.args(arguments).stdin(file).output().map_err(refuse)?;
    if !output.status.success() {
        let words = last_words(&String::from_utf8_lossy(&output.stderr));
        return Err(Error::Tool(format!("{program} ended with {}: {words}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_read() {
        let report =
            r#"{"CodeRegions": [{"SummaryView": {"Instructions": 100, "TotalCycles": 103}}], "Target": {}}"#;
        assert_eq!(parse(report).unwrap(), [1.03]);
        assert!(parse("{}").is_err());
    }
}
