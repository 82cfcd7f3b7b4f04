//! `make bench` and `make bench-compare`: PolyBench's kernels and applications on Sinter and elsewhere, in executed
//! instructions.

mod table;

use aot_compiler::compile;
use clap::Parser;
use sinter_bench::{
    APPS, Error, Options, POLYBENCH, Suite, WASM, Workload,
    linux::{COMMAND_LINE, Linux, System},
    report::{self, Conditions, Report},
    select,
    upstream::{FLAGS, Upstream},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use table::Table;

/// Measure PolyBench's kernels and applications in the emulator, on Sinter or also on Linux
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// MINI, SMALL, MEDIUM or LARGE
    #[arg(long, default_value = "MEDIUM")]
    dataset: String,
    /// How often each program runs
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Which programs, separated by commas or spaces, polybench or apps for all of a suite; all if there are none
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
    let suites: &[Suite] = if arguments.polybench_c.is_some() { &[POLYBENCH] } else { &[POLYBENCH, APPS] };
    // Names are looked at before anything is built.
    let selected = select(suites, &arguments.kernels, &arguments.dataset)?;

    println!("dataset {}, runs of each program: {}", arguments.dataset, arguments.runs);
    if let Some(sources) = &arguments.polybench_c {
        let workloads = selected.into_iter().flat_map(|(_, workloads)| workloads).collect::<Vec<_>>();
        return upstream(arguments, sources, &workloads);
    }
    let linux = match arguments.compare {
        false => None,
        true => {
            println!("fetching Linux by package");
            Some(Linux::new(&arguments.packages, &arguments.target)?)
        }
    };
    let measured = selected.iter().map(|(suite, workloads)| match &linux {
        None => alone(arguments, suite, workloads),
        Some(linux) => compared(arguments, linux, suite, workloads),
    });
    let measured = measured.collect::<Result<Vec<_>, Error>>()?;
    let (title, name, folder) = match arguments.compare {
        false => ("Sinter's benchmarks", "polybench", arguments.output.clone()),
        true => ("Sinter and Linux", "compare", arguments.output.join("compare")),
    };
    let mut report = Report::new(title, &arguments.dataset, arguments.runs as usize, measured);
    report.conditions.push(("Flags of the producer".into(), WASM.flags.join(" ")));
    report.conditions.extend(linux.iter().flat_map(conditions));
    report.write(&folder)?;
    report.write_summary(&arguments.output.join(name).with_extension("json"))?;
    println!("\nwritten: {}", folder.join("report.html").display());
    Ok(())
}

/// PolyBench/C's own programs on Sinter.
fn upstream(arguments: &Arguments, sources: &Path, workloads: &[Workload]) -> Result<(), Error> {
    let (dataset, runs) = (arguments.dataset.as_str(), arguments.runs as usize);
    let modules = arguments.target.join("polybench-c").join(dataset);
    let table = Table::new(POLYBENCH.name, workloads.len());
    let measurements = Upstream { sources, modules: &modules, dataset, runs }
        .measure(workloads, &|found| table.add("Sinter", found))?;
    let systems = vec![report::System { name: "Sinter".into(), measurements }];
    let suite = report::Suite { name: POLYBENCH.name.into(), systems };
    table.finish(&suite);
    let mut report = Report::new("PolyBench/C's own programs on Sinter", dataset, runs, vec![suite]);
    report.conditions.push(("Flags of clang-19".into(), FLAGS.join(" ")));
    let folder = arguments.output.join("polybench-c");
    report.write(&folder)?;
    report.write_summary(&arguments.output.join("polybench-c.json"))?;
    println!("\nwritten: {}", folder.join("report.html").display());
    Ok(())
}

/// Builds a suite's modules and returns their folder.
fn modules(arguments: &Arguments, suite: &Suite) -> Result<PathBuf, Error> {
    println!("{}: building the programs for {}", suite.name, WASM.target);
    WASM.build(suite.package, &arguments.target)
}

fn options<'a>(arguments: &Arguments, modules: &'a Path) -> Options<'a> {
    Options { runs: arguments.runs as usize, modules, compile: compile::Options::default() }
}

/// A suite's programs on Sinter.
fn alone(arguments: &Arguments, suite: &Suite, workloads: &[Workload]) -> Result<report::Suite, Error> {
    let modules = modules(arguments, suite)?;
    let table = Table::new(suite.name, workloads.len());
    let measurements = sinter_bench::measure(workloads, &options(arguments, &modules), &|found| {
        table.add("Sinter", found);
    })?;
    let systems = vec![report::System { name: "Sinter".into(), measurements }];
    let suite = report::Suite { name: suite.name.into(), systems };
    table.finish(&suite);
    Ok(suite)
}

/// The same programs natively, on Sinter and under Wasmtime.
fn compared(
    arguments: &Arguments,
    linux: &Linux,
    suite: &Suite,
    workloads: &[Workload],
) -> Result<report::Suite, Error> {
    let modules = modules(arguments, suite)?;
    println!("building the programs for Linux");
    let native = System::native(workloads, suite.package, &arguments.target)?;
    println!("compiling the modules with Wasmtime");
    let wasmtime = System::wasmtime(linux, workloads, &modules, &arguments.target)?;

    let table = Table::new(suite.name, 3 * workloads.len());
    let on_linux = |system: &System| {
        linux.measure(system, workloads, arguments.runs as usize, &|found| table.add(&system.name, found))
    };
    let on_sinter = || {
        let options = options(arguments, &modules);
        sinter_bench::measure(workloads, &options, &|found| table.add("Sinter", found))
    };
    let (native_found, (wasmtime_found, sinter_found)) =
        rayon::join(|| on_linux(&native), || rayon::join(|| on_linux(&wasmtime), on_sinter));
    let systems: Vec<_> =
        [("Linux, native", native_found?), ("Sinter", sinter_found?), ("Linux, Wasmtime", wasmtime_found?)]
            .map(|(name, measurements)| report::System { name: name.into(), measurements })
            .into();
    let suite = report::Suite { name: suite.name.into(), systems };
    table.finish(&suite);
    Ok(suite)
}

/// What matters about the systems on Linux.
fn conditions(linux: &Linux) -> Conditions {
    let conditions = [
        ("Linux", linux.version.as_str()),
        ("Linux's command line", COMMAND_LINE),
        ("Native programs", &System::native_flags()),
        ("Wasmtime", System::WASMTIME),
    ];
    conditions.map(|(name, value)| (name.into(), value.into())).into()
}
