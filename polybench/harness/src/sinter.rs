//! Programs on Sinter: compiled, linked to an image of one app each, and booted in the emulator.

use crate::{Error, Figures, Measurement, Sample, Workload, figures::last_words};
use aot_compiler::{
    compile,
    image::{App, Config, Console},
    link,
};
use sinter_qemu::{Machine, Verdict};
use std::{fs, path::Path, time::Duration};
use tempfile::NamedTempFile;

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
    let module = options.modules.join(&workload.name).with_extension("wasm");
    let image = Image::new(&workload.name, &workload.args, &module, Console::Uart, &options.compile)?;
    let machine = image.machine(sinter_qemu::Console::Serial);
    let samples =
        (0..options.runs.max(1)).map(|_| boot(&machine, workload)).collect::<Result<Vec<_>, _>>()?;
    Ok(Measurement::new(&workload.name, image.code_size, &samples))
}

/// An image with one app, in a file.
pub(crate) struct Image {
    file: NamedTempFile,
    /// Bytes of the app's machine code.
    pub(crate) code_size: u64,
}

impl Image {
    /// Compiles and links the program `name` from the file `module`.
    pub(crate) fn new(
        name: &str,
        args: &[String],
        module: &Path,
        console: Console,
        options: &compile::Options,
    ) -> Result<Self, Error> {
        let wasm = fs::read(module).map_err(|error| Error::file(module, error))?;
        let object = compile::compile(&wasm, name, options).map_err(|error| Error::program(name, error))?;
        let code_size = object.code_size;
        let mut app = App::new(name.to_owned(), 0, name.to_owned());
        app.args.extend(args.iter().cloned());
        let config = Config {
            name: name.to_owned(),
            version: "0.0.0".into(),
            console,
            apps: vec![app],
            folders: vec![],
        };
        let image = link::link(&config, &[object]).map_err(|error| Error::program(name, error))?;
        let file = tempfile::Builder::new().prefix("sinter-bench-").suffix(".img").tempfile();
        let file = file.map_err(|error| Error::file(Path::new("temporary image"), error))?;
        fs::write(file.path(), &image.raw).map_err(|error| Error::file(file.path(), error))?;
        Ok(Self { file, code_size })
    }

    /// The machine that boots it.
    pub(crate) fn machine(&self, console: sinter_qemu::Console) -> Machine<'_> {
        Machine {
            count_instructions: true,
            timeout: Some(PATIENCE),
            ..Machine::new(self.file.path(), console)
        }
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
        start_up: Some(wall.saturating_sub(figures.main_ns)),
        peak_memory: held,
        page_faults: None,
    })
}

/// The nanoseconds and bytes in the kernel's log line of an ended run (kernel/src/supervisor.rs).
pub(crate) fn run_line(line: &str) -> Option<(u64, u64)> {
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
        let line = "\x1b[2m[    0.010699] gemm: 10623336 ns from start to end, 10597768 cycles, 307200 bytes, ready after 12345 ns\x1b[0m\r";
        assert_eq!(run_line(line), Some((10_623_336, 307_200)));
        assert_eq!(run_line("gemm │ 5 ns from start to end"), None);
    }
}
