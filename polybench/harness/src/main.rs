//! `make bench`: PolyBench's kernels on Sinter, in executed instructions.

mod table;

use aot_compiler::compile;
use clap::Parser;
use sinter_bench::{
    Error, Options, WASM,
    report::{Report, System},
};
use std::{path::PathBuf, process::ExitCode};
use table::Table;

/// Measure PolyBench's kernels on Sinter in the emulator
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// MINI, SMALL, MEDIUM or LARGE
    #[arg(long, default_value = "MEDIUM")]
    dataset: String,
    /// How often each kernel runs
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Which kernels, separated by commas or spaces; all if there are none
    #[arg(long, default_value = "", hide_default_value = true)]
    kernels: String,
    /// Where the report is written
    #[arg(long, default_value = "build/bench")]
    output: PathBuf,
    /// Where the programs are built
    #[arg(long, default_value = "target/bench")]
    target: PathBuf,
}

fn main() -> ExitCode {
    match bench(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &Arguments) -> Result<(), Error> {
    let named: Vec<_> = arguments.kernels.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    let all = sinter_bench::kernels();
    let kernels = if named.is_empty() { all.iter().map(String::as_str).collect() } else { named };
    // Names are looked at before anything is built.
    sinter_bench::polybench(&kernels, &arguments.dataset)?;

    println!("PolyBench {} on Sinter, runs of each kernel: {}", arguments.dataset, arguments.runs);
    println!("building the kernels for {}", WASM.target);
    let modules = WASM.build(&arguments.target)?;
    let options =
        Options { runs: arguments.runs as usize, modules: &modules, compile: compile::Options::default() };
    let table = Table::new(kernels.len());
    let measurements = sinter_bench::run(&kernels, &arguments.dataset, &options, &|found| table.add(found))?;
    table.finish(&measurements);

    let systems = vec![System { name: "Sinter".into(), measurements }];
    let mut report = Report::new("PolyBench/C 4.2.1 on Sinter", &arguments.dataset, options.runs, systems);
    report.conditions.push(("Flags of the producer".into(), WASM.flags.join(" ")));
    report.write(&arguments.output, "polybench")?;
    println!("\nwritten: {}", arguments.output.join("report.html").display());
    Ok(())
}
