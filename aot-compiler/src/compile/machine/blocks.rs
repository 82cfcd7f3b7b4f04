//! A function's machine code as blocks, and which registers are needed behind each.

use super::{
    Data, WORD, data, edit,
    effects::{Registers, general},
    instructions,
    operands::{self, FLAGS},
    word,
};
use crate::compile::codegen::Compiled;
use std::ops::Range;

/// All registers.
const ALL: Registers = !0;
/// Where arguments and results are, as far as they are in registers: x0 to x8, v0 to v7.
pub const PASSED: Registers = 0xff_0000_01ff;
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
    /// Where control goes.
    pub next: Successors,
    /// What its instructions need together.
    needs: Needs,
}

impl Block {
    /// The blocks of `unit` in their order. Data is in none of them.
    pub fn all(unit: &Compiled) -> Vec<Self> {
        let code = &unit.code;
        let data = data(code);
        let linked = edit::linked(unit);
        let entries = edit::entries(unit);
        let jumps = data.iter().flat_map(|piece| edit::jumps(code, piece));
        let mut starts = vec![false; code.len() / WORD + 1];
        let calls = unit.handlers.iter().map(|handler| handler.call as usize);
        let named = instructions(code).filter_map(|at| edit::named(code, at));
        for start in entries.iter().copied().chain(jumps).chain(calls).chain(named) {
            if let Some(is_start) = starts.get_mut(start / WORD) {
                *is_start = true;
            }
        }
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut is_open = false;
        for at in instructions(code) {
            match ranges.last_mut() {
                Some(range) if is_open && range.end == at && !starts[at / WORD] => range.end = at + WORD,
                _ => ranges.push(at..at + WORD),
            }
            is_open = !ends(word(code, at), linked[at / WORD]);
        }
        let block = |range: &Range<usize>| Self {
            range: range.clone(),
            from: if entries.contains(&range.start) { None } else { Some(Vec::new()) },
            live_out: FRAME,
            next: Successors::of(unit, &linked, &data, &ranges, range),
            needs: Needs::of(unit, range.clone()),
        };
        let mut blocks = Vec::from_iter(ranges.iter().map(block));
        for number in 0..blocks.len() {
            for next in blocks[number].next.blocks.clone() {
                blocks[next].from.iter_mut().for_each(|from| from.push(number));
            }
        }
        find_live(&mut blocks);
        blocks
    }

    /// The registers that are needed where it begins.
    pub fn live_in(&self) -> Registers {
        self.needs.before(self.live_out)
    }

    /// Looks at its instructions again.
    pub fn update(&mut self, unit: &Compiled) {
        self.needs = Needs::of(unit, self.range.clone());
    }
}

/// Finds what is needed behind each of `blocks`.
pub fn find_live(blocks: &mut [Block]) {
    let mut live_in = vec![0; blocks.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (number, block) in blocks.iter_mut().enumerate().rev() {
            let next = block.next.blocks.iter();
            block.live_out = next.fold(block.next.live | FRAME, |live, &next| live | live_in[next]);
            let live = block.live_in();
            changed |= live != live_in[number];
            live_in[number] = live;
        }
    }
}

/// What instructions need to be in registers before them.
#[derive(Debug, Clone, Copy)]
struct Needs {
    /// Registers that they read.
    read: Registers,
    /// Those whose values before them are not needed behind them.
    written: Registers,
}

impl Needs {
    /// Those of the instructions of `range`.
    fn of(unit: &Compiled, range: Range<usize>) -> Self {
        let nothing = Self { read: 0, written: 0 };
        range.step_by(WORD).rev().fold(nothing, |Self { read, written }, at| {
            let first = Self::one(word(&unit.code, at), unit.passed(at));
            Self { read: first.before(read), written: first.written | written }
        })
    }

    /// Those of one, to which `passed` are arguments if it is a call.
    fn one(instruction: u32, passed: Registers) -> Self {
        if let Some(operands) = operands::of(instruction) {
            return Self { read: operands.read | FRAME, written: operands.written };
        }
        match instruction {
            // bl; blr: what is called leaves nothing as it is where it has its arguments, results and other values.
            call if call >> 26 == 0x25 => Self { read: passed, written: PASSED | SCRATCH },
            call if call & 0xffff_fc1f == 0xd63f_0000 => {
                Self { read: passed | general(call >> 5), written: PASSED | SCRATCH }
            }
            jump if is_jump(jump) => Self { read: general(jump >> 5), written: 0 },
            // b, ret, udf: what is live behind them says it all.
            other if is_branch(other) || is_return(other) || is_trap(other) => Self { read: 0, written: 0 },
            _ => Self { read: ALL, written: ALL },
        }
    }

    /// The registers that are needed before them, if those of `live` are behind them.
    fn before(self, live: Registers) -> Registers {
        live & !self.written | self.read
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

/// The registers whose values are needed before `instruction`, to which `passed` are arguments if it is a call, if those of
/// `live` are after it.
pub fn before(instruction: u32, passed: Registers, live: Registers) -> Registers {
    Needs::one(instruction, passed).before(live)
}

/// The registers that `instruction` reads, to which `passed` are arguments if it is a call, and maybe some more.
pub fn read(instruction: u32, passed: Registers) -> Registers {
    Needs::one(instruction, passed).read
}

/// The registers that `instruction` changes.
pub fn written(instruction: u32) -> Registers {
    Needs::one(instruction, 0).written
}

/// Where control goes from a block.
pub struct Successors {
    /// Numbers of blocks, each of them once.
    pub blocks: Vec<usize>,
    /// What is needed elsewhere.
    live: Registers,
}

impl Successors {
    /// That of the block at `range`, of those at `ranges`.
    fn of(
        unit: &Compiled,
        linked: &[bool],
        data: &[Data],
        ranges: &[Range<usize>],
        range: &Range<usize>,
    ) -> Self {
        let last = range.end - WORD;
        let is_linked = linked[last / WORD];
        let instruction = word(&unit.code, last);
        let mut found = Self { blocks: Vec::new(), live: 0 };
        let mut add = |target: usize| match ranges.binary_search_by_key(&target, |range| range.start) {
            Ok(number) => found.blocks.push(number),
            Err(_) => found.live = ALL,
        };
        let always = is_branch(instruction);
        if let Some(target) = edit::target(instruction, last).filter(|_| !is_linked) {
            add(target);
        }
        let handlers = &unit.handlers;
        if let Ok(number) = handlers.binary_search_by_key(&range.end, |handler| handler.call as usize) {
            add(handlers[number].landing as usize);
        }
        if !always && !is_indirect(instruction) && !is_trap(instruction) {
            add(range.end);
        }
        let table = data.binary_search_by_key(&range.end, |piece| piece.range.start);
        let table = table.ok().filter(|_| is_jump(instruction)).map(|piece| &data[piece]);
        if let Some(table) = table {
            edit::jumps(&unit.code, table).for_each(add);
            found.blocks.sort_unstable();
            found.blocks.dedup();
        } else if is_return(instruction) {
            found.live = !(PASSED | SCRATCH) | unit.results;
        } else if is_jump(instruction) || always && is_linked {
            // A tail call.
            found.live = ALL;
        }
        found
    }
}
