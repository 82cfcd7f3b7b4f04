//! The instructions of one block, to be rewritten in place.

use super::{
    WORD,
    blocks::{self, Block},
    effects::Registers,
    word,
};
use crate::compile::codegen::Compiled;
use std::collections::{BTreeSet, HashSet};

/// An instruction of a block.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Its code.
    pub word: u32,
    /// Whether others rely on it as it is.
    pub is_fixed: bool,
}

/// Has `rewrite` change the instructions of each block of `unit`, in their order. Those that become `None` are taken out.
pub fn rewrite(unit: &mut Compiled, mut rewrite: impl FnMut(&mut [Option<Line>], &Block)) {
    let fixed = fixed(unit);
    let mut removed = BTreeSet::new();
    for block in Block::all(unit) {
        let line = |at| Some(Line { word: word(&unit.code, at), is_fixed: fixed.contains(&at) });
        let mut lines = Vec::from_iter(block.range.clone().step_by(WORD).map(line));
        rewrite(&mut lines, &block);
        for (at, line) in block.range.step_by(WORD).zip(lines) {
            match line {
                Some(line) => unit.code[at..at + WORD].copy_from_slice(&line.word.to_le_bytes()),
                None => _ = removed.insert(at),
            }
        }
    }
    super::edit::remove(unit, &removed);
}

/// The registers that are needed after each of `lines`, if `live_out` are in the end.
pub fn live_after(lines: &[Option<Line>], live_out: Registers) -> Vec<Registers> {
    let mut live = vec![live_out; lines.len()];
    for at in (1..lines.len()).rev() {
        live[at - 1] = lines[at].map_or(live[at], |line| blocks::before(line.word, live[at]));
    }
    live
}

/// What the linker fills in, and the instructions before a jump, by which its table is known.
pub fn fixed(unit: &Compiled) -> HashSet<usize> {
    let linked = unit.relocations.iter().map(|relocation| relocation.offset as usize);
    linked.chain(tables(&unit.code)).collect()
}

/// The instructions before jumps, by which their tables are known.
pub fn tables(code: &[u8]) -> impl Iterator<Item = usize> {
    let jumps = super::instructions(code).filter(|&at| blocks::is_jump(word(code, at)));
    jumps.flat_map(|at| (0..=JUMP).map(move |before| at.saturating_sub(before * WORD)))
}

/// The most instructions before a jump that have to do with its table.
const JUMP: usize = 9;
