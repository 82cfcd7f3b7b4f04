//! `make bench-ablation`: what each pass of the optimiser is worth on PolyBench's kernels, by leaving it out.

use aot_compiler::compile::{
    self,
    optimise::{PASSES, Pass, Passes},
};
use clap::Parser;
use serde_json::json;
use sinter_bench::{Error, Measurement, Options, POLYBENCH, WASM, geometric_mean, grouped};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

/// Measure PolyBench's kernels on Sinter without each pass of the optimiser
#[derive(Parser)]
#[command(name = "bench-ablation")]
struct Arguments {
    /// MINI, SMALL, MEDIUM or LARGE
    #[arg(long, default_value = "SMALL")]
    dataset: String,
    /// The list of figures
    #[arg(long, default_value = "build/bench/ablation.json")]
    output: PathBuf,
    /// Where the programs are built
    #[arg(long, default_value = "target/bench")]
    target: PathBuf,
}

/// What a set of passes gives.
struct Row {
    name: String,
    measurements: Vec<Measurement>,
    compile_time: Duration,
}

impl Row {
    fn instructions(&self) -> f64 {
        geometric_mean(self.measurements.iter().map(kernel))
    }

    fn code_size(&self) -> u64 {
        self.measurements.iter().map(|found| found.code_size).sum()
    }

    /// The kernel that executes the most instructions in relation to those of `all`.
    fn worst(&self, all: &Self) -> (&str, f64) {
        let pairs = self.measurements.iter().zip(&all.measurements);
        let ratios = pairs.map(|(found, all)| (found.program.as_str(), kernel(found) / kernel(all)));
        ratios.max_by(|one, other| one.1.total_cmp(&other.1)).expect("there are kernels")
    }
}

fn kernel(found: &Measurement) -> f64 {
    found.kernel.expect("kernels of PolyBench have a window").mean
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-ablation: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    println!("PolyBench {}, building the kernels for {}", arguments.dataset, WASM.target);
    let modules = WASM.build("polybench", &arguments.target)?;
    let kernels = POLYBENCH.programs();
    let kernels: Vec<_> = kernels.iter().map(String::as_str).collect();
    let workloads = POLYBENCH.workloads(&kernels, &arguments.dataset)?;
    let none = PASSES.iter().fold(Passes::ALL, |passes, (pass, _)| passes.without(*pass));
    let mut sets = vec![("all passes".to_owned(), Passes::ALL)];
    sets.extend(
        PASSES.map(|(pass, name): (Pass, &str)| (format!("without {name}"), Passes::ALL.without(pass))),
    );
    sets.push(("no passes".into(), none));

    println!(
        "{:20} {:>14} {:>7}  {:24} {:>12} {:>9}",
        "", "instructions", "ratio", "worst kernel", "code", "compiled"
    );
    let mut rows: Vec<Row> = Vec::new();
    for (name, passes) in sets {
        let compile = compile::Options { passes, ..compile::Options::default() };
        let compile_time = compile_time(&kernels, &modules, &compile)?;
        let options = Options { runs: 1, modules: &modules, images: None, compile };
        let measurements = sinter_bench::measure(&workloads, &options, &|_| {})?;
        rows.push(Row { name, measurements, compile_time });
        let (all, row) = (&rows[0], rows.last().expect("one was added"));
        let (worst, ratio) = row.worst(all);
        println!(
            "{:20} {:>14} {:>7.3}  {:24} {:>12} {:>7} ms",
            row.name,
            grouped(row.instructions().round() as u64),
            row.instructions() / all.instructions(),
            format!("{worst} {ratio:.3}"),
            grouped(row.code_size()),
            row.compile_time.as_millis(),
        );
    }
    write(&rows, &arguments.output)
}

/// How long this machine takes to compile all modules, one after another.
fn compile_time(kernels: &[&str], modules: &Path, options: &compile::Options) -> Result<Duration, Error> {
    let mut total = Duration::ZERO;
    for kernel in kernels {
        let path = modules.join(kernel).with_extension("wasm");
        let wasm = fs::read(&path).map_err(|error| Error::file(&path, error))?;
        let start = Instant::now();
        compile::compile(&wasm, kernel, options).map_err(|error| Error::program(kernel, error))?;
        total += start.elapsed();
    }
    Ok(total)
}

fn write(rows: &[Row], path: &Path) -> Result<(), Error> {
    let figures = rows.iter().flat_map(|row| {
        let figure = |what: &str, value: f64, unit: &str| {
            json!({ "name": format!("{}: {what}", row.name), "value": value, "unit": unit, "peer": null, "aim": null })
        };
        [
            figure("kernels, geometric mean", row.instructions(), "instructions"),
            figure("code of all kernels", row.code_size() as f64, "bytes"),
            figure("compile time of all kernels", row.compile_time.as_secs_f64(), "seconds"),
        ]
    });
    let figures: Vec<_> = figures.collect();
    let text = serde_json::to_string_pretty(&figures).expect("numbers and texts are JSON") + "\n";
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    }
    fs::write(path, text).map_err(|error| Error::file(path, error))?;
    println!("\nwritten: {}", path.display());
    Ok(())
}
