//! Loads and stores of neighbours, brought together, so that [`super::pairs`] finds them.
//!
//! A load moves up to one before it in the same block, of the same type and the same sum, whose place touches its own; then a
//! store moves down to such a one. What they cross are instructions without effects, and other accesses of linear memory:
//! those trap for the same reason, and of two one of which is a store it is known that they have no byte in common.

use super::{
    addresses::Gains,
    computes,
    loops::{Innermost, Loops},
    overlap::{Extent, Rounds, are_apart},
    sums::{Term, Use},
};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Type, Value};
use std::collections::HashMap;

/// How many accesses on the partner is looked for: each pair takes a register for as long.
const WINDOW: usize = 32;

/// Moves loads and stores among `uses`, which are in order before and after. `gains` says which of them will be in the
/// mirrored view, if there is one: without a static offset wherever they are, so that different constants make no
/// difference. `apart` are the loops for which it was tested that spans have no byte in common.
pub fn run(
    function: &mut Function,
    loops: &Loops,
    uses: &mut [Use],
    gains: Option<&Gains>,
    apart: &HashMap<Block, (Innermost, Extent)>,
) {
    let blocks: Vec<Block> = loops.tree.cfg_rpo().copied().collect();
    for way in [Way::Up, Way::Down] {
        let by_inst = by_inst(uses);
        for &block in &blocks {
            let apart = Neighbours::apart(function, loops, apart, block);
            let neighbours =
                Neighbours { function, loops, uses, by_inst: &by_inst, gains, apart: apart.as_ref() };
            let pairs = neighbours.find(block, way);
            for &(at, partner) in &pairs {
                (uses[at].paired, uses[partner].paired) = (true, true);
                bring(function, uses[at].inst, uses[partner].inst, way);
            }
        }
    }
    sort(function, loops, uses);
}

/// Puts `uses` in the order of their instructions.
pub fn sort(function: &Function, loops: &Loops, uses: &mut [Use]) {
    let order: HashMap<Inst, usize> =
        loops.insts(function).into_iter().enumerate().map(|(at, inst)| (inst, at)).collect();
    uses.sort_by_key(|found| order[&found.inst]);
}

/// Where the uses are, by their instructions.
pub fn by_inst(uses: &[Use]) -> HashMap<Inst, usize> {
    uses.iter().enumerate().map(|(at, found)| (found.inst, at)).collect()
}

/// Which accesses move, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Loads, up to the first of a pair.
    Up,
    /// Stores, down to the second of a pair.
    Down,
}

/// What is known where neighbours are looked for.
pub struct Neighbours<'a> {
    pub function: &'a Function,
    pub loops: &'a Loops,
    pub uses: &'a [Use],
    pub by_inst: &'a HashMap<Inst, usize>,
    pub gains: Option<&'a Gains>,
    /// The loop, if it was tested that the spans for which that is possible to this extent have no byte in common.
    pub apart: Option<&'a (Rounds<'a>, Extent)>,
}

/// An access that may become one of a pair, and what has been crossed since.
struct Open {
    at: usize,
    key: Key,
    crossed: Vec<usize>,
}

impl<'a> Neighbours<'a> {
    /// What is known of `block` where `apart` are the loops for which something was tested.
    pub fn apart(
        function: &'a Function,
        loops: &'a Loops,
        apart: &'a HashMap<Block, (Innermost, Extent)>,
        block: Block,
    ) -> Option<(Rounds<'a>, Extent)> {
        apart.get(&block).map(|(of, extent)| (Rounds::new(function, loops, of), *extent))
    }

    /// The accesses of `block` that move, and which ones to.
    pub fn find(&self, block: Block, way: Way) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        for inst in self.function.layout.block_insts(block) {
            let Some(&at) = self.by_inst.get(&inst) else {
                if !computes(self.function, inst) {
                    open.clear();
                }
                continue;
            };
            let key = self.key(at, way);
            let partner = key.as_ref().and_then(|key| {
                open.iter().rposition(|other| {
                    let distance = self.uses[at].displacement() - self.uses[other.at].displacement();
                    distance.abs() == i64::from(self.uses[at].bytes)
                        && other.key == *key
                        && match way {
                            Way::Up => other.crossed.iter().all(|&crossed| self.may_cross(at, crossed)),
                            Way::Down => {
                                other.crossed.iter().all(|&crossed| self.may_cross(other.at, crossed))
                            }
                        }
                })
            });
            if let Some(partner) = partner {
                let partner = open.remove(partner).at;
                match way {
                    Way::Up => pairs.push((at, partner)),
                    Way::Down => {
                        pairs.push((partner, at));
                        open.iter_mut().for_each(|other| other.crossed.push(partner));
                    }
                }
            }
            open.iter_mut().for_each(|other| other.crossed.push(at));
            if let (Some(key), None) = (key, partner) {
                open.push(Open { at, key, crossed: Vec::new() });
                if open.len() > WINDOW {
                    open.remove(0);
                }
            }
        }
        pairs
    }

    /// Whether these two may change places.
    pub fn may_cross(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.uses[one], &self.uses[other]);
        let are_loads = [one, other].map(|found| !stores(self.function, found.inst)) == [true, true];
        let tested = |(rounds, extent): &(Rounds, Extent)| rounds.are_apart(one, other, *extent);
        are_loads || are_apart(one, other) || self.apart.is_some_and(tested)
    }

    /// The key of a use, if it is a load of a whole register that may move up or a store of one that may move down.
    fn key(&self, at: usize, way: Way) -> Option<Key> {
        let found = &self.uses[at];
        let data = match (self.function.dfg.insts[found.inst], way) {
            (InstructionData::Load { opcode: Opcode::Load, .. }, Way::Up) => {
                self.function.dfg.first_result(found.inst)
            }
            (InstructionData::Store { opcode: Opcode::Store, args, .. }, Way::Down) => args[0],
            _ => return None,
        };
        let ty = self.function.dfg.value_type(data);
        let in_mirror =
            found.offset == 0 && self.gains.is_some_and(|gains| gains.has(self.function, self.loops, found));
        let index = (!in_mirror).then_some(found.index);
        Some(Key { ty, terms: found.sum.terms.clone(), index })
    }
}

/// Whether `inst` is a store.
pub fn stores(function: &Function, inst: Inst) -> bool {
    function.dfg.insts[inst].opcode().can_store()
}

/// The type of what `inst` loads or stores.
pub fn data_type(function: &Function, inst: Inst) -> Type {
    match function.dfg.insts[inst] {
        InstructionData::Store { args, .. } => function.dfg.value_type(args[0]),
        _ => function.dfg.value_type(function.dfg.first_result(inst)),
    }
}

/// What the accesses of a pair have in common.
#[derive(PartialEq)]
struct Key {
    ty: Type,
    terms: Vec<Term>,
    /// Unless it makes no difference.
    index: Option<Value>,
}

/// Puts the load `inst` behind the load `partner`, or the store before the store, and has it use the same address until it
/// gets its own.
fn bring(function: &mut Function, inst: Inst, partner: Inst, way: Way) {
    let address = match function.dfg.insts[partner] {
        InstructionData::Load { arg, .. } => arg,
        InstructionData::Store { args, .. } => args[1],
        _ => unreachable!("uses are loads and stores"),
    };
    function.layout.remove_inst(inst);
    match (&mut function.dfg.insts[inst], way) {
        (InstructionData::Load { arg, .. }, _) => *arg = address,
        (InstructionData::Store { args, .. }, _) => args[1] = address,
        _ => unreachable!("uses are loads and stores"),
    }
    let next = match way {
        Way::Up => function.layout.next_inst(partner).expect("a load is no terminator"),
        Way::Down => partner,
    };
    function.layout.insert_inst(inst, next);
}
