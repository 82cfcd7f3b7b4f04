//! Makes a module smaller that fails.

use crate::{
    generate::Case,
    outcome::{Failure, Outcome},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};
use wasm_shrink::WasmShrink;

/// How many modules in a row may not be of use before the one at hand counts as the smallest.
const ATTEMPTS: u32 = 400;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// The smallest module found that fails like `case`, by `check`, with the same source of arguments.
pub fn shrink(case: &Case, failure: &Failure, check: impl Fn(&Case) -> Outcome) -> Case {
    let with = |wasm: &[u8]| Case { wasm: wasm.to_owned(), ..*case };
    let mut smallest = case.wasm.clone();
    let start = Instant::now();
    let is_like = |wasm: &[u8]| {
        let fails = start.elapsed() < PATIENCE
            && matches!(check(&with(wasm)), Outcome::Failed(other) if failure.is_like(&other));
        if fails && wasm.len() < smallest.len() {
            smallest = wasm.to_owned();
        }
        Ok(fails)
    };
    // It fails, or panics, on modules that it does not know how to make smaller; what it has found by then is kept.
    let shrink = WasmShrink::default().attempts(ATTEMPTS);
    let _ = catch_unwind(AssertUnwindSafe(|| shrink.run(case.wasm.clone(), is_like)));
    with(&smallest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compare::compare, generate::Kind, oracle};
    use wasmparser::{Operator, Parser, Payload};

    /// Where the module has `i32.shr_u`.
    fn shifts(wasm: &[u8]) -> Vec<usize> {
        let mut shifts = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let Ok(Payload::CodeSectionEntry(body)) = payload else { continue };
            for operator in body.get_operators_reader().unwrap().into_iter_with_offsets() {
                if let (Operator::I32ShrU, offset) = operator.unwrap() {
                    shifts.push(offset as usize);
                }
            }
        }
        shifts
    }

    /// Compares Wasmtime with an engine that takes `i32.shr_u` for `i32.shr_s`.
    fn check(case: &Case) -> Outcome {
        let mut wasm = case.wasm.clone();
        for offset in shifts(&wasm) {
            assert_eq!(wasm[offset], 0x76);
            wasm[offset] = 0x75;
        }
        let faulty = oracle::run(&Case { wasm, ..*case });
        compare(oracle::run(case), faulty.map(|run| run.seen).map_err(|why| Failure::Ended(why.into())))
    }

    #[test]
    fn a_module_that_differs_becomes_smaller_and_still_differs() {
        let failing = (0..).find_map(|number| {
            let case = Case::new(1, number, Kind::Any);
            match check(&case) {
                Outcome::Failed(failure @ Failure::Differs(_)) => Some((case, failure)),
                _ => None,
            }
        });
        let (case, failure) = failing.unwrap();
        let small = shrink(&case, &failure, check);
        println!("module {}: {} bytes, shrunk to {}", case.number, case.wasm.len(), small.wasm.len());
        assert!(matches!(check(&small), Outcome::Failed(Failure::Differs(_))));
        assert!(!shifts(&small.wasm).is_empty());
        assert!(small.wasm.len() < case.wasm.len() / 4);
    }
}
