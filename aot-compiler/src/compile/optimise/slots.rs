//! Values on the stack, in registers where these are free.
//!
//! Cranelift's register allocator gives a value that it has split often enough a place on the stack for good, and has each
//! instruction that needs it load it from there; it does not come back to see what is free in the end. In an interpreter's
//! loop, where every value lives through hundreds of blocks and each of them calls something, that is most of them.
//!
//! Here a place on the stack, a slot, gets a register, and in each stretch of code the value is either there or in memory. The
//! register is not free everywhere: where something else is in it, the value is in memory. What that costs,
//!
//! - a load or store for each one of the slot where the value is in memory, a copy, which often goes away, where it is not,
//! - a store where it leaves the register, and a load where it comes back,
//!
//! each as often as it is executed, is least at the smallest cut of a network with a node for each stretch
//! ([`machine::cut`](crate::compile::machine::cut)). Values change sides within blocks only, so that no branch needs a block of its own for it. Of a
//! slot that is rarely written, memory may be kept up to date instead: then nothing is stored where the value leaves the
//! register.

use crate::compile::machine::{
    WORD, blocks,
    code::Code,
    copy::move_general,
    cut::{Network, Nodes, SINK, SOURCE},
    effects::Registers,
    frame::{self, SP},
    frequency, insert, instructions,
    transfer::Transfer,
    word,
};
use std::collections::{BTreeMap, BTreeSet};

/// The registers that a value may be in: not x16 to x18, which linker and platform use, nor x29 and x30.
const CHOICE: Registers = 0x1ff8_ffff;

/// How many slots of a function are looked at: those that are accessed most often.
const MOST_SLOTS: usize = 64;

/// How many steps are looked at while places for slots are compared: with more, a large function would take minutes.
const MOST_STEPS: usize = 20_000_000;

/// What a load or store costs that is executed once for each call of the function.
const UNIT: f64 = 4096.0;

/// Which part of that a copy costs.
const COPY: u64 = 4;

/// Gives slots registers, as long as that makes `code` faster; whether it has changed.
pub fn run(code: &mut Code) -> bool {
    if !instructions(&code.unit.code).all(|at| frame::is_plain(word(&code.unit.code, at))) {
        return false;
    }
    let mut plan = Plan::new(code);
    let slots = plan.slots();
    let mut left = MOST_STEPS / plan.steps.len();
    for slot in slots {
        let live = plan.live(slot);
        if live.in_blocks[0] {
            // It is above the frame: an argument.
            continue;
        }
        let mut best: Option<(u32, Split)> = None;
        for (register, is_kept, most) in plan.choices(slot) {
            let least = best.as_ref().map_or(0, |(_, split)| split.gain);
            // Neither can any other choice save more.
            if most <= least || left == 0 {
                break;
            }
            left -= 1;
            let split = plan.split(slot, register, &live, is_kept);
            if split.gain > least {
                best = Some((register, split));
            }
        }
        if let Some((register, split)) = best {
            plan.commit(slot, register, &live, split);
        }
    }
    plan.apply(code)
}

/// An instruction.
struct Step {
    /// Its byte offset.
    at: usize,
    /// The registers that something else is in before, in or behind it.
    busy: Registers,
    /// The slot that it loads or stores, whether it loads, and the register.
    access: Option<(i64, bool, u32)>,
    /// Whether others rely on it as it is, and on what is before it.
    is_fixed: bool,
}

/// A block.
struct Part {
    /// Its steps.
    steps: std::ops::Range<usize>,
    /// The registers that something else is in where it begins.
    busy: Registers,
    /// What an instruction in it costs.
    cost: u64,
    /// Whether control comes from elsewhere.
    is_entry: bool,
    /// The blocks that control goes to.
    next: Vec<usize>,
}

/// Where the values of slots are.
struct Plan {
    steps: Vec<Step>,
    parts: Vec<Part>,
    /// Instructions that change, by byte offset.
    changed: BTreeMap<usize, u32>,
    /// Instructions to be put before those at the byte offsets.
    inserted: Vec<(usize, u32)>,
}

/// Where the value of a slot is needed.
struct Live {
    /// Before each step.
    before: Vec<bool>,
    /// Where each block begins.
    in_blocks: Vec<bool>,
    /// Behind each block.
    out_of_blocks: Vec<bool>,
}

/// Where the value of a slot is in a register.
struct Split {
    /// At each step.
    steps: Vec<bool>,
    /// Where each block begins.
    entries: Vec<bool>,
    /// Whether memory has it even so.
    is_kept: bool,
    /// What that saves.
    gain: u64,
}

impl Plan {
    fn new(code: &Code) -> Self {
        let often = frequency::of(&code.blocks);
        let fixed = code.fixed();
        let mut plan =
            Self { steps: Vec::new(), parts: Vec::new(), changed: BTreeMap::new(), inserted: Vec::new() };
        for (block, often) in code.blocks.iter().zip(often) {
            let first = plan.steps.len();
            let mut live = block.live_out;
            for at in block.range.clone().step_by(WORD).rev() {
                let instruction = word(&code.unit.code, at);
                let before = blocks::before(instruction, code.unit.passed(at), live);
                let access = Transfer::decode(instruction).filter(|access| access.base == SP);
                let access = access.map(|access| match access.is_slot() && !access.is_vector {
                    true => (access.offset, access.is_load, access.register),
                    false => (access.offset, access.is_load, OTHER),
                });
                let busy = live | before | blocks::written(instruction);
                plan.steps.push(Step { at, busy, access, is_fixed: fixed[at / WORD] });
                live = before;
            }
            plan.steps[first..].reverse();
            plan.parts.push(Part {
                steps: first..plan.steps.len(),
                busy: live,
                cost: ((often * UNIT) as u64).clamp(1, 1 << 40) * COPY,
                is_entry: block.from.is_none(),
                next: block.next.blocks.clone(),
            });
        }
        plan
    }

    /// The slots that are loaded and of which nothing but whole registers is accessed, those first that are accessed most often.
    fn slots(&self) -> Vec<i64> {
        let mut costs: BTreeMap<i64, (u64, bool)> = BTreeMap::new();
        let mut others = BTreeSet::new();
        for part in &self.parts {
            for step in &self.steps[part.steps.clone()] {
                match step.access {
                    Some((offset, _, OTHER)) => others.extend((offset..offset + 16).step_by(4)),
                    Some((offset, is_load, _)) => {
                        let (cost, is_loaded) = costs.entry(offset).or_default();
                        *cost += part.cost;
                        *is_loaded |= is_load;
                    }
                    None => {}
                }
            }
        }
        let is_apart = |offset: i64| offset % 8 == 0 && others.range(offset..offset + 8).next().is_none();
        let mut slots: Vec<_> =
            costs.into_iter().filter(|&(offset, (_, is_loaded))| is_loaded && is_apart(offset)).collect();
        slots.sort_by_key(|&(offset, (cost, _))| (std::cmp::Reverse(cost), offset));
        slots.truncate(MOST_SLOTS);
        slots.into_iter().map(|(offset, _)| offset).collect()
    }

    /// What a step does with `slot`, if it does: whether it loads, and the register.
    fn access(&self, step: usize, slot: i64) -> Option<(bool, u32)> {
        self.steps[step]
            .access
            .filter(|access| access.0 == slot)
            .map(|(_, is_load, register)| (is_load, register))
    }

    fn live(&self, slot: i64) -> Live {
        let parts = self.parts.len();
        // What is needed where a block begins: as an access in it has it, or as it is behind.
        let first = |part: &Part| {
            part.steps.clone().find_map(|step| self.access(step, slot)).map(|(is_load, _)| is_load)
        };
        let firsts: Vec<_> = self.parts.iter().map(first).collect();
        let mut live = Live {
            before: vec![false; self.steps.len()],
            in_blocks: firsts.iter().map(|first| *first == Some(true)).collect(),
            out_of_blocks: vec![false; parts],
        };
        let mut changed = true;
        while changed {
            changed = false;
            for number in (0..parts).rev() {
                let is_out = self.parts[number].next.iter().any(|&next| live.in_blocks[next]);
                live.out_of_blocks[number] = is_out;
                let is_in = firsts[number].unwrap_or(is_out);
                changed |= is_in != std::mem::replace(&mut live.in_blocks[number], is_in);
            }
        }
        for (number, part) in self.parts.iter().enumerate() {
            let mut is_live = live.out_of_blocks[number];
            for step in part.steps.clone().rev() {
                is_live = self.access(step, slot).map_or(is_live, |(is_load, _)| is_load);
                live.before[step] = is_live;
            }
        }
        live
    }

    /// The registers that are free at some accesses of `slot`, with memory kept up to date or not, and what that saves at
    /// most: if the value is there at all of these. Those first for which that is most.
    fn choices(&self, slot: i64) -> Vec<(u32, bool, u64)> {
        let mut saved = [[0u64; 2]; 32];
        for part in &self.parts {
            for step in part.steps.clone() {
                let Some((is_load, _)) = self.access(step, slot) else { continue };
                let choice = CHOICE & !self.steps[step].busy;
                for register in (0..32).filter(|register| choice >> register & 1 == 1) {
                    let each = part.cost - part.cost / COPY;
                    saved[register][0] += each;
                    saved[register][1] += if is_load { each } else { 0 };
                }
            }
        }
        let both = (0..)
            .zip(saved)
            .flat_map(|(register, [all, loads])| [(register, false, all), (register, true, loads)]);
        let mut choices = Vec::from_iter(both.filter(|&(.., saved)| saved > 0));
        choices.sort_by_key(|&(.., saved)| std::cmp::Reverse(saved));
        choices
    }

    /// Where it costs least to have `slot` in `register`, if memory `is_kept` up to date or not.
    fn split(&self, slot: i64, register: u32, live: &Live, is_kept: bool) -> Split {
        let mut nodes = Nodes::new();
        let entries: Vec<_> = live.in_blocks.iter().map(|is_live| is_live.then(|| nodes.add())).collect();
        let mut at_steps: Vec<Option<usize>> = Vec::with_capacity(self.steps.len());
        let mut costs = Vec::new();
        let mut changes = Vec::new();
        let mut before = 0;
        let is_busy = |busy: Registers| busy >> register & 1 == 1;
        for (number, part) in self.parts.iter().enumerate() {
            let mut was_busy = part.is_entry || is_busy(part.busy);
            let mut node = entries[number];
            if let Some(node) = node.filter(|_| was_busy) {
                nodes.join(SINK, node);
            }
            for step in part.steps.clone() {
                let Step { busy, is_fixed, .. } = self.steps[step];
                let (is_live, is_busy) = (live.before[step], is_busy(busy));
                let access = self.access(step, slot);
                let is_edge = step == part.steps.start || step + 1 == part.steps.end;
                // Nothing can be put before what is fixed.
                let is_new = !is_fixed && (is_edge || is_busy != was_busy);
                node = match node.filter(|_| is_live) {
                    None => (is_live || access.is_some()).then(|| nodes.add()),
                    Some(last) if is_new => {
                        let next = nodes.add();
                        changes.push((last, next, part.cost));
                        Some(next)
                    }
                    same => same,
                };
                at_steps.push(node);
                was_busy = is_busy;
                let Some(node) = node else { continue };
                if is_busy || access.is_some() && is_fixed {
                    nodes.join(SINK, node);
                }
                if let Some((is_load, _)) = access {
                    before += part.cost;
                    let copy = part.cost / COPY + if is_kept && !is_load { part.cost } else { 0 };
                    costs.push((node, copy, part.cost));
                }
            }
            if let Some(Some(last)) = at_steps.last() {
                let next = part.next.iter().filter_map(|&next| entries[next]);
                next.for_each(|next| nodes.join(*last, next));
            }
        }
        let mut of_nodes = vec![(0, 0); nodes.len()];
        for (node, in_register, in_memory) in costs {
            let (all_in_register, all_in_memory) = &mut of_nodes[nodes.first(node)];
            *all_in_register += in_register;
            *all_in_memory += in_memory;
        }
        let mut network = Network::new(nodes.len());
        for (node, &(in_register, in_memory)) in of_nodes.iter().enumerate() {
            network.add(node, SINK, in_register, 0);
            network.add(SOURCE, node, in_memory, 0);
        }
        for (one, other, cost) in changes {
            let leaves = if is_kept { 0 } else { cost };
            network.add(nodes.first(one), nodes.first(other), leaves, cost);
        }
        let (cost, is_in_register) = network.cut();
        let mut is_in_register =
            |node: &Option<usize>| node.is_some_and(|node| is_in_register[nodes.first(node)]);
        Split {
            steps: at_steps.iter().map(&mut is_in_register).collect(),
            entries: entries.iter().map(&mut is_in_register).collect(),
            is_kept,
            gain: before.saturating_sub(cost),
        }
    }

    /// Has `slot` in `register` where `split` says so.
    fn commit(&mut self, slot: i64, register: u32, live: &Live, split: Split) {
        let mask: Registers = 1 << register;
        for number in 0..self.parts.len() {
            let part = &mut self.parts[number];
            let mut was = split.entries[number];
            if was && live.in_blocks[number] {
                part.busy |= mask;
            }
            for step in part.steps.clone() {
                let is = split.steps[step];
                let at = self.steps[step].at;
                if live.before[step] && was != is && !(was && split.is_kept) {
                    self.inserted.push((at, move_slot(is, register, slot)));
                }
                was = is;
                if !is {
                    continue;
                }
                let is_live_behind = if step + 1 < part.steps.end {
                    live.before[step + 1]
                } else {
                    live.out_of_blocks[number]
                };
                let access = self.steps[step].access.filter(|access| access.0 == slot);
                if live.before[step] || is_live_behind || access.is_some() {
                    self.steps[step].busy |= mask;
                }
                match access {
                    Some((_, true, to)) => _ = self.changed.insert(at, move_general(to, register)),
                    Some((_, false, from)) if split.is_kept => {
                        self.inserted.push((at, move_general(register, from)))
                    }
                    Some((_, false, from)) => _ = self.changed.insert(at, move_general(register, from)),
                    None => {}
                }
            }
        }
    }

    /// Changes `code`; whether there is anything to change, and it fits.
    fn apply(mut self, code: &mut Code) -> bool {
        if self.changed.is_empty() && self.inserted.is_empty() {
            return false;
        }
        let before = code.unit.code.clone();
        for (at, changed) in self.changed {
            code.unit.code[at..at + WORD].copy_from_slice(&changed.to_le_bytes());
        }
        // What leaves a register does so before another value comes there.
        let is_store = |word| Transfer::decode(word).is_some_and(|access| !access.is_load);
        self.inserted.sort_by_key(|&(at, word)| (at, !is_store(word)));
        let fits = insert::insert(code.unit, &self.inserted);
        if !fits {
            code.unit.code = before;
        }
        code.renew();
        fits
    }
}

/// In the place of the register of an access that is not one of a general register as a whole.
const OTHER: u32 = 32;

/// `ldr xR, [sp, #slot]` or `str`.
fn move_slot(is_load: bool, register: u32, slot: i64) -> u32 {
    let operation = if is_load { 0xf940_0000 } else { 0xf900_0000 };
    operation | (slot as u32 / 8) << 10 | SP << 5 | register
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::simulate;

    #[test]
    fn functions_do_what_they_did() {
        simulate::check(run);
    }
}
