//! `make bench-cycles`: cycles that LLVM's model of the Cortex-A53 estimates for PolyBench's kernels, on Sinter and natively.

use aot_compiler::compile;
use clap::Parser;
use serde_json::json;
use sinter_bench::{
    Error, POLYBENCH, WASM,
    cycles::{self, Estimate},
    geometric_mean, grouped,
    linux::NATIVE,
    select,
};
use std::{fs, path::PathBuf, process::ExitCode};

/// Estimate the cycles of PolyBench's kernels on a Cortex-A53, on Sinter and natively
#[derive(Parser)]
#[command(name = "bench-cycles")]
struct Arguments {
    /// MINI, SMALL, MEDIUM or LARGE
    #[arg(long, default_value = "SMALL")]
    dataset: String,
    /// Names of kernels, separated by commas; all if there is none
    #[arg(long, default_value = "")]
    kernels: String,
    /// Passes of the optimiser to leave out, separated by commas
    #[arg(long, default_value = "")]
    without: String,
    /// The list of figures
    #[arg(long, default_value = "build/bench/cycles.json")]
    output: PathBuf,
    /// Where the programs are built
    #[arg(long, default_value = "target/bench")]
    target: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-cycles: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let selected = select(&[POLYBENCH], &arguments.kernels, &arguments.dataset)?;
    // A kernel has to stay a function of its own.
    let names = arguments.without.split(',').filter(|name| !name.is_empty()).chain(["inline"]);
    let passes = compile::optimise::Passes::without_named(names)
        .map_err(|name| Error::Tool(format!("{name:?} is no pass of the optimiser")))?;
    let options = compile::Options { passes, ..compile::Options::default() };
    println!(
        "PolyBench {}, building the kernels for {} and {}",
        arguments.dataset, WASM.target, NATIVE.target
    );
    let workloads: Vec<_> = selected.into_iter().flat_map(|(_, workloads)| workloads).collect();
    let modules = WASM.build_for(&workloads, "polybench", &arguments.target)?;
    let programs = NATIVE.build_for(&workloads, "polybench", &arguments.target)?;
    println!("\n{:16} {:>14} {:>14} {:>7} {:>7}", "kernel", "cycles", "native", "ratio", "instr.");
    let mut rows: Vec<(String, Estimate, Estimate)> = Vec::new();
    for workload in &workloads {
        let own = cycles::on_sinter(workload, &modules, &options)?;
        let native = cycles::native(workload, &programs)?;
        println!(
            "{:16} {:>14} {:>14} {:>7.2} {:>7.2}",
            workload.name,
            grouped(own.cycles.round() as u64),
            grouped(native.cycles.round() as u64),
            own.cycles / native.cycles,
            own.instructions as f64 / native.instructions as f64,
        );
        rows.push((workload.name.clone(), own, native));
    }
    let mean = geometric_mean(rows.iter().map(|(_, own, native)| own.cycles / native.cycles));
    let instructions = |estimate: &Estimate| estimate.instructions as f64;
    let executed =
        geometric_mean(rows.iter().map(|(_, own, native)| instructions(own) / instructions(native)));
    println!("{:16} {:>14} {:>14} {mean:>7.2} {executed:>7.2}", "geometric mean", "", "");
    write(&rows, mean, &arguments.output)
}

fn write(rows: &[(String, Estimate, Estimate)], mean: f64, path: &PathBuf) -> Result<(), Error> {
    let kernel = |(name, own, native): &(String, Estimate, Estimate)| json!({ "name": name, "value": own.cycles, "unit": "estimated cycles", "peer": native.cycles, "aim": null });
    let mut figures: Vec<_> = rows.iter().map(kernel).collect();
    figures.push(json!({
        "name": "estimated cycles to native's, geometric mean",
        "value": mean,
        "unit": "ratio",
        "peer": 1.0,
        "aim": 1.0,
    }));
    let text = serde_json::to_string_pretty(&figures).expect("numbers and texts are JSON") + "\n";
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    }
    fs::write(path, text).map_err(|error| Error::file(path, error))?;
    println!("\nwritten: {}", path.display());
    Ok(())
}
