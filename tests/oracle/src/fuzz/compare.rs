//! Whether Wasmtime and the target agree.

use crate::{Outcome, observe::Seen, oracle::Expected};
use sinter_abi::trap::TrapReason;

/// Whether two sights are of the same. An atomic access may be out of bounds and unaligned, and traps for either.
fn agree(expected: &Seen, found: &Seen) -> bool {
    let either =
        |seen: &Seen| matches!(seen, Seen::Trap(TrapReason::MemoryOutOfBounds | TrapReason::UnalignedAtomic));
    expected == found || either(expected) && either(found)
}

/// Compares what both have seen of one module.
pub fn compare(expected: Result<Expected, &'static str>, found: Result<Vec<Seen>, String>) -> Outcome {
    let (expected, found) = match (expected, found) {
        (Err(reason), _) => return Outcome::Skipped(reason),
        (_, Err(what)) => return Outcome::Failed(what),
        (Ok(expected), Ok(found)) => (expected, found),
    };
    if found.contains(&Seen::Trap(TrapReason::StackOverflow)) {
        return Outcome::Skipped("its recursion is too deep on the target");
    }
    if found.contains(&Seen::Trap(TrapReason::OutOfMemory)) {
        return Outcome::Skipped("it touches more memory than the board has");
    }
    let differs = expected.seen.iter().zip(&found).position(|(expected, found)| !agree(expected, found));
    match differs {
        None => {
            let traps = found.iter().filter(|seen| matches!(seen, Seen::Trap(_))).count();
            Outcome::Passed(found.len() - traps, traps)
        }
        Some(0) => Outcome::Failed(format!(
            "instantiating it: expected {:x?}, found {:x?}",
            expected.seen[0], found[0]
        )),
        Some(number) => Outcome::Failed(format!(
            "{}: expected {:x?}, found {:x?}",
            expected.looks[number - 1],
            expected.seen[number],
            found[number]
        )),
    }
}
