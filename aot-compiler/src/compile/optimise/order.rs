//! Computing early where values would wait on the stack.
//!
//! Cranelift keeps loads in the program's order and computes as late as it can, so that a long sum has all its operands loaded
//! before the first addition. Once it has placed the instructions of a block in a loop that needs more floating-point and
//! vector registers than there are, what computes with such a value for its only use moves up to where the last of its
//! operands is known: it needs no register more than the operand did.

use super::{computes, loops::Loops};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Value, ValueDef};
use std::collections::{HashMap, HashSet};

/// How many values fit into the registers, less some for what is computed with.
const REGISTERS: usize = 28;

/// Orders the blocks of `function`, whose instructions Cranelift has placed, in which values would wait on the stack.
pub fn run(function: &mut Function) {
    let computed = function.dfg.values().filter(|&value| is_float(function, value));
    if computed.take(REGISTERS + 1).count() <= REGISTERS {
        return;
    }
    let Some(loops) = Loops::find(function) else { return };
    let mut uses: HashMap<Value, usize> = HashMap::new();
    for inst in loops.insts(function) {
        for value in function.dfg.inst_values(inst) {
            *uses.entry(value).or_default() += 1;
        }
    }
    let blocks: Vec<Block> = loops.tree.cfg_rpo().copied().collect();
    for block in blocks.into_iter().filter(|&block| loops.innermost_around(block).is_some()) {
        let insts: Vec<_> = function.layout.block_insts(block).collect();
        if pressure(function, block, &insts) > REGISTERS {
            let order = order(function, block, &insts, &uses);
            for inst in order {
                function.layout.remove_inst(inst);
                function.layout.append_inst(inst, block);
            }
        }
    }
}

/// Whether `value` is in a floating-point or vector register.
fn is_float(function: &Function, value: Value) -> bool {
    let ty = function.dfg.value_type(value);
    ty.is_float() || ty.is_vector()
}

/// How many floating-point and vector values live at the same time at most, where those from other blocks live for ever.
fn pressure(function: &Function, block: Block, insts: &[Inst]) -> usize {
    let mut live: HashSet<Value> = HashSet::new();
    let is_from_here = |value: Value| match function.dfg.value_def(value) {
        ValueDef::Result(inst, _) => function.layout.inst_block(inst) == Some(block),
        _ => false,
    };
    let mut most = 0;
    for &inst in insts.iter().rev() {
        most = most.max(live.len());
        for result in function.dfg.inst_results(inst) {
            live.remove(result);
        }
        live.extend(function.dfg.inst_values(inst).filter(|&value| is_float(function, value)));
    }
    let others = live.iter().filter(|&&value| !is_from_here(value)).count();
    let everywhere = insts.iter().flat_map(|&inst| function.dfg.inst_values(inst));
    let everywhere: HashSet<Value> =
        everywhere.filter(|&value| is_float(function, value) && !is_from_here(value)).collect();
    most + everywhere.len() - others.min(everywhere.len())
}

/// The instructions in their new order.
fn order(function: &Function, block: Block, insts: &[Inst], uses: &HashMap<Value, usize>) -> Vec<Inst> {
    let mut order =
        Order { function, block, uses, users: HashMap::new(), placed: HashSet::new(), order: Vec::new() };
    for &inst in insts {
        for value in function.dfg.inst_values(inst) {
            order.users.entry(value).or_default().push(inst);
        }
    }
    for (at, &inst) in insts.iter().enumerate() {
        if !order.place(inst) {
            continue;
        }
        // What is loaded with this one by one instruction stays with it.
        let next = insts[at + 1..].iter().find(|&&next| !computes(function, next)).copied();
        let next = next.filter(|&next| {
            base(function, inst).is_some_and(|base_of| base(function, next) == Some(base_of))
        });
        if let Some(next) = next.filter(|&next| order.is_ready(next)) {
            order.place(next);
            order.consume(inst);
            order.consume(next);
        } else {
            order.consume(inst);
        }
    }
    order.order
}

/// The base of a load.
fn base(function: &Function, inst: Inst) -> Option<Value> {
    match function.dfg.insts[inst] {
        InstructionData::Load { arg, .. } => Some(arg),
        _ => None,
    }
}

struct Order<'a> {
    function: &'a Function,
    block: Block,
    /// How often a value is used.
    uses: &'a HashMap<Value, usize>,
    /// Who uses a value in this block.
    users: HashMap<Value, Vec<Inst>>,
    placed: HashSet<Inst>,
    order: Vec<Inst>,
}

impl Order<'_> {
    /// Places `inst`, if it is not.
    fn place(&mut self, inst: Inst) -> bool {
        let is_new = self.placed.insert(inst);
        if is_new {
            self.order.push(inst);
        }
        is_new
    }

    /// Places what has waited for the result of `inst` only and is its only use, what has waited for that, and so on.
    fn consume(&mut self, mut inst: Inst) {
        while let [result] = *self.function.dfg.inst_results(inst)
            && self.uses.get(&result) == Some(&1)
            && is_float(self.function, result)
            && let Some(&[user]) = self.users.get(&result).map(Vec::as_slice)
            && self.may_move(user)
        {
            self.place(user);
            inst = user;
        }
    }

    /// Whether `inst` computes a floating-point or vector value of operands that are known.
    fn may_move(&self, inst: Inst) -> bool {
        let results = self.function.dfg.inst_results(inst);
        computes(self.function, inst)
            && results.iter().all(|&result| is_float(self.function, result))
            && self.is_ready(inst)
    }

    /// Whether the operands of `inst` are known.
    fn is_ready(&self, inst: Inst) -> bool {
        self.function.dfg.inst_values(inst).all(|value| match self.function.dfg.value_def(value) {
            ValueDef::Result(by, _) => {
                self.function.layout.inst_block(by) != Some(self.block) || self.placed.contains(&by)
            }
            _ => true,
        })
    }
}
