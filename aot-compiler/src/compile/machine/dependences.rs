//! Which instructions of a sequence have to come before which.
//!
//! - What reads a register comes behind what writes it, before what writes it again; so with the flags.
//! - Accesses to memory of which one is a store may change places only if they are apart: at other bytes from the same value
//!   of the same register, or one in the frame and one not, in a function that does no more with its frame than
//!   loads and stores at constant places.
//! - Nothing that may trap changes places with a store that is not to the frame, nor with what traps for another reason. So
//!   the memory at a trap is what it would have been, and so is the reason; of two loads that would both trap, the
//!   report may name the other one.

use super::{access::Access, effects::Registers, latency::Step, operands::Operands};
use sinter_abi::trap::TrapReason;

/// An instruction of the sequence.
pub struct Item {
    /// What it reads and writes.
    pub operands: Operands,
    /// What the processor needs for it.
    pub step: Step,
    /// What it does with memory.
    pub access: Option<Access>,
    /// Why it may trap.
    pub trap: Option<TrapReason>,
}

/// For each instruction of a sequence, by its number, what depends on it.
pub struct Graph {
    /// What comes behind it, and at least so many cycles later if nothing is to wait.
    pub behind: Vec<Vec<(usize, u32)>>,
    /// How many come before it.
    pub before: Vec<usize>,
}

impl Graph {
    /// That of `items`, where the last one stays the last if it `is_last`.
    pub fn new(items: &[Item], has_plain_frame: bool, is_last: bool) -> Self {
        let mut graph = Self { behind: vec![Vec::new(); items.len()], before: vec![0; items.len()] };
        let mut writers: [Option<usize>; 64] = [None; 64];
        let mut readers: [Vec<usize>; 64] = [const { Vec::new() }; 64];
        // Loads and stores, with what has written their bases.
        let mut accesses: Vec<(usize, Option<usize>)> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            for register in all(item.operands.read) {
                if let Some(writer) = writers[register] {
                    graph.add(writer, at, items[writer].step.distance(&item.step, 1 << register));
                }
                readers[register].push(at);
            }
            if let Some(access) = item.access {
                let base = access
                    .place
                    .filter(|place| !place.is_frame())
                    .and_then(|place| writers[place.base as usize]);
                for &(other, other_base) in &accesses {
                    let is_same = base == other_base;
                    if !may_swap(&items[other], item, is_same, has_plain_frame) {
                        graph.add(other, at, 0);
                    }
                }
                accesses.push((at, base));
            }
            for register in all(item.operands.written) {
                for reader in readers[register].drain(..).filter(|&reader| reader != at) {
                    graph.add(reader, at, 0);
                }
                if let Some(writer) = writers[register].replace(at) {
                    graph.add(writer, at, 0);
                }
            }
        }
        if let Some(last) = items.len().checked_sub(1).filter(|_| is_last) {
            (0..last).for_each(|at| graph.add(at, last, 0));
        }
        graph
    }

    fn add(&mut self, first: usize, second: usize, distance: u32) {
        self.behind[first].push((second, distance));
        self.before[second] += 1;
    }
}

/// Whether two accesses may change places; `is_same` says whether the registers of their places, if these are
/// the same, have the same value.
fn may_swap(one: &Item, other: &Item, is_same: bool, has_plain_frame: bool) -> bool {
    let (Some(first), Some(second)) = (one.access, other.access) else { return true };
    let is_visible = |access: Access| {
        access.is_store && !(has_plain_frame && access.place.is_some_and(|place| place.is_frame()))
    };
    let differ = one.trap.is_some() && other.trap.is_some() && one.trap != other.trap;
    if differ || one.trap.is_some() && is_visible(second) || other.trap.is_some() && is_visible(first) {
        return false;
    }
    if !first.is_store && !second.is_store {
        return true;
    }
    let is_apart = match (first.place, second.place) {
        (Some(first), Some(second)) if first.base == second.base => is_same && first.is_apart(&second),
        _ => false,
    };
    let is_in_frame = |access: Access| access.place.is_some_and(|place| place.is_frame());
    // What may trap is in linear memory.
    let is_elsewhere = |item: &Item| item.trap == Some(TrapReason::MemoryOutOfBounds);
    is_apart
        || has_plain_frame
            && (is_in_frame(first) && is_elsewhere(other) || is_in_frame(second) && is_elsewhere(one))
}

/// The numbers of the registers in `set`.
fn all(set: Registers) -> impl Iterator<Item = usize> {
    let mut left = set;
    std::iter::from_fn(move || {
        let register = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(register)
    })
}
