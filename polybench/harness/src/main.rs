//! `make bench` and `make bench-compare`: PolyBench's kernels on Sinter and elsewhere, in executed instructions.

mod table;

use aot_compiler::compile;
use clap::Parser;
use sinter_bench::{
    Error, Options, WASM, Workload,
    linux::{COMMAND_LINE, Linux, System},
    report::{self, Conditions, Report},
    upstream::{FLAGS, Upstream},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use table::Table;

/// Measure PolyBench's kernels in the emulator, on Sinter or also on Linux
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
    /// Compare with native programs and Wasmtime on Linux, on the same emulated board
    #[arg(long)]
    compare: bool,
    /// PolyBench/C's own programs instead of ours: the folder of its sources
    #[arg(long, value_name = "FOLDER", conflicts_with = "compare")]
    polybench_c: Option<PathBuf>,
    /// Where the report is written
    #[arg(long, default_value = "build/bench")]
    output: PathBuf,
    /// Where packages of others are kept
    #[arg(long, default_value = "build/packages")]
    packages: PathBuf,
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
    let workloads = sinter_bench::polybench(&kernels, &arguments.dataset)?;

    println!("PolyBench {}, runs of each kernel: {}", arguments.dataset, arguments.runs);
    if let Some(sources) = &arguments.polybench_c {
        return upstream(arguments, sources, &workloads);
    }
    println!("building the kernels for {}", WASM.target);
    let modules = WASM.build("polybench", &arguments.target)?;
    let options =
        Options { runs: arguments.runs as usize, modules: &modules, compile: compile::Options::default() };
    let (title, systems, conditions) = match arguments.compare {
        false => ("PolyBench/C 4.2.1 on Sinter", vec![sinter(&workloads, &options)?], Vec::new()),
        true => {
            let (systems, conditions) = compare(arguments, &workloads, &options)?;
            ("PolyBench/C 4.2.1 on Sinter and on Linux", systems, conditions)
        }
    };
    let mut report = Report::new(title, &arguments.dataset, options.runs, systems);
    report.conditions.push(("Flags of the producer".into(), WASM.flags.join(" ")));
    report.conditions.extend(conditions);
    let (name, folder) = match arguments.compare {
        false => ("polybench", arguments.output.clone()),
        true => ("compare", arguments.output.join("compare")),
    };
    report.write(&folder)?;
    report.write_summary(&arguments.output.join(name).with_extension("json"))?;
    println!("\nwritten: {}", folder.join("report.html").display());
    Ok(())
}

/// PolyBench/C's own programs on Sinter.
fn upstream(arguments: &Arguments, sources: &Path, workloads: &[Workload]) -> Result<(), Error> {
    let (dataset, runs) = (arguments.dataset.as_str(), arguments.runs as usize);
    let modules = arguments.target.join("polybench-c").join(dataset);
    let table = Table::new(workloads.len());
    let measurements = Upstream { sources, modules: &modules, dataset, runs }
        .measure(workloads, &|found| table.add("Sinter", found))?;
    let systems = vec![report::System { name: "Sinter".into(), measurements }];
    table.finish(&systems);
    let mut report = Report::new("PolyBench/C's own programs on Sinter", dataset, runs, systems);
    report.conditions.push(("Flags of clang-19".into(), FLAGS.join(" ")));
    let folder = arguments.output.join("polybench-c");
    report.write(&folder)?;
    report.write_summary(&arguments.output.join("polybench-c.json"))?;
    println!("\nwritten: {}", folder.join("report.html").display());
    Ok(())
}

fn sinter(workloads: &[Workload], options: &Options) -> Result<report::System, Error> {
    let table = Table::new(workloads.len());
    let measurements = sinter_bench::measure(workloads, options, &|found| table.add("Sinter", found))?;
    let systems = vec![report::System { name: "Sinter".into(), measurements }];
    table.finish(&systems);
    Ok(systems.into_iter().next().expect("there is one"))
}

/// The same programs natively, on Sinter and under Wasmtime, and the conditions of that.
fn compare(
    arguments: &Arguments,
    workloads: &[Workload],
    options: &Options,
) -> Result<(Vec<report::System>, Conditions), Error> {
    println!("fetching Linux by package");
    let linux = Linux::new(&arguments.packages, &arguments.target)?;
    println!("building the kernels for Linux");
    let native = System::native(workloads, "polybench", &arguments.target)?;
    println!("compiling the modules with Wasmtime");
    let wasmtime = System::wasmtime(&linux, workloads, options.modules, &arguments.target)?;

    let table = Table::new(3 * workloads.len());
    let on_linux = |system: &System| {
        linux.measure(system, workloads, options.runs, &|found| table.add(&system.name, found))
    };
    let (native_found, (wasmtime_found, sinter_found)) = rayon::join(
        || on_linux(&native),
        || {
            rayon::join(
                || on_linux(&wasmtime),
                || sinter_bench::measure(workloads, options, &|found| table.add("Sinter", found)),
            )
        },
    );
    let systems: Vec<_> =
        [("Linux, native", native_found?), ("Sinter", sinter_found?), ("Linux, Wasmtime", wasmtime_found?)]
            .map(|(name, measurements)| report::System { name: name.into(), measurements })
            .into();
    table.finish(&systems);
    let conditions = [
        ("Linux", linux.version.as_str()),
        ("Linux's command line", COMMAND_LINE),
        ("Native programs", &System::native_flags()),
        ("Wasmtime", System::WASMTIME),
    ];
    Ok((systems, conditions.map(|(name, value)| (name.into(), value.into())).into()))
}
