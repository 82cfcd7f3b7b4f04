//! Constants that are no part of the instructions that use them, made once before the loops that do.
//!
//! Cranelift makes a constant again in every block that uses it: one to three instructions for a floating-point number, a
//! vector or an integer of more than twelve bits. The first two are made before the outermost loop; integers, as general
//! registers are needed for more, before the innermost one, and only some.

use super::{computes, loops::Loops, opaque, replace, sums};
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{
        Endianness, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value,
        ValueDef, types,
    },
};
use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

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

/// How many integers are made before a loop.
const MOST: usize = 6;

/// Has the integers that instructions of the innermost loops compute with or store made before these.
pub fn integers(function: &mut Function, loops: &Loops) {
    let mut made: HashMap<(Inst, i32), Value> = HashMap::new();
    let mut used: HashMap<Inst, usize> = HashMap::new();
    let live = live(function, loops);
    for inst in loops.insts(function).into_iter().filter(|inst| live.contains(inst)) {
        let Some(place) = loops.place_before_innermost(function, inst) else { continue };
        for at in 0..function.dfg.inst_args(inst).len() {
            let operand = function.dfg.inst_args(inst)[at];
            let ty = function.dfg.value_type(operand);
            let Some(number) = sums::constant(function, operand).filter(|_| ty == types::I32) else {
                continue;
            };
            if !takes_register(&function.dfg.insts[inst], at, number) {
                continue;
            }
            let count = used.entry(place).or_default();
            let value = match made.entry((place, number)) {
                Entry::Occupied(made) => *made.get(),
                Entry::Vacant(_) if *count == MOST => continue,
                Entry::Vacant(new) => {
                    *count += 1;
                    let mut cursor = FuncCursor::new(function).at_inst(place);
                    let wide = cursor.ins().iconst(types::I64, i64::from(number as u32));
                    let (_, wide) = opaque(&mut cursor, wide);
                    *new.insert(cursor.ins().ireduce(types::I32, wide))
                }
            };
            function.dfg.inst_args_mut(inst)[at] = value;
        }
    }
}

/// The instructions with effects, and those whose results they need; what other passes have replaced is none of them.
fn live(function: &Function, loops: &Loops) -> HashSet<Inst> {
    let insts = loops.insts(function).into_iter();
    let mut found: Vec<Inst> = insts.filter(|&inst| !computes(function, inst)).collect();
    let mut live: HashSet<Inst> = found.iter().copied().collect();
    while let Some(inst) = found.pop() {
        for operand in function.dfg.inst_values(inst) {
            if let ValueDef::Result(inst, _) = function.dfg.value_def(operand)
                && live.insert(inst)
            {
                found.push(inst);
            }
        }
    }
    live
}

/// Whether `number` takes a register as the operand `at` of this sum, product, comparison or store (Arm ARM C3.4.1).
fn takes_register(user: &InstructionData, at: usize, number: i32) -> bool {
    let magnitude = number.unsigned_abs();
    let fits = magnitude < 1 << 12 || magnitude.trailing_zeros() >= 12 && magnitude < 1 << 24;
    match user {
        InstructionData::Binary { opcode: Opcode::Iadd | Opcode::Isub, .. } => at == 1 && !fits,
        InstructionData::Binary { opcode: Opcode::Imul, .. } => !magnitude.is_power_of_two(),
        InstructionData::IntCompare { .. } => at == 1 && !fits,
        InstructionData::Store { .. } => number != 0,
        _ => false,
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
