//! Contraction: a multiplication and an addition of its product become one instruction, which rounds once.
//!
//! That is what native compilers do by default, and not what WebAssembly's specification says: results differ in their last
//! bits. So it is done for an app that asks for it, and for no other.

use super::replace;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Function, InstBuilder, InstructionData, Opcode, Value},
};
use std::collections::HashMap;

/// Contracts all sums and differences in `function` whose product has no other use.
pub fn run(function: &mut Function) {
    let insts: Vec<_> =
        function.layout.blocks().flat_map(|block| function.layout.block_insts(block)).collect();
    let mut uses: HashMap<Value, usize> = HashMap::new();
    for &inst in &insts {
        for value in function.dfg.inst_values(inst) {
            *uses.entry(function.dfg.resolve_aliases(value)).or_default() += 1;
        }
    }
    for inst in insts {
        let InstructionData::Binary { opcode, args: [left, right] } = function.dfg.insts[inst] else {
            continue;
        };
        let (of_left, of_right) = (factors(function, &uses, left), factors(function, &uses, right));
        let mut cursor = FuncCursor::new(function).at_inst(inst);
        let contracted = match (opcode, of_left, of_right) {
            (Opcode::Fadd, Some([a, b]), _) => cursor.ins().fma(a, b, right),
            (Opcode::Fadd, None, Some([a, b])) => cursor.ins().fma(a, b, left),
            (Opcode::Fsub, None, Some([a, b])) => {
                let a = cursor.ins().fneg(a);
                cursor.ins().fma(a, b, left)
            }
            (Opcode::Fsub, Some([a, b]), _) => {
                let right = cursor.ins().fneg(right);
                cursor.ins().fma(a, b, right)
            }
            _ => continue,
        };
        replace(function, inst, contracted);
    }
}

/// The factors of `value`, if it is a product that is used once; seen through what makes a vector one of other lanes.
fn factors(function: &Function, uses: &HashMap<Value, usize>, value: Value) -> Option<[Value; 2]> {
    let ty = function.dfg.value_type(value);
    let mut value = function.dfg.resolve_aliases(value);
    loop {
        if uses.get(&value) != Some(&1) {
            return None;
        }
        match function.dfg.insts[function.dfg.value_def(value).inst()?] {
            InstructionData::LoadNoOffset { opcode: Opcode::Bitcast, arg, .. } if ty.is_vector() => {
                value = function.dfg.resolve_aliases(arg);
            }
            InstructionData::Binary { opcode: Opcode::Fmul, args }
                if function.dfg.value_type(value) == ty =>
            {
                return Some(args);
            }
            _ => return None,
        }
    }
}
