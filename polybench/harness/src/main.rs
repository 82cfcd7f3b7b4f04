//! `make bench` and `make bench-compare`: PolyBench's kernels and applications on Sinter and elsewhere, in executed
//! instructions.

mod suites;
mod table;
mod way;

use clap::Parser;
use sinter_bench::{
    APPS, Error, POLYBENCH, PYTHON, Suite,
    linux::{COMMAND_LINE, Linux, System},
    python,
    report::{Conditions, Report},
    select,
    upstream::FLAGS,
};
use std::{path::PathBuf, process::ExitCode};
use way::Way;

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
    /// Which programs, separated by commas or spaces, polybench or apps for all of a suite; all of both if there are none.
    /// python is CPython, whose sources are fetched
    #[arg(long, default_value = "", hide_default_value = true)]
    kernels: String,
    /// Compare with native programs, Wasmtime and Wasmer on Linux, on the same emulated board
    #[arg(long)]
    compare: bool,
    /// Build the programs as `cargo build --release` does, without a flag for SIMD or unrolling
    #[arg(long, conflicts_with = "compare")]
    untuned: bool,
    /// Let the compiler round once for a product and its sum; PolyBench's kernels alone
    #[arg(long, conflicts_with = "compare")]
    contracted: bool,
    /// PolyBench/C's own programs instead of ours: the folder of its sources
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["compare", "untuned", "contracted"])]
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
    let way = Way { untuned: arguments.untuned, contracted: arguments.contracted };
    // Contraction changes results, and those of applications are not numbers that are close or not.
    let kernels_alone = arguments.contracted || arguments.polybench_c.is_some();
    let suites: &[Suite] = if kernels_alone { &[POLYBENCH] } else { &[POLYBENCH, APPS, PYTHON] };
    // Names are looked at before anything is built.
    let selected = select(suites, &arguments.kernels, &arguments.dataset)?;

    println!("dataset {}, runs of each program: {}", arguments.dataset, arguments.runs);
    let linux = match arguments.compare {
        false => None,
        true => {
            println!("fetching Linux by package");
            let mut linux = Linux::new(&arguments.packages, &arguments.target)?;
            linux.kept = Some(arguments.target.join("linux"));
            Some(linux)
        }
    };
    let measured = selected.iter().map(|(suite, workloads)| match (&arguments.polybench_c, &linux) {
        (Some(sources), _) => suites::upstream(arguments, sources, workloads),
        (None, None) => suites::alone(arguments, suite, workloads, way),
        (None, Some(linux)) => suites::compared(arguments, linux, suite, workloads),
    });
    let measured = measured.collect::<Result<Vec<_>, Error>>()?;
    let (title, name, conditions) = match (&arguments.polybench_c, &linux) {
        (Some(_), _) => {
            let flags = [("Flags of clang-19".into(), FLAGS.join(" "))];
            ("PolyBench/C's own programs on Sinter", "polybench-c".into(), flags.into())
        }
        (None, None) => ("Sinter's benchmarks", way.file("polybench"), way.conditions()),
        (None, Some(linux)) => ("Sinter and Linux", "compare".into(), on_linux(linux)),
    };
    let fetched = selected.iter().any(|(suite, _)| suite.package.is_none());
    let python = fetched.then(|| {
        let text = format!("Debian's source package {}: {}", python::SOURCE, python::OPTIONS.join(" "));
        ("CPython".to_owned(), text)
    });
    let mut report = Report::new(title, &arguments.dataset, arguments.runs as usize, measured);
    report.conditions.extend(conditions);
    report.conditions.extend(python);
    // The usual figures are at the top.
    let folder = if name == "polybench" { arguments.output.clone() } else { arguments.output.join(&name) };
    report.write(&folder)?;
    report.write_summary(&arguments.output.join(name).with_extension("json"))?;
    println!("\nevery result is right; written: {}", folder.join("report.html").display());
    Ok(())
}

/// What matters about the systems on Linux.
fn on_linux(linux: &Linux) -> Conditions {
    let conditions = [
        ("Linux", linux.version.as_str()),
        ("Linux's command line", COMMAND_LINE),
        ("Native programs", &System::native_flags()),
        ("Wasmtime", System::WASMTIME),
        ("Wasmer", System::WASMER),
    ];
    let conditions = conditions.map(|(name, value)| (name.into(), value.into()));
    Way::ALL.into_iter().flat_map(Way::conditions).chain(conditions).collect()
}
