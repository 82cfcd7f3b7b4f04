//! Loads of neighbours, brought together, so that [`super::pairs`] finds them.
//!
//! A load moves up to one before it in the same block, of the same type and the same sum, whose place touches its own. What
//! it crosses are instructions without effects and other loads of linear memory, which trap for the same reason.

use super::{
    addresses::Gains,
    computes,
    loops::Loops,
    sums::{Term, Use},
};
use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Type, Value};
use std::collections::HashMap;

/// How many loads on the partner is looked for: each pair takes a register for as long.
const WINDOW: usize = 32;

/// Moves loads among `uses`, which are in order before and after. `gains` says which of them will be in the mirrored view, if
/// there is one: without a static offset wherever they are, so that different constants make no difference.
pub fn run(function: &mut Function, loops: &Loops, uses: &mut [Use], gains: Option<&Gains>) {
    let by_inst: HashMap<Inst, usize> = uses.iter().enumerate().map(|(at, found)| (found.inst, at)).collect();
    let mut open: Vec<(usize, Key)> = Vec::new();
    let mut block = None;
    for inst in loops.insts(function) {
        let now = function.layout.inst_block(inst);
        if block != now || !may_be_crossed(function, inst, &by_inst) {
            open.clear();
            block = now;
        }
        let Some(&at) = by_inst.get(&inst) else { continue };
        let Some(load) = key(function, loops, &uses[at], gains) else { continue };
        let partner = open.iter().rposition(|(other, key)| {
            let distance = uses[at].displacement() - uses[*other].displacement();
            distance.abs() == i64::from(uses[at].bytes) && *key == load
        });
        let Some(partner) = partner else {
            open.push((at, load));
            if open.len() > WINDOW {
                open.remove(0);
            }
            continue;
        };
        let (partner, _) = open.remove(partner);
        (uses[at].paired, uses[partner].paired) = (true, true);
        move_behind(function, inst, uses[partner].inst);
    }
    let order: HashMap<Inst, usize> =
        loops.insts(function).into_iter().enumerate().map(|(at, inst)| (inst, at)).collect();
    uses.sort_by_key(|found| order[&found.inst]);
}

/// What the loads of a pair have in common.
#[derive(PartialEq)]
struct Key {
    ty: Type,
    terms: Vec<Term>,
    /// Unless it makes no difference.
    index: Option<Value>,
}

/// The key of a load of a whole register.
fn key(function: &Function, loops: &Loops, found: &Use, gains: Option<&Gains>) -> Option<Key> {
    let InstructionData::Load { opcode: Opcode::Load, .. } = function.dfg.insts[found.inst] else {
        return None;
    };
    let ty = function.dfg.value_type(function.dfg.first_result(found.inst));
    let in_mirror = found.offset == 0 && gains.is_some_and(|gains| gains.has(function, loops, found));
    let index = (!in_mirror).then_some(found.index);
    Some(Key { ty, terms: found.sum.terms.clone(), index })
}

/// Whether a load may move across `inst`.
fn may_be_crossed(function: &Function, inst: Inst, uses: &HashMap<Inst, usize>) -> bool {
    let opcode = function.dfg.insts[inst].opcode();
    let is_load = uses.contains_key(&inst) && opcode.can_load() && !opcode.can_store();
    is_load || computes(function, inst)
}

/// Puts the load `inst` behind the load `first` and has it use the same address until it gets its own.
fn move_behind(function: &mut Function, inst: Inst, first: Inst) {
    let InstructionData::Load { arg: address, .. } = function.dfg.insts[first] else { return };
    if let InstructionData::Load { arg, .. } = &mut function.dfg.insts[inst] {
        *arg = address;
    }
    function.layout.remove_inst(inst);
    match function.layout.next_inst(first) {
        Some(next) => function.layout.insert_inst(inst, next),
        None => unreachable!("a load is no terminator"),
    }
}
