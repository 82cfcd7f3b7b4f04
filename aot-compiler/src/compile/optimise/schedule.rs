//! Instructions in the order in which the Cortex-A53 loses the fewest cycles.
//!
//! It issues two instructions in a cycle, but none before the one in front of it, so what waits for a load or a product
//! holds up everything. Within a block of the finished code, what depends on each other
//! ([`machine::dependences`](crate::compile::machine::dependences)) keeps its order, and of the rest that comes
//! next which can be issued first, and of those the one with the longest chain of latencies behind it. The new order is
//! taken if it ends earlier than the old one; that of a loop's block, if three rounds do. In loops, it may be one with other
//! registers ([`machine::renames`](crate::compile::machine::renames)).
//!
//! Sites, relocations and lines go with their instructions. Calls, whatever changes the stack pointer, literals and the
//! instructions by which a jump's table is known stay where they are, and so everything stays on its side of them.

use crate::compile::{
    codegen::{Compiled, SourceRange},
    machine::{
        self, WORD,
        access::Access,
        blocks::{self, Block},
        code::Code,
        dependences::{Graph, Item},
        edit,
        effects::Registers,
        frame, instructions,
        latency::{Pipeline, Step},
        operands, renames, word,
    },
};
use sinter_abi::trap::TrapReason;
use std::{cmp::Reverse, collections::BTreeMap, ops::Range};

/// The most instructions that are looked at together, and in a loop's block.
const WINDOW: usize = 128;
const LOOP_WINDOW: usize = 512;
/// The fewest that get other registers.
const RENAMED: usize = 8;
/// How often a loop's block is repeated to see what a round takes.
const ROUNDS: usize = 3;
/// How many cycles more are accepted for the sake of a longer chain.
const PATIENCE: [u32; 3] = [0, 1, 2];
/// What the two branches that separate a pair of erratum 835769 cost.
const ERRATUM: u32 = 2;

/// Puts the instructions of `unit` in order.
pub fn run(code: &mut Code) {
    let unit = &*code.unit;
    let function = Function {
        code: &unit.code,
        traps: edit::traps(unit),
        linked: edit::linked(unit),
        tables: code.tables(),
        has_plain_frame: instructions(&unit.code).all(|at| is_plain(word(&unit.code, at))),
        loops: loops(&unit.code),
        // What is restored in the end has been saved.
        free: instructions(&unit.code).fold(renames::SCRATCH, |free, at| {
            free | operands::of(word(&unit.code, at)).map_or(0, |operands| operands.written)
        }),
    };
    let mut old: Vec<usize> = (0..unit.code.len()).step_by(WORD).collect();
    let mut changed = unit.code.clone();
    for block in &code.blocks {
        for window in function.windows(&block.range) {
            let (words, order) = function.best(&window, block);
            for (at, number) in window.clone().step_by(WORD).zip(order) {
                old[at / WORD] = window.start + number * WORD;
            }
            for (at, word) in window.step_by(WORD).zip(words) {
                changed[at..at + WORD].copy_from_slice(&word.to_le_bytes());
            }
        }
    }
    code.unit.code = changed;
    rearrange(code.unit, &old);
}

/// Whether the frame is used in no other way by `instruction` than can be followed.
fn is_plain(instruction: u32) -> bool {
    let place = Access::decode(instruction).and_then(|access| access.place);
    frame::is_plain(instruction) || place.is_some_and(|place| place.is_frame())
}

/// See [`Function::loops`].
fn loops(code: &[u8]) -> BTreeMap<usize, usize> {
    let mut loops = BTreeMap::new();
    for at in instructions(code) {
        if let Some(target) = edit::target(word(code, at), at).filter(|&target| target <= at) {
            loops.insert(target, at + WORD);
        }
    }
    let mut furthest = 0;
    for end in loops.values_mut() {
        furthest = furthest.max(*end);
        *end = furthest;
    }
    loops
}

/// What is known about the function.
struct Function<'a> {
    code: &'a [u8],
    traps: BTreeMap<usize, TrapReason>,
    /// What the linker fills in, by words.
    linked: Vec<bool>,
    /// What has to stay where it is for the sake of a jump's table, by words.
    tables: Vec<bool>,
    has_plain_frame: bool,
    /// By the targets of branches backwards, how far those reach that begin there or before.
    loops: BTreeMap<usize, usize>,
    /// Registers that may be written where nothing is in them.
    free: Registers,
}

impl Function<'_> {
    /// The parts of a block in which order may change.
    fn windows(&self, block: &Range<usize>) -> Vec<Range<usize>> {
        let longest = WORD * if self.is_loop(block) { LOOP_WINDOW } else { WINDOW };
        let mut windows: Vec<Range<usize>> = Vec::new();
        for at in block.clone().step_by(WORD).filter(|&at| self.is_free(at)) {
            match windows.last_mut() {
                Some(last) if last.end == at && last.len() < longest => last.end += WORD,
                _ => windows.push(at..at + WORD),
            }
        }
        windows.retain(|window| window.len() > 2 * WORD);
        windows
    }

    /// Whether `block` is a loop.
    fn is_loop(&self, block: &Range<usize>) -> bool {
        let last = block.end - WORD;
        edit::target(word(self.code, last), last) == Some(block.start)
    }

    /// Whether the instruction at `at` is in a loop, whose code is all between a branch and its target.
    fn is_in_loop(&self, at: usize) -> bool {
        self.loops.range(..=at).next_back().is_some_and(|(_, &end)| at < end)
    }

    /// Whether the instruction at `at` may change its place, or is the branch at the end of a block.
    fn is_free(&self, at: usize) -> bool {
        let instruction = word(self.code, at);
        let Some(operands) = operands::of(instruction) else { return false };
        let is_known = operands.is_pure || Access::decode(instruction).is_some() || is_branch(instruction);
        is_known
            && !frame::is_frame(instruction)
            && !machine::is_relative(instruction, at)
            && !self.tables[at / WORD]
    }

    /// What the instructions of `window`, a part of `block`, become, and the numbers of them in their best order.
    fn best(&self, window: &Range<usize>, block: &Block) -> (Vec<u32>, Vec<usize>) {
        let words: Vec<u32> = window.clone().step_by(WORD).map(|at| word(self.code, at)).collect();
        let is_loop = *window == block.range && self.is_loop(window);
        let (order, cost) = self.sequence(window, &words, is_loop).best();
        if words.len() >= RENAMED
            && self.is_in_loop(window.start)
            && let Some(renamed) = renames::renamed(&words, self.live_behind(window, block), self.free)
        {
            let (other, less) = self.sequence(window, &renamed, is_loop).best();
            if less < cost {
                return (renamed, other);
            }
        }
        (words, order)
    }

    /// What is needed behind `window`, a part of `block`.
    fn live_behind(&self, window: &Range<usize>, block: &Block) -> Registers {
        let behind = (window.end..block.range.end).step_by(WORD).rev();
        behind.fold(block.live_out, |live, at| blocks::before(word(self.code, at), blocks::PASSED, live))
    }

    /// `words` in the places of those of `window`.
    fn sequence(&self, window: &Range<usize>, words: &[u32], is_loop: bool) -> Sequence {
        let items = window.clone().step_by(WORD).zip(words).map(|(at, &word)| {
            let mut access = Access::decode(word);
            if let Some(access) = &mut access
                && self.linked[at / WORD]
            {
                access.place = None;
            }
            Item {
                operands: operands::of(word).expect("what may change its place is known"),
                step: Step::of(word),
                access,
                trap: self.traps.get(&at).copied(),
            }
        });
        let rounds = if is_loop { ROUNDS } else { 1 };
        let has_branch = words.last().is_some_and(|&word| is_branch(word));
        Sequence::new(words.to_vec(), items.collect(), self.has_plain_frame, has_branch, rounds)
    }
}

/// `b.cond`, `cbz`, `tbz` and their opposites.
fn is_branch(instruction: u32) -> bool {
    edit::target(instruction, 0).is_some()
}

/// Instructions of which the order is looked for.
struct Sequence {
    words: Vec<u32>,
    items: Vec<Item>,
    graph: Graph,
    /// Cycles from the issue of each to the end of the longest chain that depends on it.
    heights: Vec<u32>,
    rounds: usize,
}

impl Sequence {
    fn new(
        words: Vec<u32>,
        items: Vec<Item>,
        has_plain_frame: bool,
        has_branch: bool,
        rounds: usize,
    ) -> Self {
        let graph = Graph::new(&items, has_plain_frame, has_branch);
        let mut heights = vec![0; items.len()];
        for at in (0..items.len()).rev() {
            let behind = graph.behind[at].iter();
            heights[at] = behind.map(|&(next, distance)| distance + heights[next]).max().unwrap_or(0);
        }
        Self { words, items, graph, heights, rounds }
    }

    /// The order that takes the fewest cycles of those that are tried, and these.
    fn best(&self) -> (Vec<usize>, u32) {
        let mut best: Vec<usize> = (0..self.items.len()).collect();
        let mut cost = self.cost(&best);
        let tried = if self.rounds > 1 { &PATIENCE[..] } else { &PATIENCE[..1] };
        for &patience in tried {
            let mut pipeline = Pipeline::new();
            // A loop's block finds the processor as the block has left it.
            for _ in 0..self.rounds.min(2) {
                let order = self.list(pipeline.clone(), patience);
                let found = self.cost(&order);
                order.iter().for_each(|&at| pipeline.issue(&self.items[at].step));
                if found < cost {
                    (best, cost) = (order, found);
                }
            }
        }
        (best, cost)
    }

    /// List scheduling from the state of `pipeline` on.
    fn list(&self, mut pipeline: Pipeline, patience: u32) -> Vec<usize> {
        let mut before = self.graph.before.clone();
        let mut ready: Vec<usize> = (0..self.items.len()).filter(|&at| before[at] == 0).collect();
        let mut order = Vec::with_capacity(self.items.len());
        while !ready.is_empty() {
            let last = order.last().copied();
            let cycles: Vec<u32> = ready
                .iter()
                .map(|&at| pipeline.earliest(&self.items[at].step) + self.erratum(last, at))
                .collect();
            let soon = cycles.iter().min().map_or(0, |cycle| cycle + patience);
            let chosen = (0..ready.len())
                .filter(|&number| cycles[number] <= soon)
                .min_by_key(|&number| {
                    let at = ready[number];
                    (Reverse(self.heights[at]), cycles[number], at)
                })
                .expect("one of them is the first");
            let at = ready.swap_remove(chosen);
            pipeline.issue(&self.items[at].step);
            order.push(at);
            for &(next, _) in &self.graph.behind[at] {
                before[next] -= 1;
                if before[next] == 0 {
                    ready.push(next);
                }
            }
        }
        order
    }

    /// Cycles until all that the instructions compute in `order` is written.
    fn cost(&self, order: &[usize]) -> u32 {
        let mut pipeline = Pipeline::new();
        for _ in 0..self.rounds {
            order.iter().for_each(|&at| pipeline.issue(&self.items[at].step));
        }
        let fixes: u32 = order.windows(2).map(|pair| self.erratum(Some(pair[0]), pair[1])).sum();
        pipeline.end() + fixes * self.rounds as u32
    }

    /// What the workaround for erratum 835769 costs if `at` comes behind `last`.
    fn erratum(&self, last: Option<usize>, at: usize) -> u32 {
        let needs_fix = last.is_some_and(|last| machine::needs_fix(self.words[last], self.words[at]));
        if needs_fix { ERRATUM } else { 0 }
    }
}

/// Has the instruction that was at `old[n]` be the one with number n of `unit`.
fn rearrange(unit: &mut Compiled, old: &[usize]) {
    let mut new = vec![0; old.len()];
    for (number, &at) in old.iter().enumerate() {
        new[at / WORD] = number * WORD;
    }
    unit.code = old.iter().flat_map(|&at| word(&unit.code, at).to_le_bytes()).collect();
    let update = |offset: &mut u32| *offset = new[*offset as usize / WORD] as u32;
    // A call returns to the same place as before.
    unit.sites.iter_mut().filter(|site| site.trap.is_some()).for_each(|site| update(&mut site.code_offset));
    unit.sites.sort_by_key(|site| (site.code_offset, site.trap.is_some()));
    unit.relocations.iter_mut().for_each(|relocation| update(&mut relocation.offset));
    unit.relocations.sort_by_key(|relocation| relocation.offset);
    let mut ranges: Vec<SourceRange> = Vec::new();
    for (start, &at) in (0..).step_by(WORD).zip(old) {
        let Some(range) = unit.ranges.partition_point(|range| range.start as usize <= at).checked_sub(1)
        else {
            continue;
        };
        let position = unit.ranges[range].position;
        if ranges.last().is_none_or(|last| last.position != position) {
            ranges.push(SourceRange { start, position });
        }
    }
    unit.ranges = ranges;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{
        codegen::Relocation,
        machine::testing::{RET, function, words},
        symbols::Symbol,
    };
    use cranelift_codegen::binemit::Reloc;
    use sinter_abi::sites::Site;

    /// A function of these instructions, of which those in `traps` may trap.
    fn trapping(instructions: &[u32], traps: &[(u32, TrapReason)]) -> Compiled {
        let site = |&(number, reason): &(u32, _)| Site {
            code_offset: number * WORD as u32,
            wasm_offset: 100 + number,
            trap: Some(reason),
        };
        Compiled { sites: traps.iter().map(site).collect(), ..function(instructions) }
    }

    /// What becomes of these instructions.
    fn scheduled(instructions: &[u32], traps: &[(u32, TrapReason)]) -> Vec<u32> {
        let mut unit = trapping(instructions, traps);
        run(&mut Code::new(&mut unit));
        words(&unit)
    }

    const OUT: TrapReason = TrapReason::MemoryOutOfBounds;
    /// ldr d1, [x0]; fadd d2, d1, d0, which waits for it; ldr d3, [x0, #8]; fadd d4, d3, d0
    const LOAD: u32 = 0xfd40_0001;
    const ADD: u32 = 0x1e60_2822;
    const NEXT_LOAD: u32 = 0xfd40_0403;
    const NEXT_ADD: u32 = 0x1e60_2864;

    #[test]
    fn loads_come_before_what_waits_for_others() {
        let expected = [LOAD, NEXT_LOAD, ADD, NEXT_ADD, RET];
        assert_eq!(scheduled(&[LOAD, ADD, NEXT_LOAD, NEXT_ADD, RET], &[]), expected);
        assert_eq!(scheduled(&[LOAD, ADD, NEXT_LOAD, NEXT_ADD, RET], &[(0, OUT), (2, OUT)]), expected);
    }

    #[test]
    fn registers_and_flags_keep_their_order() {
        for between in [
            // ldr d2, [x0, #8] writes what the addition writes; ldr d0, [x0, #8] what it reads
            0xfd40_0402,
            0xfd40_0400,
            // bl; ldr d3, .+8; svc
            0x9400_0000,
            0x5c00_0043,
            0xd400_0001,
            // sub sp, sp, #16; stp x29, x30, [sp, #-16]!
            0xd100_43ff,
            0xa9bf_7bfd,
        ] {
            let words = [LOAD, ADD, between, RET];
            assert_eq!(scheduled(&words, &[]), words, "{between:x}");
        }
        // The comparison stays between the two that read flags: ldr x1, [x0]; add x1, x1, x1; csel x2, x1, x3, eq;
        // cmp x4, x5; csel x6, x4, x5, eq
        let words = [0xf940_0001, 0x8b01_0021, 0x9a83_0022, 0xeb05_009f, 0x9a85_0086, RET];
        let found = scheduled(&words, &[]);
        let place = |word| found.iter().position(|&other| other == word).unwrap();
        assert!(place(words[2]) < place(words[3]) && place(words[3]) < place(words[4]), "{found:x?}");
    }

    /// A store must not be made before what may trap ahead of it, nor missing when what is behind it traps.
    #[test]
    fn stores_keep_their_order_with_what_may_trap() {
        // str d2, [x1]
        let store = 0xfd00_0022;
        let words = [LOAD, ADD, store, NEXT_LOAD, NEXT_ADD, RET];
        assert_eq!(scheduled(&words, &[(0, OUT), (2, OUT), (3, OUT)]), words);
        // At other bytes of the same register: str d2, [x0, #16]
        let words = [LOAD, ADD, 0xfd00_0802, NEXT_LOAD, NEXT_ADD, RET];
        assert_eq!(scheduled(&words, &[(0, OUT), (2, OUT), (3, OUT)]), words);
        // If neither can trap, it may.
        assert_eq!(scheduled(&words, &[])[..2], [LOAD, NEXT_LOAD]);
        // And if it goes to the stack, where nobody looks: str d2, [sp, #16]
        let words = [LOAD, ADD, 0xfd00_0be2, NEXT_LOAD, NEXT_ADD, RET];
        assert_eq!(scheduled(&words, &[(0, OUT), (3, OUT)])[..2], [LOAD, NEXT_LOAD]);
        // Unless the stack is used in other ways: add x5, sp, #16
        let words = [LOAD, ADD, 0xfd00_0be2, NEXT_LOAD, NEXT_ADD, RET, 0x9100_43e5];
        assert_eq!(scheduled(&words, &[(0, OUT), (3, OUT)]), words);
    }

    #[test]
    fn stores_to_the_same_bytes_keep_their_order() {
        // str d2, [x0, #8], which the next load reads; str d2, [x1], which it may
        for store in [0xfd00_0402, 0xfd00_0022] {
            let words = [LOAD, ADD, store, NEXT_LOAD, NEXT_ADD, RET];
            assert_eq!(scheduled(&words, &[]), words, "{store:x}");
        }
        // The register is another one by then: add x0, x0, #16; str d2, [x0, #16]
        let words = [LOAD, ADD, 0xfd00_0802, 0x9100_4000, NEXT_LOAD, NEXT_ADD, RET];
        let found = scheduled(&words, &[]);
        let place = |word| found.iter().position(|&other| other == word).unwrap();
        assert!(place(words[2]) < place(NEXT_LOAD), "{found:x?}");
    }

    #[test]
    fn traps_for_different_reasons_keep_their_order() {
        let words = [LOAD, ADD, NEXT_LOAD, NEXT_ADD, RET];
        let found = scheduled(&words, &[(0, OUT), (2, TrapReason::NullReference)]);
        assert_eq!(found[..2], [LOAD, NEXT_LOAD]);
        // The longer chain would be first: fadd d5, d4, d0
        let words = [LOAD, ADD, NEXT_LOAD, NEXT_ADD, 0x1e60_2885, RET];
        assert_eq!(scheduled(&words, &[(0, OUT), (2, OUT)])[0], NEXT_LOAD);
        assert_eq!(scheduled(&words, &[(0, OUT), (2, TrapReason::NullReference)])[0], LOAD);
    }

    #[test]
    fn sites_relocations_and_lines_follow() {
        let mut unit = trapping(&[0x9400_0000, LOAD, ADD, NEXT_LOAD, NEXT_ADD, RET], &[(1, OUT), (3, OUT)]);
        // The call returns to what comes behind it, whatever that is.
        unit.sites.insert(0, Site { code_offset: 4, wasm_offset: 7, trap: None });
        let (kind, target) = (Reloc::Aarch64AddAbsLo12Nc, Symbol::Instantiate);
        unit.relocations = vec![Relocation { offset: 12, kind, target, addend: 0 }];
        unit.ranges = [(0, 1), (4, 2), (12, 3), (20, 4)]
            .map(|(start, position)| SourceRange { start, position })
            .into();
        run(&mut Code::new(&mut unit));
        assert_eq!(words(&unit), [0x9400_0000, LOAD, NEXT_LOAD, ADD, NEXT_ADD, RET]);
        let sites: Vec<_> = unit.sites.iter().map(|site| (site.code_offset, site.wasm_offset)).collect();
        assert_eq!(sites, [(4, 7), (4, 101), (8, 103)]);
        assert_eq!(unit.relocations[0].offset, 8);
        let ranges: Vec<_> = unit.ranges.iter().map(|range| (range.start, range.position)).collect();
        assert_eq!(ranges, [(0, 1), (4, 2), (8, 3), (12, 2), (16, 3), (20, 4)]);
    }

    /// The instructions before a jump are how its table is known.
    #[test]
    fn jump_tables_stay() {
        // mov x1, #2; csel x1, x0, x1, lo; adr x0, #16; ldrsw x1, [x0, w1, uxtw #2]; add x0, x0, x1; br x0; 3 words
        let sequence = [0xd280_0041, 0x9a81_3001, 0x1000_0080, 0xb8a1_5801, 0x8b01_0000, 0xd61f_0000];
        let words = [&[LOAD, ADD, NEXT_LOAD, NEXT_ADD][..], &sequence, &[12, 16, 20, RET, RET, RET]].concat();
        assert_eq!(scheduled(&words, &[])[4..], words[4..]);
    }

    /// A multiplication that adds, of 64 bits, is not put behind a load where something else can be.
    #[test]
    fn erratum_835769_is_avoided() {
        // ldr x1, [x0]; add x9, x9, #1; madd x2, x3, x4, x5; add x6, x1, x2
        let words = [0xf940_0001, 0x9100_0529, 0x9b04_1462, 0x8b02_0026, RET];
        let found = scheduled(&words, &[]);
        assert!(!found.windows(2).any(|pair| machine::needs_fix(pair[0], pair[1])), "{found:x?}");
    }
}
