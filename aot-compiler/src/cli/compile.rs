//! `sinter compile`.

use super::{Compilation, build, failure::Failure, output};
use std::{path::PathBuf, process::ExitCode};

/// Compile one module to one AArch64 ELF object
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    compilation: Compilation,
    /// The module
    #[arg(value_name = "APP.wasm")]
    module: PathBuf,
    /// The object
    #[arg(short, value_name = "APP.o")]
    output: PathBuf,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let wasm = build::read(&arguments.module)?;
    let object = arguments.compilation.compile(&arguments.module, &wasm, build::Way::default())?;
    output::write(&arguments.output, &object.bytes)?;
    Ok(ExitCode::SUCCESS)
}
