//! What became of an assertion.

/// One assertion's outcome.
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not: where, what was expected and what was seen.
    Failed(String),
    /// It was not checked, for this reason.
    Skipped(String),
}
