//! What became of a module.

use std::fmt::{self, Display, Formatter};

/// What became of one module.
pub enum Outcome {
    /// This many looks gave values, and this many traps.
    Passed(usize, usize),
    /// What is wrong.
    Failed(Failure),
    /// Why it says nothing.
    Skipped(&'static str),
}

/// What is wrong with a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The compiler refuses it: why.
    Refused(String),
    /// The target came to an end before it had said everything: how.
    Ended(String),
    /// The target and Wasmtime differ: where.
    Differs(String),
}

impl Failure {
    /// Whether the other is wrong in the same way, if not at the same place.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "the compiler refuses it: {why}"),
            Self::Ended(how) => write!(f, "the target ended before: {how}"),
            Self::Differs(place) => f.write_str(place),
        }
    }
}
