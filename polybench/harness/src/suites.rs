//! Which systems a suite is measured on.

use crate::{Arguments, table::Table, way::Way};
use aot_compiler::compile;
use rayon::prelude::*;
use sinter_bench::{
    Error, Options, POLYBENCH, Packages, Suite, Workload,
    linux::{Linux, System},
    measure, python,
    report::{self, Peer},
    upstream::Upstream,
};
use std::path::{Path, PathBuf};

/// PolyBench/C's own programs on Sinter.
pub fn upstream(
    arguments: &Arguments,
    sources: &Path,
    workloads: &[Workload],
) -> Result<report::Suite, Error> {
    let (dataset, runs) = (arguments.dataset.as_str(), arguments.runs as usize);
    let modules = arguments.target.join("polybench-c").join(dataset);
    let table = Table::new(POLYBENCH.name, workloads.len());
    let measurements = Upstream { sources, modules: &modules, dataset, runs }
        .measure(workloads, &|found| table.add("Sinter", found))?;
    let systems = vec![report::System { name: "Sinter".into(), measurements }];
    Ok(finish(&table, &POLYBENCH, dataset, systems))
}

/// A suite's programs on Sinter.
pub fn alone(
    arguments: &Arguments,
    suite: &Suite,
    workloads: &[Workload],
    way: Way,
) -> Result<report::Suite, Error> {
    let modules = modules(arguments, suite, workloads, way)?;
    let table = Table::new(suite.name, workloads.len());
    // Beside the report.
    let images = arguments.output.join(way.file("")).join("images");
    let systems = vec![on_sinter(arguments, workloads, way, &modules, Some(&images), &table)?];
    Ok(finish(&table, suite, &arguments.dataset, systems))
}

/// The same programs natively, on Sinter, and under Wasmtime and Wasmer; PolyBench's kernels on Sinter in other ways, too.
pub fn compared(
    arguments: &Arguments,
    linux: &Linux,
    suite: &Suite,
    workloads: &[Workload],
) -> Result<report::Suite, Error> {
    let other_ways: &[Way] = match suite.word == POLYBENCH.word {
        true => &Way::ALL[1..],
        false => &[],
    };
    let usual = modules(arguments, suite, workloads, Way::default())?;
    let other_ways = other_ways.iter().map(|way| Ok((*way, modules(arguments, suite, workloads, *way)?)));
    let other_ways = other_ways.collect::<Result<Vec<_>, Error>>()?;
    println!("building the programs for Linux");
    let native = match suite.package {
        Some(package) => System::native(workloads, package, &arguments.target)?,
        None => System::python(linux, workloads)?,
    };
    println!("compiling the modules with Wasmtime");
    let wasmtime = System::wasmtime(linux, workloads, &usual, &arguments.target)?;
    println!("building Wasmer, and compiling the modules with it");
    let wasmer = System::wasmer(linux, workloads, &usual, &arguments.target)?;
    let linux_systems = [native, wasmtime, wasmer];

    let table = Table::new(suite.name, (linux_systems.len() + 1 + other_ways.len()) * workloads.len());
    let on_linux = |system: &System| {
        let runs = arguments.runs as usize;
        let measurements = linux.measure(system, workloads, runs, &|found| table.add(&system.name, found))?;
        Ok(report::System { name: format!("Linux, {}", system.name), measurements })
    };
    let on_sinter = |way, modules: &Path| on_sinter(arguments, workloads, way, modules, None, &table);
    let (on_linux, sinter) = rayon::join(
        || linux_systems.par_iter().with_max_len(1).map(on_linux).collect::<Result<Vec<_>, Error>>(),
        || on_sinter(Way::default(), &usual),
    );
    let mut systems = on_linux?;
    systems.insert(1, sinter?);
    for (way, modules) in &other_ways {
        systems.push(on_sinter(*way, modules)?);
    }
    Ok(finish(&table, suite, &arguments.dataset, systems))
}

/// Builds or fetches a suite's modules and returns their folder.
fn modules(arguments: &Arguments, suite: &Suite, workloads: &[Workload], way: Way) -> Result<PathBuf, Error> {
    let Some(package) = suite.package else {
        println!("{}: building Debian's source package {}", suite.name, python::SOURCE);
        return python::modules(&Packages::new(&arguments.packages)?);
    };
    let programs = way.programs();
    println!("{}: building the programs for {}, {}", suite.name, programs.target, way.system());
    programs.build_for(workloads, package, &arguments.target)
}

fn on_sinter(
    arguments: &Arguments,
    workloads: &[Workload],
    way: Way,
    modules: &Path,
    images: Option<&Path>,
    table: &Table,
) -> Result<report::System, Error> {
    let (runs, name) = (arguments.runs as usize, way.system());
    let compile = compile::Options { passes: way.passes(), ..compile::Options::default() };
    let options = Options { runs, modules, images, compile };
    let measurements = measure(workloads, &options, &|found| table.add(&name, found))?;
    Ok(report::System { name, measurements })
}

/// Ends the table with what its systems come to.
fn finish(table: &Table, suite: &Suite, dataset: &str, systems: Vec<report::System>) -> report::Suite {
    let peers = if suite.word == POLYBENCH.word { Peer::at(dataset) } else { Vec::new() };
    let suite = report::Suite { name: suite.name.into(), systems, peers };
    table.finish(&suite);
    suite
}
