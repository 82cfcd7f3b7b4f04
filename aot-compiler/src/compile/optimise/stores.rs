//! Stores of neighbours without anything between them, so that [`super::pairs`] finds them.
//!
//! Cranelift computes what a store needs right before it, so the second of two stores comes behind all that makes its value, and
//! the first one's register may be needed for that. Once Cranelift has placed the instructions, the first moves down to the
//! second, across nothing but instructions without effects.

use super::computes;
use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Type, Value};

/// Moves stores of `function`, whose instructions Cranelift has placed.
pub fn run(function: &mut Function) {
    let blocks: Vec<_> = function.layout.blocks().collect();
    for block in blocks {
        let mut before: Option<(Inst, Store)> = None;
        let insts: Vec<_> = function.layout.block_insts(block).collect();
        for inst in insts {
            if computes(function, inst) {
                continue;
            }
            let store = Store::of(function, inst);
            if let (Some((first, one)), Some(other)) = (&before, &store)
                && one.is_neighbour(other)
            {
                function.layout.remove_inst(*first);
                function.layout.insert_inst(*first, inst);
                before = None;
            } else {
                before = store.map(|store| (inst, store));
            }
        }
    }
}

/// A store of a whole register.
struct Store {
    ty: Type,
    address: Value,
    offset: i32,
}

impl Store {
    fn of(function: &Function, inst: Inst) -> Option<Self> {
        let InstructionData::Store { opcode: Opcode::Store, args: [data, address], offset, .. } =
            function.dfg.insts[inst]
        else {
            return None;
        };
        Some(Self { ty: function.dfg.value_type(data), address, offset: offset.into() })
    }

    /// Whether the two touch.
    fn is_neighbour(&self, other: &Self) -> bool {
        let distance = self.offset.abs_diff(other.offset);
        self.address == other.address && self.ty.bytes() == other.ty.bytes() && distance == self.ty.bytes()
    }
}
