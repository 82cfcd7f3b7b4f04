//! Offsets that do not fit into a load or store.
//!
//! An instruction has twelve bits for an offset, in units of what it accesses. Cranelift makes a longer one in a register,
//! by one or two instructions, and often needs a third one for the sum. A sum with a multiple of 4096 is one instruction up to
//! 16 MiB, and what is left of the offset fits. Accesses of one block to the same 4096 bytes share that sum, which also makes
//! neighbours of them that [`super::pairs`] finds. This is what statics and large frames are made of.
//!
//! It is done once Cranelift has placed the instructions, so that it has seen which accesses are the same.

use super::{neighbours::data_type, opaque, sums::operation};
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Function, Inst, InstBuilder, InstructionData, Opcode, Value},
};
use std::collections::HashMap;

/// What sums add: multiples of it.
const PAGE: i64 = 1 << 12;
/// What a sum can add less than.
const LIMIT: i64 = 1 << 24;

/// Shortens the offsets of `function`, whose instructions Cranelift has placed.
pub fn run(function: &mut Function) {
    for block in Vec::from_iter(function.layout.blocks()) {
        let mut pages = HashMap::new();
        for inst in Vec::from_iter(function.layout.block_insts(block)) {
            let Some((base, offset)) = far(function, inst) else { continue };
            let rest = offset % PAGE;
            let page = *pages.entry((base, offset - rest)).or_insert_with(|| {
                let mut cursor = FuncCursor::new(function).at_inst(inst);
                let page = cursor.ins().iadd_imm_s(base, offset - rest);
                // Else the code generator would add the offset to it again.
                opaque(&mut cursor, page).1
            });
            match &mut function.dfg.insts[inst] {
                InstructionData::Load { arg: address, offset, .. }
                | InstructionData::Store { args: [_, address], offset, .. } => {
                    (*address, *offset) = (page, (rest as i32).into());
                }
                _ => unreachable!("it accesses memory"),
            }
        }
    }
}

/// The base and the offset that `inst` accesses memory at, if the offset does not fit and what is left of it would.
fn far(function: &Function, inst: Inst) -> Option<(Value, i64)> {
    let (address, offset) = match function.dfg.insts[inst] {
        InstructionData::Load { arg: address, offset, .. }
        | InstructionData::Store { args: [_, address], offset, .. } => {
            (address, i64::from(i32::from(offset)))
        }
        _ => return None,
    };
    let bytes = bytes(function, inst)?;
    let address = function.dfg.resolve_aliases(address);
    let (base, constant) = sum(function, address).unwrap_or((address, 0));
    let offset = constant.checked_add(offset).filter(|offset| (PAGE..LIMIT).contains(offset))?;
    let fits = |offset| offset % bytes == 0 && offset / bytes < PAGE || offset < 256;
    (!fits(offset) && fits(offset % PAGE)).then_some((base, offset))
}

/// How many bytes a load or store accesses.
fn bytes(function: &Function, inst: Inst) -> Option<i64> {
    match function.dfg.insts[inst].opcode() {
        Opcode::Load | Opcode::Store => Some(data_type(function, inst).bytes().into()),
        Opcode::Uload8 | Opcode::Sload8 | Opcode::Istore8 => Some(1),
        Opcode::Uload16 | Opcode::Sload16 | Opcode::Istore16 => Some(2),
        Opcode::Uload32 | Opcode::Sload32 | Opcode::Istore32 => Some(4),
        _ => None,
    }
}

/// What `value`, which is no alias, is the sum of, if that is another value and a constant.
fn sum(function: &Function, value: Value) -> Option<(Value, i64)> {
    let (Opcode::Iadd, [left, right]) = operation(function, value)? else { return None };
    let constant = |value| match function.dfg.insts[function.dfg.value_def(value).inst()?] {
        InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits()),
        _ => None,
    };
    let either = constant(right).map(|constant| (left, constant));
    either.or_else(|| constant(left).map(|constant| (right, constant)))
}
