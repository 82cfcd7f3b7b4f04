//! One address for all fields of an object.
//!
//! An access without a static offset has base and index in its instruction, `ldr w2, [x0, w1, uxtw]`; one with an offset
//! needs their sum, `add x3, x0, w1, uxtw`. Where a block has both for one index, this pass has all of them use the sum. That
//! costs no instruction more, the base is needed once instead of each time, and neighbours can become pairs.
//!
//! The sum is the one that the accesses have been translated with, so it is right and traps as they do.

use super::opaque;
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, Function, Inst, InstructionData, Value},
};
use std::collections::{BTreeMap, HashMap};

/// Has those of `accesses` that are still where they have been translated to share addresses.
pub fn run(function: &mut Function, accesses: &[Access]) {
    let index = |access: &Access| (access.address, function.dfg.resolve_aliases(access.index));
    let indices: HashMap<_, _> = accesses.iter().map(index).collect();
    for block in Vec::from_iter(function.layout.blocks()) {
        for fields in objects(function, block, &indices).into_values() {
            let has = |with: bool| fields.iter().any(|field| (field.offset != 0) == with);
            if !has(true) || !has(false) {
                continue;
            }
            let mut cursor = FuncCursor::new(function).at_inst(fields[0].inst);
            let (_, shared) = opaque(&mut cursor, fields[0].address);
            for field in fields {
                match &mut function.dfg.insts[field.inst] {
                    InstructionData::Load { arg, .. } => *arg = shared,
                    InstructionData::Store { args, .. } => args[1] = shared,
                    _ => unreachable!("fields are loaded or stored"),
                }
            }
        }
    }
}

/// A load or store.
struct Field {
    inst: Inst,
    address: Value,
    offset: i32,
}

/// The fields that `block` accesses, in their order, by the indices of their objects.
fn objects(
    function: &Function,
    block: Block,
    indices: &HashMap<Value, Value>,
) -> BTreeMap<Value, Vec<Field>> {
    let mut objects: BTreeMap<_, Vec<Field>> = BTreeMap::new();
    for inst in function.layout.block_insts(block) {
        let (address, offset) = match function.dfg.insts[inst] {
            InstructionData::Load { arg, offset, .. } => (arg, offset),
            InstructionData::Store { args, offset, .. } => (args[1], offset),
            _ => continue,
        };
        if let Some(&index) = indices.get(&address) {
            objects.entry(index).or_default().push(Field { inst, address, offset: offset.into() });
        }
    }
    objects
}
