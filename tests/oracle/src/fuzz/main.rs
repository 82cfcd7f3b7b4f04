//! Differential fuzzing: `sinter-fuzz [N [SEED [KIND]]]` makes N random modules, runs each under Wasmtime and on the target, and
//! compares what can be seen of them: results, traps, exported globals, and a hash of each memory.
//!
//! Module and arguments follow from the seed and the module's number alone. One that differs is written to build/fuzz.

mod compare;
mod generate;
mod library;
mod observe;
mod oracle;
mod outcome;
mod random;
mod shrink;
mod target;

use generate::{Case, Kind};
use outcome::{Failure, Outcome};
use rayon::prelude::*;
use std::{env, fs, process::ExitCode, slice};

/// Modules in one image.
const BATCH: u64 = 50;

/// How many modules there are unless the command line says it.
const DEFAULT: u64 = 2000;

/// How many modules that fail are made smaller, which takes a minute each.
const SHRUNK: u64 = 3;

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
                Outcome::Failed(failure) => {
                    failed += 1;
                    println!("module {} of seed {seed}: {failure}", case.number);
                    let name = format!("{seed}-{}", case.number);
                    let kept = keep(&name, case);
                    println!(
                        "  kept as {kept}{}",
                        match failed {
                            ..=SHRUNK => small(&name, case, &failure),
                            _ => String::new(),
                        }
                    );
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

/// The outcomes of `cases`, in order. Where the target came to an end, the module at fault is found by itself.
fn batch(cases: &[Case]) -> Vec<Outcome> {
    let expected: Vec<_> = cases.par_iter().map(oracle::run).collect();
    let found = target::run(cases, &expected);
    let outcomes = expected.into_iter().zip(found).map(|(expected, found)| compare::compare(expected, found));
    let alone = |(case, outcome)| match outcome {
        Outcome::Failed(Failure::Ended(_)) if cases.len() > 1 => batch(slice::from_ref(case)).remove(0),
        outcome => outcome,
    };
    cases.iter().zip(outcomes).map(alone).collect()
}

/// Writes a module for whoever looks into it; where.
fn keep(name: &str, case: &Case) -> String {
    let path = format!("build/fuzz/{name}.wasm");
    match fs::create_dir_all("build/fuzz").and_then(|()| fs::write(&path, &case.wasm)) {
        Ok(()) => path,
        Err(error) => format!("nothing: {error}"),
    }
}

/// Makes a module that fails smaller, writes that, too, and says so.
fn small(name: &str, case: &Case, failure: &Failure) -> String {
    let small = shrink::shrink(case, failure, |case| batch(slice::from_ref(case)).remove(0));
    let path = keep(&format!("{name}-small"), &small);
    format!(" ({} bytes), made smaller as {path} ({} bytes)", case.wasm.len(), small.wasm.len())
}
