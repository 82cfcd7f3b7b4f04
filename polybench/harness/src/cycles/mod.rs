//! Estimated cycles of PolyBench's kernels on the Cortex-A53.
//!
//! QEMU tells how often each block of a kernel is executed, and LLVM's machine-code analyser how many cycles the block takes
//! if it is repeated. The sum of the products is the estimate, made in the same way for Sinter and for native programs.

mod blocks;
mod mca;

use crate::{Error, Figures, Workload, linux::NATIVE, sinter};
use aot_compiler::{compile, image::Console};
use blocks::{Code, Counts};
use sinter_qemu::{Trace, Verdict};
use std::{fs, path::Path};
use tempfile::NamedTempFile;

/// What a kernel takes.
#[derive(Debug, Clone, Copy)]
pub struct Estimate {
    /// Executed instructions.
    pub instructions: u64,
    /// Estimated cycles.
    pub cycles: f64,
}

impl Estimate {
    /// That of the kernel's functions in `code`, whose blocks were executed as the log in `trace` says.
    fn new(name: &str, code: &Code, trace: &Path) -> Result<Self, Error> {
        let counts = Counts::read(trace)?;
        let blocks = code.executed(&counts);
        if blocks.is_empty() {
            return Err(Error::program(name, "no block of its kernel was executed"));
        }
        let cycles = mca::cycles(blocks.iter().map(|block| block.code.as_slice()))?;
        let times = blocks.iter().map(|block| block.count);
        Ok(Self {
            instructions: blocks.iter().map(|block| block.count * block.code.len() as u64).sum(),
            cycles: times.zip(cycles).map(|(count, cycles)| count as f64 * cycles).sum(),
        })
    }
}

/// The estimate for a kernel on Sinter, whose module lies in the folder `modules`.
///
/// # Errors
/// It does not compile or run, computes something wrong, or a tool is missing.
pub fn on_sinter(workload: &Workload, modules: &Path, options: &compile::Options) -> Result<Estimate, Error> {
    let app = sinter::app(&workload.name, &workload.args, modules);
    let image = sinter::Image::new(vec![app], &[], Console::Uart, options)?;
    let code = Code::of(&workload.name, &image.elf)?;
    let log = log()?;
    let mut machine = image.machine(sinter_qemu::Console::Serial);
    // Counting would cut blocks into pieces.
    machine.count_instructions = false;
    let ranges = code.ranges();
    machine.trace = Some(Trace { file: log.path(), addresses: &ranges });
    let mut output = Vec::new();
    let ending = machine.run(&mut output)?;
    if !matches!(ending.verdict, Verdict::Exited(0)) {
        return Err(Error::program(&workload.name, format!("the machine ended as {:?}", ending.verdict)));
    }
    Figures::verified(workload, &String::from_utf8_lossy(&output))?;
    Estimate::new(&workload.name, &code, log.path())
}

/// The estimate for the native program of a kernel in `folder`, built as [`NATIVE`].
///
/// # Errors
/// It does not run, computes something wrong, or a tool is missing.
pub fn native(workload: &Workload, folder: &Path) -> Result<Estimate, Error> {
    let program = folder.join(&workload.name).with_extension(NATIVE.extension);
    let elf = fs::read(&program).map_err(|error| Error::file(&program, error))?;
    let code = Code::of(&workload.name, &elf)?;
    let log = log()?;
    let trace = Trace { file: log.path(), addresses: &code.ranges() };
    let output = sinter_qemu::trace_program(&program, &workload.args, &trace)?;
    Figures::verified(workload, &String::from_utf8_lossy(&output.stdout))?;
    Estimate::new(&workload.name, &code, log.path())
}

fn log() -> Result<NamedTempFile, Error> {
    let file = tempfile::Builder::new().prefix("sinter-trace-").tempfile();
    file.map_err(|error| Error::file(Path::new("temporary log"), error))
}
