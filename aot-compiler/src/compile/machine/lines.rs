//! The instructions of one block, to be rewritten in place.

use super::{blocks, effects::Registers};

/// An instruction of a block.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Its code.
    pub word: u32,
    /// Whether others rely on it as it is.
    pub is_fixed: bool,
    /// The registers with arguments, if it is a call.
    pub passed: Registers,
}

/// The registers that are needed after each of `lines`, if `live_out` are in the end.
pub fn live_after(lines: &[Option<Line>], live_out: Registers) -> Vec<Registers> {
    let mut live = vec![live_out; lines.len()];
    for at in (1..lines.len()).rev() {
        live[at - 1] = lines[at].map_or(live[at], |line| blocks::before(line.word, line.passed, live[at]));
    }
    live
}
