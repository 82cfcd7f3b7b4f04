//! Machine code for the tests of passes.

use super::{WORD, blocks::PASSED, code::Code, word};
use crate::compile::codegen::{Compiled, Unit};

/// `ret`
pub const RET: u32 = 0xd65f_03c0;

/// A function that consists of these instructions.
pub fn function(words: &[u32]) -> Compiled {
    Compiled {
        unit: Unit::Function(0),
        wasm: (0, 0),
        code: words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        relocations: Vec::new(),
        calls: Vec::new(),
        results: PASSED,
        origins: Default::default(),
        sites: Vec::new(),
        handlers: Vec::new(),
        ranges: Vec::new(),
        unwind: Vec::new(),
    }
}

/// The instructions of `unit`.
pub fn words(unit: &Compiled) -> Vec<u32> {
    (0..unit.code.len()).step_by(WORD).map(|at| word(&unit.code, at)).collect()
}

/// What `pass` makes of a function that consists of these instructions.
pub fn passed(instructions: &[u32], pass: fn(&mut Code)) -> Vec<u32> {
    let mut unit = function(instructions);
    pass(&mut Code::new(&mut unit));
    words(&unit)
}

/// What `pass` makes of these instructions, which a return follows.
pub fn passed_before_return(instructions: &[u32], pass: fn(&mut Code)) -> Vec<u32> {
    let mut words = passed(&[instructions, &[RET]].concat(), pass);
    words.truncate(words.iter().rposition(|&word| word == RET).expect("it is still there"));
    words
}
