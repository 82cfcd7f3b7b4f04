//! Stores that sink behind the loads of later rounds.
//!
//! Where a producer has unrolled a loop, each round loads, computes and stores, and the loads of the next one come behind that
//! store. The Cortex-A53 executes in order, so that each store waits for its data, and the next round with it.
//! Here a store of floating-point data moves down in its block, across accesses that have no byte in common with it,
//! and with it what Cranelift computes for it: several rounds are under way at once then ([`super::schedule`]).
//!
//! Stores keep their order, and one that traps does so for the same reason as the accesses that it crosses.

use super::{
    computes,
    loops::{Innermost, Loops},
    neighbours::{Neighbours, by_inst, data_type, sort, stores},
    overlap::Extent,
    sums::Use,
};
use cranelift_codegen::ir::{Block, Function, Inst, Type};
use std::collections::{HashMap, VecDeque};

/// How many accesses a store crosses at most: each holds a register until its round is done.
const MOST_CROSSED: usize = 12;

/// A store that sinks.
struct Sinking {
    store: Inst,
    /// What it comes before then.
    before: Inst,
    /// How many accesses it crosses.
    crossed: usize,
}

/// What it is worth that stores of `block` sink, in instructions: half of one for each access that is crossed.
pub fn gain(neighbours: &Neighbours, block: Block) -> usize {
    find(neighbours, block).iter().map(|sinking| sinking.crossed).sum::<usize>() / 2
}

/// The stores of `block` that sink.
fn find(neighbours: &Neighbours, block: Block) -> Vec<Sinking> {
    let &Neighbours { function, uses, by_inst, .. } = neighbours;
    // Stores that have not found their places, and how many accesses they have crossed.
    let mut waiting: VecDeque<(usize, usize)> = VecDeque::new();
    let mut found = Vec::new();
    for inst in function.layout.block_insts(block) {
        let access = by_inst.get(&inst).copied();
        if access.is_none() && computes(function, inst) {
            continue;
        }
        let floats = access.is_some_and(|at| stores_float(function, uses[at].inst));
        let must_leave = |&(store, crossed): &(usize, usize)| match access {
            Some(at) => crossed == MOST_CROSSED || !floats && !neighbours.may_cross(store, at),
            None => true,
        };
        let leaving = waiting.iter().rposition(must_leave).map_or(0, |last| last + 1);
        let left = waiting.drain(..leaving);
        found.extend(left.map(|(store, crossed)| Sinking { store: uses[store].inst, before: inst, crossed }));
        waiting.iter_mut().for_each(|(_, crossed)| *crossed += usize::from(!floats));
        if let Some(at) = access.filter(|_| floats) {
            waiting.push_back((at, 0));
        }
    }
    found
}

/// Has stores among `uses`, which are in order before and after, sink in loops. `apart` are the loops for which it was tested
/// that spans have no byte in common.
pub fn run(
    function: &mut Function,
    loops: &Loops,
    uses: &mut [Use],
    apart: &HashMap<Block, (Innermost, Extent)>,
) {
    let by_inst = by_inst(uses);
    let in_loops = loops.tree.cfg_rpo().filter(|&&block| loops.innermost_around(block).is_some());
    for &block in in_loops {
        let apart = Neighbours::apart(function, loops, apart, block);
        let neighbours =
            Neighbours { function, loops, uses, by_inst: &by_inst, gains: None, apart: apart.as_ref() };
        for Sinking { store, before, .. } in find(&neighbours, block) {
            function.layout.remove_inst(store);
            function.layout.insert_inst(store, before);
        }
    }
    sort(function, loops, uses);
}

/// Whether `inst` stores what only slow instructions make.
fn stores_float(function: &Function, inst: Inst) -> bool {
    let is_float = |ty: Type| ty.is_float() || ty.is_vector();
    stores(function, inst) && is_float(data_type(function, inst))
}
