//! start-exit: nothing. What it takes is what a process takes to start and to end.

use bench_apps::Application;
use std::{
    io::{Result, Write},
    process::ExitCode,
};

struct Nothing;

impl Application for Nothing {
    fn prepare(_scale: usize) -> Self {
        Self
    }

    fn run(&mut self) {}

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "started")
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Nothing>("start-exit")
}
