//! Differential fuzzing: `sinter-fuzz [N [SEED [KIND]]]` makes N random modules, runs each under Wasmtime and on the target, and
//! compares what can be seen of them: results, traps, exported globals, and a hash of each memory.
//!
//! Module and arguments follow from the seed and the module's number alone. One that differs is written to build/fuzz.

mod compare;
mod generate;
mod observe;
mod oracle;
mod random;
mod target;

use generate::{Case, Kind};
use rayon::prelude::*;
use std::{env, fs, process::ExitCode};

/// Modules in one image.
const BATCH: u64 = 50;

/// How many modules there are unless the command line says it.
const DEFAULT: u64 = 2000;

/// What became of one module.
enum Outcome {
    /// This many looks gave values, and this many traps.
    Passed(usize, usize),
    /// What differs.
    Failed(String),
    /// Why it says nothing.
    Skipped(&'static str),
}

fn main() -> ExitCode {
    let words: Vec<_> = env::args().skip(1).collect();
    let Some((count, seed, kind)) = run(&words) else {
        eprintln!("usage: sinter-fuzz [N [SEED [any|addresses|both]]], N and SEED decimal numbers");
        return ExitCode::from(2);
    };
    // Wasmtime runs guests on these threads; theirs is the deepest recursion that the fuel allows.
    rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build_global().expect("threads");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let (mut all_values, mut all_traps, mut bytes) = (0, 0, 0);
    let firsts: Vec<u64> = (0..count).step_by(BATCH as usize).collect();
    for first in firsts {
        let numbers = first..(first + BATCH).min(count);
        let cases: Vec<Case> = numbers.into_par_iter().map(|number| Case::new(seed, number, kind)).collect();
        for (case, outcome) in cases.iter().zip(batch(&cases)) {
            bytes += case.wasm.len();
            match outcome {
                Outcome::Passed(values, traps) => {
                    passed += 1;
                    all_values += values;
                    all_traps += traps;
                }
                Outcome::Skipped(reason) => {
                    skipped += 1;
                    println!("module {}: skipped: {reason}", case.number);
                }
                Outcome::Failed(what) => {
                    failed += 1;
                    println!("module {}: {what}\n  kept as {}", case.number, keep(seed, case));
                }
            }
        }
    }
    println!(
        "{} KiB of modules; equal: {all_values} results of calls, globals and hashes, {all_traps} traps",
        bytes >> 10
    );
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    ExitCode::from(u8::from(failed > 0))
}

/// Number of modules, seed and kind that the command line says.
fn run(words: &[String]) -> Option<(u64, u64, Kind)> {
    let count = words.first().map_or(Some(DEFAULT), |word| word.parse().ok())?;
    let seed = words.get(1).map_or(Some(0), |word| word.parse().ok())?;
    let kind = words.get(2).map_or(Some(Kind::Both), |word| word.parse().ok())?;
    (words.len() <= 3).then_some((count, seed, kind))
}

/// The outcomes of `cases`, in order.
fn batch(cases: &[Case]) -> Vec<Outcome> {
    let expected: Vec<_> = cases.par_iter().map(oracle::run).collect();
    let found = target::run(cases, &expected);
    expected.into_iter().zip(found).map(|(expected, found)| compare::compare(expected, found)).collect()
}

/// Writes a module for whoever looks into it; where.
fn keep(seed: u64, case: &Case) -> String {
    let path = format!("build/fuzz/{seed}-{}.wasm", case.number);
    match fs::create_dir_all("build/fuzz").and_then(|()| fs::write(&path, &case.wasm)) {
        Ok(()) => path,
        Err(error) => format!("nothing: {error}"),
    }
}
