//! Whether Wasmtime and the target agree.

use crate::{
    observe::Seen,
    oracle::Expected,
    outcome::{Failure, Outcome},
};
use sinter_abi::trap::TrapReason;

/// Whether two sights are of the same. An atomic access may be out of bounds and unaligned, and traps for either.
fn agree(expected: &Seen, found: &Seen) -> bool {
    let either =
        |seen: &Seen| matches!(seen, Seen::Trap(TrapReason::MemoryOutOfBounds | TrapReason::UnalignedAtomic));
    expected == found || either(expected) && either(found)
}

/// Compares what both have seen of one module.
pub fn compare(expected: Result<Expected, &'static str>, found: Result<Vec<Seen>, Failure>) -> Outcome {
    let (expected, found) = match (expected, found) {
        (Err(reason), _) => return Outcome::Skipped(reason),
        (_, Err(failure)) => return Outcome::Failed(failure),
        (Ok(expected), Ok(found)) => (expected, found),
    };
    if found.contains(&Seen::Trap(TrapReason::StackOverflow)) {
        return Outcome::Skipped("its recursion is too deep on the target");
    }
    if found.contains(&Seen::Trap(TrapReason::OutOfMemory)) {
        return Outcome::Skipped("it touches more memory than the board has");
    }
    let number = expected.seen.iter().zip(&found).position(|(expected, found)| !agree(expected, found));
    let Some(number) = number else {
        let traps = found.iter().filter(|seen| matches!(seen, Seen::Trap(_))).count();
        return Outcome::Passed(found.len() - traps, traps);
    };
    let what = match number {
        0 => "instantiating it".into(),
        number => expected.looks[number - 1].to_string(),
    };
    let (expected, found) = (&expected.seen[number], &found[number]);
    Outcome::Failed(Failure::Differs(format!("{what}: expected {expected:x?}, found {found:x?}")))
}
