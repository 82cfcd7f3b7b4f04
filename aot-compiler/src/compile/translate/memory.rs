//! Memory instructions: loads, stores, size and growth. Addresses come from [`sandbox`].

use super::Translator;
use crate::compile::{
    sandbox::{self, Place, Stability},
    symbols::Symbol,
};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FuncInstBuilder;
use sinter_abi::{WASM_PAGE, libcall, vmctx::MemoryCell};
use std::mem::offset_of;
use wasmparser::{MemArg, MemArgTarget, Operator};

impl Translator<'_> {
    pub(super) fn memory(&mut self, operator: &Operator) -> bool {
        use types::{F32, F64, I32, I64};
        match operator {
            Operator::I32Load { memarg } => self.load(memarg, I32),
            Operator::I64Load { memarg } => self.load(memarg, I64),
            Operator::F32Load { memarg } => self.load(memarg, F32),
            Operator::F64Load { memarg } => self.load(memarg, F64),
            Operator::I32Load8S { memarg } => self.narrow(memarg, 1, |i, f, p, o| i.sload8(I32, f, p, o)),
            Operator::I32Load8U { memarg } => self.narrow(memarg, 1, |i, f, p, o| i.uload8(I32, f, p, o)),
            Operator::I32Load16S { memarg } => self.narrow(memarg, 2, |i, f, p, o| i.sload16(I32, f, p, o)),
            Operator::I32Load16U { memarg } => self.narrow(memarg, 2, |i, f, p, o| i.uload16(I32, f, p, o)),
            Operator::I64Load8S { memarg } => self.narrow(memarg, 1, |i, f, p, o| i.sload8(I64, f, p, o)),
            Operator::I64Load8U { memarg } => self.narrow(memarg, 1, |i, f, p, o| i.uload8(I64, f, p, o)),
            Operator::I64Load16S { memarg } => self.narrow(memarg, 2, |i, f, p, o| i.sload16(I64, f, p, o)),
            Operator::I64Load16U { memarg } => self.narrow(memarg, 2, |i, f, p, o| i.uload16(I64, f, p, o)),
            Operator::I64Load32S { memarg } => self.narrow(memarg, 4, |i, f, p, o| i.sload32(f, p, o)),
            Operator::I64Load32U { memarg } => self.narrow(memarg, 4, |i, f, p, o| i.uload32(f, p, o)),
            Operator::I32Store { memarg } | Operator::F32Store { memarg } => {
                self.store(memarg, 4, |i, f, v, p, o| _ = i.store(f, v, p, o));
            }
            Operator::I64Store { memarg } | Operator::F64Store { memarg } => {
                self.store(memarg, 8, |i, f, v, p, o| _ = i.store(f, v, p, o));
            }
            Operator::I32Store8 { memarg } | Operator::I64Store8 { memarg } => {
                self.store(memarg, 1, |i, f, v, p, o| _ = i.istore8(f, v, p, o));
            }
            Operator::I32Store16 { memarg } | Operator::I64Store16 { memarg } => {
                self.store(memarg, 2, |i, f, v, p, o| _ = i.istore16(f, v, p, o));
            }
            Operator::I64Store32 { memarg } => {
                self.store(memarg, 4, |i, f, v, p, o| _ = i.istore32(f, v, p, o))
            }
            Operator::MemorySize { mem } => self.memory_size(*mem),
            Operator::MemoryGrow { mem } => self.memory_grow(*mem),
            _ => return false,
        }
        true
    }

    fn load(&mut self, memarg: &MemArg, ty: Type) {
        let (base, offset, flags) = self.place(memarg, u64::from(ty.bytes()));
        let value = self.ins().load(ty, flags, base, offset);
        self.push(value);
    }

    fn narrow(
        &mut self,
        memarg: &MemArg,
        bytes: u64,
        load: impl FnOnce(FuncInstBuilder, MemFlagsData, Value, i32) -> Value,
    ) {
        let (base, offset, flags) = self.place(memarg, bytes);
        let value = load(self.ins(), flags, base, offset);
        self.push(value);
    }

    fn store(
        &mut self,
        memarg: &MemArg,
        bytes: u64,
        store: impl FnOnce(FuncInstBuilder, MemFlagsData, Value, Value, i32),
    ) {
        let value = self.pop();
        let (base, offset, flags) = self.place(memarg, bytes);
        store(self.ins(), flags, value, base, offset);
    }

    /// The place that a memory instruction with its index on the stack accesses.
    pub(super) fn place(&mut self, memarg: &MemArg, bytes: u64) -> Place {
        let MemArgTarget::Memory(memory) = memarg.target else {
            unreachable!("validation refuses arrays of the gc proposal");
        };
        let index = self.pop();
        sandbox::address(self, memory, index, memarg.offset, bytes)
    }

    /// The current size of a memory in bytes.
    pub(in crate::compile) fn memory_bytes(&mut self, memory: u32) -> Value {
        let ty = self.env.module.types().memory_at(memory);
        let imported = memory < self.env.module.imported_memories;
        if !imported && ty.maximum == Some(ty.initial) {
            return self.ins().iconst(types::I64, (ty.initial * WASM_PAGE) as i64);
        }
        let (cell, at) = self.cell(self.env.plan.layout.memory(memory), imported);
        let flags = sandbox::context_flags(&self.regions, Stability::Changes);
        self.ins().load(types::I64, flags, cell, at + offset_of!(MemoryCell, size) as i32)
    }

    fn memory_size(&mut self, memory: u32) {
        let bytes = self.memory_bytes(memory);
        let shift = self.ins().iconst(types::I64, i64::from(WASM_PAGE.trailing_zeros()));
        let pages = self.ins().ushr(bytes, shift);
        self.push_pages(memory, pages);
    }

    fn memory_grow(&mut self, memory: u32) {
        let pages = self.pop();
        let (memory_value, pages) = (self.number(memory), self.extend(pages));
        let before =
            self.libcall(Symbol::libcall(libcall::MEMORY_GROW), &[memory_value, pages], Some(types::I64));
        self.push_pages(memory, before.expect("memory.grow has a result"));
    }

    fn push_pages(&mut self, memory: u32, pages: Value) {
        let wide = self.env.module.types().memory_at(memory).memory64;
        let pages = if wide { pages } else { self.ins().ireduce(types::I32, pages) };
        self.push(pages);
    }
}
