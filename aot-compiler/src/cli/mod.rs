//! The command line.

mod build;
mod card;
mod compile;
mod failure;
mod flash;
mod fs;
mod image;
mod inspect;
mod output;
mod progress;
mod push;
mod run;

use clap::{Args, Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// Turns WebAssembly programs into an operating system for the Raspberry Pi 3.
#[derive(Parser)]
#[command(name = "sinter", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Compile(compile::Arguments),
    Image(image::Arguments),
    Run(run::Arguments),
    Inspect(inspect::Arguments),
    Flash(flash::Arguments),
    Push(push::Arguments),
    #[command(subcommand)]
    Fs(fs::Command),
}

/// When a product and its sum become one instruction.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FpContract {
    /// Never, as the specification says.
    Off,
    /// Wherever there are both.
    Fast,
}

/// How modules are compiled.
#[derive(Args)]
struct Compilation {
    /// Accept only these features beyond the first release of WebAssembly, separated by commas.
    #[arg(long, value_name = "NAMES", value_parser = build::features)]
    features: Option<aot_compiler::compile::features::Features>,
    /// Leave out these passes of the optimiser, separated by commas
    #[arg(long, value_name = "PASSES", value_parser = build::without, default_value = "")]
    without: aot_compiler::compile::optimise::Passes,
    /// Round once for a product and its sum, as native compilers do: `fast` changes the last bits of results
    #[arg(long, value_name = "WHEN", default_value = "off")]
    fp_contract: FpContract,
}

/// Runs the command that the process's arguments name. A wrong usage ends the process with status 2.
pub fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Compile(arguments) => compile::run(&arguments),
        Command::Image(arguments) => image::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Flash(arguments) => flash::run(&arguments),
        Command::Push(arguments) => push::run(&arguments),
        Command::Fs(command) => fs::run(&command),
    };
    result.unwrap_or_else(Failure::report)
}
