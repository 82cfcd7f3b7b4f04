//! Programs on Sinter: compiled, linked to an image of one app each, and booted in the emulator.

use crate::{Error, Figures, Measurement, Sample, Workload, figures::last_words};
use aot_compiler::{
    compile,
    image::{App, Config, Console},
    link,
};
use sinter_qemu::{Machine, Verdict};
use std::{fs, path::Path, time::Duration};

/// Real time that a boot may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// How to measure.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How often each program runs; at least once.
    pub runs: usize,
    /// The folder of the modules, each with its program's name and the extension `wasm`.
    pub modules: &'a Path,
    /// How the modules are compiled.
    pub compile: compile::Options<'a>,
}

/// Compiles a program and boots it [`Options::runs`] times.
pub(crate) fn measure(workload: &Workload, options: &Options) -> Result<Measurement, Error> {
    let path = options.modules.join(&workload.name).with_extension("wasm");
    let wasm = fs::read(&path).map_err(|error| Error::file(&path, error))?;
    let of_program = |message: String| Error::program(&workload.name, message);
    let object = compile::compile(&wasm, &workload.name, &options.compile)
        .map_err(|error| of_program(error.to_string()))?;
    let code_size = object.code_size;
    let image = link::link(&config(workload), &[object]).map_err(|error| of_program(error.to_string()))?;

    let kernel = tempfile::Builder::new().prefix("sinter-bench-").suffix(".img").tempfile();
    let kernel = kernel.map_err(|error| Error::file(Path::new("temporary image"), error))?;
    fs::write(kernel.path(), &image.raw).map_err(|error| Error::file(kernel.path(), error))?;
    let machine = Machine {
        count_instructions: true,
        timeout: Some(PATIENCE),
        ..Machine::new(kernel.path(), sinter_qemu::Console::Serial)
    };
    let samples =
        (0..options.runs.max(1)).map(|_| boot(&machine, workload)).collect::<Result<Vec<_>, _>>()?;
    Ok(Measurement::new(&workload.name, code_size, &samples))
}

fn config(workload: &Workload) -> Config {
    let mut app = App::new(workload.name.clone(), 0, workload.name.clone());
    app.args.extend(workload.args.iter().cloned());
    Config {
        name: workload.name.clone(),
        version: "0.0.0".into(),
        console: Console::Uart,
        apps: vec![app],
        folders: vec![],
    }
}

fn boot(machine: &Machine, workload: &Workload) -> Result<Sample, Error> {
    let mut output = Vec::new();
    let ending = machine.run(&mut output)?;
    let output = String::from_utf8_lossy(&output);
    match ending.verdict {
        Verdict::Exited(_) => sample(workload, &output),
        Verdict::Interrupted(_) => Err(Error::Tool("interrupted".into())),
        verdict => {
            let words = last_words(&format!("{output}\n{}", ending.log));
            Err(Error::program(&workload.name, format!("the machine ended as {verdict:?}: {words}")))
        }
    }
}

/// The figures of a boot whose serial port showed `output`.
fn sample(workload: &Workload, output: &str) -> Result<Sample, Error> {
    let figures = Figures::verified(workload, output)?;
    let Some((wall, held)) = output.lines().find_map(run_line) else {
        return Err(Error::program(&workload.name, format!("did not end: {}", last_words(output))));
    };
    Ok(Sample {
        kernel: figures.kernel_ns,
        process: wall.saturating_sub(figures.check_ns),
        start_up: wall.saturating_sub(figures.main_ns),
        peak_memory: held,
        page_faults: None,
    })
}

/// The nanoseconds and bytes in the kernel's log line of an ended run (kernel/src/supervisor.rs).
fn run_line(line: &str) -> Option<(u64, u64)> {
    let (before, after) = line.split_once(" ns from start to end, ")?;
    let wall = before.rsplit(' ').next()?.parse().ok()?;
    let (_, held) = after.split_once(" cycles, ")?;
    Some((wall, held.split_once(" bytes")?.0.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_from_the_kernels_log() {
        let line = "\x1b[2m[    0.010699] gemm: 10623336 ns from start to end, 10597768 cycles, 307200 bytes\x1b[0m\r";
        assert_eq!(run_line(line), Some((10_623_336, 307_200)));
        assert_eq!(run_line("gemm │ 5 ns from start to end"), None);
    }
}
