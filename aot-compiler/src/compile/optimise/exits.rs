//! What a loop leaves by, where other loops do the same rounds: a block of its own, whose parameters are the values of the
//! loop that are used behind it.

use super::loops::{Innermost, Loops, block, definition};
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, BlockArg, BlockCall, Function, Inst, InstBuilder, Value},
};
use std::collections::{HashMap, HashSet};

/// The exits of some loops of one block each.
pub struct Exits {
    /// Which values of the loops are used behind them, by header.
    leaving: HashMap<Block, Vec<Value>>,
    /// What stands for them there.
    at_exit: HashMap<Value, Value>,
}

impl Exits {
    /// Looks at the loops with these headers.
    pub fn new(function: &Function, loops: &Loops, headers: &HashSet<Block>) -> Self {
        let mut leaving: HashMap<Block, Vec<Value>> = HashMap::new();
        for inst in loops.insts(function) {
            let user = block(function, inst);
            let inside = |value: &Value| definition(function, *value) == user;
            // What a loop passes to the block behind it leaves it, too.
            let ways = if headers.contains(&user) { branches(function, inst) } else { Vec::new() };
            let passed = ways.into_iter().filter(|(next, _)| *next != user).flat_map(|(_, args)| args);
            let passed =
                passed.filter_map(|arg| arg.as_value()).map(|value| function.dfg.resolve_aliases(value));
            let used = function.dfg.inst_values(inst).map(|value| function.dfg.resolve_aliases(value));
            for value in used.filter(|value| !inside(value)).chain(passed.filter(inside)) {
                let from = definition(function, value);
                if headers.contains(&from) {
                    let values = leaving.entry(from).or_default();
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
        }
        Self { leaving, at_exit: HashMap::new() }
    }

    /// The values of the loop that are used behind it.
    pub fn leaving(&self, header: Block) -> &[Value] {
        self.leaving.get(&header).map_or(&[], Vec::as_slice)
    }

    /// Has the loop leave by a block of its own, where the values that leave it are parameters.
    pub fn add(&mut self, function: &mut Function, of: &Innermost) -> Block {
        let exit = function.dfg.make_block();
        function.layout.insert_block_after(exit, of.header);
        let leaving = self.leaving.get(&of.header).map_or(&[][..], Vec::as_slice);
        for &value in leaving {
            let ty = function.dfg.value_type(value);
            self.at_exit.insert(value, function.dfg.append_block_param(exit, ty));
        }
        let ways = branches(function, of.again);
        let next = ways.into_iter().find(|(block, _)| *block != of.header);
        let (next, args) = next.expect("the loop ends");
        leave_by(function, of.again, next, exit, leaving);
        FuncCursor::new(function).at_bottom(exit).ins().jump(next, &args);
        exit
    }

    /// Has what is behind the loops use what they left by.
    pub fn finish(self, function: &mut Function, accesses: &mut [Access]) {
        let at_exit = |function: &Function, block, value| {
            let value = function.dfg.resolve_aliases(value);
            let exit = self.at_exit.get(&value).filter(|_| definition(function, value) != block);
            exit.copied().unwrap_or(value)
        };
        let blocks: Vec<_> = function.layout.blocks().collect();
        for block in blocks {
            let insts: Vec<_> = function.layout.block_insts(block).collect();
            for inst in insts {
                let values: Vec<_> = function.dfg.inst_values(inst).collect();
                let values: Vec<_> =
                    values.into_iter().map(|value| at_exit(function, block, value)).collect();
                function.dfg.overwrite_inst_values(inst, values.into_iter());
            }
        }
        for access in accesses {
            access.index = at_exit(function, definition(function, access.address), access.index);
        }
    }
}

/// Where `branch` goes, and with which arguments.
fn branches(function: &Function, branch: Inst) -> Vec<(Block, Vec<BlockArg>)> {
    let dfg = &function.dfg;
    let ways = dfg.insts[branch].branch_destination(&dfg.jump_tables, &dfg.exception_tables);
    ways.iter().map(|way| (way.block(&dfg.value_lists), way.args(&dfg.value_lists).collect())).collect()
}

/// Has `branch` go to `new` with `args` instead of `old`.
pub fn leave_by(function: &mut Function, branch: Inst, old: Block, new: Block, args: &[Value]) {
    let dfg = &mut function.dfg;
    let args = args.iter().map(|&value| BlockArg::from(value));
    let call = BlockCall::new(new, args, &mut dfg.value_lists);
    let ways = dfg.insts[branch].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
    for way in ways {
        if way.block(&dfg.value_lists) == old {
            *way = call;
        }
    }
}

/// Has `branch` go to `new` instead of `old`.
pub fn redirect(function: &mut Function, branch: Inst, old: Block, new: Block) {
    let dfg = &mut function.dfg;
    let ways = dfg.insts[branch].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
    for way in ways {
        if way.block(&dfg.value_lists) == old {
            way.set_block(new, &mut dfg.value_lists);
        }
    }
}

/// A block with parameters like those of another, and these.
pub fn block_like(function: &mut Function, other: Block) -> (Block, Vec<Value>) {
    let block = function.dfg.make_block();
    let types: Vec<_> =
        function.dfg.block_params(other).iter().map(|&param| function.dfg.value_type(param)).collect();
    let params = types.into_iter().map(|ty| function.dfg.append_block_param(block, ty)).collect();
    (block, params)
}
