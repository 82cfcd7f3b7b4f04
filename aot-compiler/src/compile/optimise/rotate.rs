//! Loops that end with the branch that tests their counter.
//!
//! LLVM often has a loop test its counter first and count afterwards. What is between the test and the way back moves in
//! front of the test, if it only computes, and the test goes back by itself.

use super::{
    computes,
    counters::{Counter, Test},
    loops::{Innermost, Loops},
};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData};

/// Rewrites the innermost loops that are so; whether there was one.
pub fn run(function: &mut Function, loops: &Loops) -> bool {
    let found = loops.innermost(function);
    found.iter().filter(|found| rotate(function, loops, found).is_some()).count() > 0
}

/// Rewrites a loop if it is so.
fn rotate(function: &mut Function, loops: &Loops, of: &Innermost) -> Option<()> {
    let InstructionData::Jump { destination, .. } = function.dfg.insts[of.again] else { return None };
    let counts = function.layout.inst_block(of.again)?;
    let mut before = loops.flow.pred_iter(counts);
    let (Some(test), None) = (before.next(), before.next()) else { return None };
    let InstructionData::Brif { blocks, .. } = function.dfg.insts[test.inst] else { return None };
    let goes_to = blocks.map(|way| way.block(&function.dfg.value_lists));
    let arm = goes_to.iter().position(|&block| block == counts)?;
    let is_last = loops.is_in(test.block, of) && !loops.is_in(goes_to[1 - arm], of);
    let insts: Vec<_> = function.layout.block_insts(counts).filter(|&inst| inst != of.again).collect();
    let only_computes =
        function.dfg.block_params(counts).is_empty() && insts.iter().all(|&inst| computes(function, inst));
    let tests_counter = Counter::all(function, of)
        .iter()
        .any(|counter| Test::of(function, loops, of, counter, (test.inst, counts)).is_some());
    if !is_last || !only_computes || !tests_counter {
        return None;
    }
    for inst in insts {
        function.layout.remove_inst(inst);
        function.layout.insert_inst(inst, test.inst);
    }
    // The jump keeps its list of arguments, as Cranelift looks at instructions that are in no block, too.
    let destination = destination.deep_clone(&mut function.dfg.value_lists);
    if let InstructionData::Brif { blocks, .. } = &mut function.dfg.insts[test.inst] {
        blocks[arm] = destination;
    }
    remove(function, counts, of.again);
    Some(())
}

/// Removes a block that has nothing but a jump.
fn remove(function: &mut Function, block: Block, jump: Inst) {
    function.layout.remove_inst(jump);
    function.layout.remove_block(block);
}
