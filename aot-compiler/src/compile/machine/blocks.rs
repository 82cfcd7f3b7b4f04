//! A function's machine code as blocks, and which registers are needed behind each.

use super::{
    WORD, edit,
    effects::{Registers, general},
    instructions,
    operands::{self, FLAGS},
    word,
};
use crate::compile::codegen::Compiled;
use std::{collections::HashSet, ops::Range};

/// All registers.
const ALL: Registers = !0;
/// Where arguments and results are, as far as they are in registers: x0 to x8, v0 to v7.
const PASSED: Registers = 0xff_0000_01ff;
/// Where nothing is when a function returns: x9 to x17, v16 to v31, and the flags.
const SCRATCH: Registers = 0xffff_0000_0003_fe00 | FLAGS;

/// What backtraces follow: x29.
const FRAME: Registers = general(29);

/// Instructions of which each but the last is followed by the next, and each but the first follows the one before.
pub struct Block {
    /// Their byte offsets.
    pub range: Range<usize>,
    /// The numbers of the blocks that control comes from; `None` if it also comes from elsewhere.
    pub from: Option<Vec<usize>>,
    /// The registers whose values may be needed behind the last.
    pub live_out: Registers,
}

impl Block {
    /// The blocks of `unit` in their order. Data is in none of them.
    pub fn all(unit: &Compiled) -> Vec<Self> {
        let code = &unit.code;
        let linked: HashSet<usize> =
            unit.relocations.iter().map(|relocation| relocation.offset as usize).collect();
        let mut starts = edit::targets(unit);
        starts.extend(unit.handlers.iter().map(|handler| handler.call as usize));
        let mut blocks: Vec<Self> = Vec::new();
        let mut is_open = false;
        for at in instructions(code) {
            match blocks.last_mut() {
                Some(block) if is_open && block.range.end == at && !starts.contains(&at) => {
                    block.range.end = at + WORD;
                }
                _ => blocks.push(Self { range: at..at + WORD, from: Some(Vec::new()), live_out: FRAME }),
            }
            is_open = !ends(word(code, at), linked.contains(&at));
        }
        let successors: Vec<Successors> =
            blocks.iter().map(|block| Successors::of(unit, &linked, &blocks, block)).collect();
        for (number, Successors { blocks: next, .. }) in successors.iter().enumerate() {
            for &next in next {
                blocks[next].from.iter_mut().for_each(|from| from.push(number));
            }
        }
        let entries = edit::entries(unit);
        blocks
            .iter_mut()
            .filter(|block| entries.contains(&block.range.start))
            .for_each(|block| block.from = None);
        let mut live_in = vec![0; blocks.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for number in (0..blocks.len()).rev() {
                let Successors { blocks: next, live } = &successors[number];
                let block = &mut blocks[number];
                block.live_out = next.iter().fold(*live | FRAME, |live, &next| live | live_in[next]);
                let mut live = block.live_out;
                for at in block.range.clone().step_by(WORD).rev() {
                    live = before(word(code, at), live);
                }
                changed |= live != live_in[number];
                live_in[number] = live;
            }
        }
        blocks
    }
}

/// Whether no other instruction is reached from `instruction` than by a branch, or it is one.
fn ends(instruction: u32, is_linked: bool) -> bool {
    is_linked && is_branch(instruction)
        || edit::target(instruction, 0).is_some()
        || is_indirect(instruction)
        || is_trap(instruction)
}

/// `ret`, `br`.
fn is_indirect(instruction: u32) -> bool {
    is_jump(instruction) || is_return(instruction)
}

/// `b`.
pub fn is_branch(instruction: u32) -> bool {
    instruction >> 26 == 5
}

/// `br`.
pub fn is_jump(instruction: u32) -> bool {
    instruction & 0xffff_fc1f == 0xd61f_0000
}

fn is_return(instruction: u32) -> bool {
    instruction & 0xffff_fc1f == 0xd65f_0000
}

/// `udf`.
fn is_trap(instruction: u32) -> bool {
    instruction >> 16 == 0
}

/// The registers whose values are needed before `instruction`, if those of `live` are after it.
pub fn before(instruction: u32, live: Registers) -> Registers {
    if let Some(operands) = operands::of(instruction) {
        return live & !operands.written | operands.read | FRAME;
    }
    match instruction {
        // bl; blr: what is called leaves nothing in those where nothing is when it returns.
        call if call >> 26 == 0x25 => live & !SCRATCH | PASSED,
        call if call & 0xffff_fc1f == 0xd63f_0000 => live & !SCRATCH | PASSED | general(call >> 5),
        // b, ret, udf: what is live behind them says it all.
        other if is_branch(other) || is_return(other) || is_trap(other) => live,
        _ => ALL,
    }
}

/// Where control goes from a block.
struct Successors {
    /// Numbers of blocks.
    blocks: Vec<usize>,
    /// What is needed elsewhere.
    live: Registers,
}

impl Successors {
    fn of(unit: &Compiled, linked: &HashSet<usize>, blocks: &[Block], block: &Block) -> Self {
        let last = block.range.end - WORD;
        let instruction = word(&unit.code, last);
        let mut found = Self { blocks: Vec::new(), live: 0 };
        let mut add = |target: usize| match blocks.binary_search_by_key(&target, |block| block.range.start) {
            Ok(number) => found.blocks.push(number),
            Err(_) => found.live = ALL,
        };
        let always = is_branch(instruction);
        if let Some(target) = edit::target(instruction, last).filter(|_| !linked.contains(&last)) {
            add(target);
        }
        let handlers = &unit.handlers;
        if let Ok(number) = handlers.binary_search_by_key(&block.range.end, |handler| handler.call as usize) {
            add(handlers[number].landing as usize);
        }
        if !always && !is_indirect(instruction) && !is_trap(instruction) {
            add(block.range.end);
        }
        if is_return(instruction) {
            found.live = !SCRATCH;
        } else if is_indirect(instruction) || always && linked.contains(&last) {
            // A jump table, or a tail call.
            found.live = ALL;
        }
        found
    }
}
