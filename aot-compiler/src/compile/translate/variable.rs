//! Variable instructions: locals and globals.

use super::Translator;
use crate::compile::{
    constant::Constant,
    sandbox::{self, Stability},
    types::machine,
};
use cranelift_codegen::ir::{InstBuilder, Type, Value, immediates, types};
use wasmparser::{Operator, ValType};

impl Translator<'_> {
    pub(super) fn variable(&mut self, operator: &Operator) -> bool {
        match *operator {
            Operator::LocalGet { local_index } => {
                let value = self.builder.use_var(self.scope.locals[local_index as usize].0);
                self.push(value);
            }
            Operator::LocalSet { local_index } => {
                let value = self.pop();
                self.builder.def_var(self.scope.locals[local_index as usize].0, value);
            }
            Operator::LocalTee { local_index } => {
                let value = self.pop();
                self.builder.def_var(self.scope.locals[local_index as usize].0, value);
                self.push(value);
            }
            Operator::GlobalGet { global_index } => {
                let value = self.global_get(global_index);
                self.push(value);
            }
            Operator::GlobalSet { global_index } => {
                let value = self.pop();
                self.global_set(global_index, value);
            }
            _ => return false,
        }
        true
    }

    /// Makes the parameters the first locals.
    pub(super) fn parameters(&mut self) {
        let entry = self.builder.current_block().expect("a translator begins in a block");
        let values = self.builder.block_params(entry)[1..].to_vec();
        for value in values {
            self.add_local(value);
        }
    }

    /// Adds `count` locals, all zero or null.
    pub(super) fn declare_locals(&mut self, count: u32, ty: ValType) {
        let zero = self.zero(machine(ty));
        for _ in 0..count {
            self.add_local(zero);
        }
    }

    /// Adds a local with this value.
    pub(super) fn add_local(&mut self, value: Value) {
        let ty = self.builder.func.dfg.value_type(value);
        // One for each local of each inlined body would take memory by the square of their number.
        let free = self.free.get_mut(&ty).and_then(Vec::pop);
        let local = free.unwrap_or_else(|| self.builder.declare_var(ty));
        self.builder.def_var(local, value);
        self.scope.locals.push((local, ty));
    }

    fn zero(&mut self, ty: Type) -> Value {
        match ty {
            types::F32 => self.constant(Constant::F32(0)),
            types::F64 => self.constant(Constant::F64(0)),
            types::I32 => self.constant(Constant::I32(0)),
            types::I64 => self.constant(Constant::I64(0)),
            _ => self.constant(Constant::V128(0)),
        }
    }

    /// A value that the compiler knows.
    pub(super) fn constant(&mut self, constant: Constant) -> Value {
        match constant {
            Constant::I32(value) => self.ins().iconst(types::I32, i64::from(value as u32)),
            Constant::I64(value) => self.ins().iconst(types::I64, value),
            Constant::F32(bits) => self.ins().f32const(immediates::Ieee32::with_bits(bits)),
            Constant::F64(bits) => self.ins().f64const(immediates::Ieee64::with_bits(bits)),
            Constant::V128(bits) => {
                let bytes = self.builder.func.dfg.constants.insert(bits.to_le_bytes().to_vec().into());
                self.ins().vconst(crate::compile::types::VECTOR, bytes)
            }
            Constant::Null => self.ins().iconst(types::I64, 0),
            Constant::Function(function) => self.func_ref(function),
        }
    }

    /// The value of a global.
    pub(super) fn global_get(&mut self, global: u32) -> Value {
        if let Some(constant) = self.env.plan.globals[global as usize] {
            return self.constant(constant);
        }
        let ty = self.env.module.types().global_at(global);
        let stability =
            if ty.mutable || self.instantiating { Stability::Changes } else { Stability::Constant };
        let (cell, offset) = self.global_cell(global);
        let flags = sandbox::context_flags(&self.regions, stability);
        self.ins().load(machine(ty.content_type), flags, cell, offset)
    }

    /// Writes a global.
    pub(super) fn global_set(&mut self, global: u32, value: Value) {
        let (cell, offset) = self.global_cell(global);
        let flags = sandbox::context_flags(&self.regions, Stability::Changes);
        self.ins().store(flags, value, cell, offset);
    }

    /// Where a global lies: its cell here, or the exporter's, whose address the cell holds if it is imported.
    fn global_cell(&mut self, global: u32) -> (Value, i32) {
        let offset = self.env.plan.layout.global(global);
        self.cell(offset, global < self.env.module.imported_globals)
    }

    /// The address of a cell as base and offset: the one at `offset` in the context, or the one whose address it holds.
    pub(in crate::compile) fn cell(&mut self, offset: i32, imported: bool) -> (Value, i32) {
        let vmctx = self.vmctx;
        if !imported {
            return (vmctx, offset);
        }
        let flags = sandbox::context_flags(&self.regions, Stability::Constant);
        (self.ins().load(types::I64, flags, vmctx, offset), 0)
    }
}
