//! Floating-point numbers and vectors that are constant, made once before the loops that use them.
//!
//! Cranelift makes a constant again in every block that uses it. For an integer that is one instruction or none; for a
//! floating-point number or a vector it is one to three, in the innermost loop.

use super::{loops::Loops, opaque, replace};
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{
        Endianness, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value,
        ValueDef, types,
    },
};
use std::collections::{BTreeSet, HashMap};

/// Has the constants that instructions in loops use made before the outermost loop.
pub fn run(function: &mut Function, loops: &Loops) {
    let mut halves: HashMap<(Inst, u64), Value> = HashMap::new();
    for (inst, ty, bits) in in_loops(function, loops) {
        let place = loops.outermost_place(function, &[], inst);
        let mut cursor = FuncCursor::new(function).at_inst(place);
        let mut half = |cursor: &mut FuncCursor, bits: u64| {
            *halves.entry((place, bits)).or_insert_with(|| {
                let bits = cursor.ins().iconst(types::I64, bits as i64);
                opaque(cursor, bits).1
            })
        };
        let low = half(&mut cursor, bits as u64);
        let number = match ty {
            types::F32 => cursor.ins().ireduce(types::I32, low),
            types::F64 => low,
            _ => {
                let high = half(&mut cursor, (bits >> 64) as u64);
                cursor.ins().iconcat(low, high)
            }
        };
        let little = MemFlagsData::new().with_endianness(Endianness::Little);
        let number = cursor.ins().bitcast(ty, little, number);
        replace(function, inst, number);
    }
}

/// The constants that instructions in loops have as operands. Those that a branch passes along must be moved in any case.
fn in_loops(function: &Function, loops: &Loops) -> Vec<(Inst, Type, u128)> {
    let insts = loops.insts(function).into_iter();
    let users =
        insts.filter(|&inst| loops.contain(function, inst) && !function.dfg.insts[inst].opcode().is_branch());
    let operands = users.flat_map(|inst| function.dfg.inst_args(inst));
    let made_by: BTreeSet<Inst> = operands
        .filter_map(|&operand| match function.dfg.value_def(function.dfg.resolve_aliases(operand)) {
            ValueDef::Result(inst, _) => Some(inst),
            _ => None,
        })
        .collect();
    made_by.into_iter().filter_map(|inst| constant(function, inst)).collect()
}

/// The constant that `inst` makes, if it is of these types.
fn constant(function: &Function, inst: Inst) -> Option<(Inst, Type, u128)> {
    match function.dfg.insts[inst] {
        InstructionData::UnaryIeee32 { imm, .. } => Some((inst, types::F32, imm.bits().into())),
        InstructionData::UnaryIeee64 { imm, .. } => Some((inst, types::F64, imm.bits().into())),
        InstructionData::UnaryConst { opcode: Opcode::Vconst, constant_handle } => {
            let bytes = function.dfg.constants.get(constant_handle).as_slice().try_into().ok()?;
            let ty = function.dfg.value_type(function.dfg.first_result(inst));
            Some((inst, ty, u128::from_le_bytes(bytes)))
        }
        _ => None,
    }
}
