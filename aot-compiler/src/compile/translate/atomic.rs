//! Atomic memory instructions (threads proposal). Narrow ones work on the value's low bits and extend with zeros.

use super::Translator;
use crate::compile::{symbols::Symbol, traps};
use cranelift_codegen::ir::{AtomicRmwOp, InstBuilder, MemFlagsData, Type, Value, types};
use sinter_abi::{libcall, trap::TrapReason};
use wasmparser::{MemArg, MemArgTarget, Operator};

/// Matches `$operator` against the seven widths in which the proposal has each kind of access: gives the static
/// arguments, the type on the stack and the type in memory.
macro_rules! widths {
    ($operator:expr, $i32:ident $i64:ident $i32_8:ident $i32_16:ident $i64_8:ident $i64_16:ident $i64_32:ident) => {
        match $operator {
            Operator::$i32 { memarg } => Some((memarg, I32, I32)),
            Operator::$i64 { memarg } => Some((memarg, I64, I64)),
            Operator::$i32_8 { memarg } => Some((memarg, I32, I8)),
            Operator::$i32_16 { memarg } => Some((memarg, I32, I16)),
            Operator::$i64_8 { memarg } => Some((memarg, I64, I8)),
            Operator::$i64_16 { memarg } => Some((memarg, I64, I16)),
            Operator::$i64_32 { memarg } => Some((memarg, I64, I32)),
            _ => None,
        }
    };
}

impl Translator<'_> {
    pub(super) fn atomic(&mut self, operator: &Operator) -> bool {
        use AtomicRmwOp::{Add, And, Or, Sub, Xchg, Xor};
        use types::{I8, I16, I32, I64};
        match operator {
            Operator::AtomicFence { .. } => _ = self.ins().fence(),
            Operator::MemoryAtomicNotify { memarg } => self.notify(memarg),
            Operator::MemoryAtomicWait32 { memarg } => self.wait(memarg, I32),
            Operator::MemoryAtomicWait64 { memarg } => self.wait(memarg, I64),
            _ => {
                if let Some(access) = widths!(operator, I32AtomicLoad I64AtomicLoad I32AtomicLoad8U
                    I32AtomicLoad16U I64AtomicLoad8U I64AtomicLoad16U I64AtomicLoad32U)
                {
                    self.atomic_load(access);
                } else if let Some(access) = widths!(operator, I32AtomicStore I64AtomicStore I32AtomicStore8
                    I32AtomicStore16 I64AtomicStore8 I64AtomicStore16 I64AtomicStore32)
                {
                    self.atomic_store(access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwCmpxchg I64AtomicRmwCmpxchg
                    I32AtomicRmw8CmpxchgU I32AtomicRmw16CmpxchgU I64AtomicRmw8CmpxchgU I64AtomicRmw16CmpxchgU
                    I64AtomicRmw32CmpxchgU)
                {
                    self.atomic_compare_exchange(access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwAdd I64AtomicRmwAdd I32AtomicRmw8AddU
                    I32AtomicRmw16AddU I64AtomicRmw8AddU I64AtomicRmw16AddU I64AtomicRmw32AddU)
                {
                    self.atomic_update(Add, access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwSub I64AtomicRmwSub I32AtomicRmw8SubU
                    I32AtomicRmw16SubU I64AtomicRmw8SubU I64AtomicRmw16SubU I64AtomicRmw32SubU)
                {
                    self.atomic_update(Sub, access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwAnd I64AtomicRmwAnd I32AtomicRmw8AndU
                    I32AtomicRmw16AndU I64AtomicRmw8AndU I64AtomicRmw16AndU I64AtomicRmw32AndU)
                {
                    self.atomic_update(And, access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwOr I64AtomicRmwOr I32AtomicRmw8OrU
                    I32AtomicRmw16OrU I64AtomicRmw8OrU I64AtomicRmw16OrU I64AtomicRmw32OrU)
                {
                    self.atomic_update(Or, access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwXor I64AtomicRmwXor I32AtomicRmw8XorU
                    I32AtomicRmw16XorU I64AtomicRmw8XorU I64AtomicRmw16XorU I64AtomicRmw32XorU)
                {
                    self.atomic_update(Xor, access);
                } else if let Some(access) = widths!(operator, I32AtomicRmwXchg I64AtomicRmwXchg
                    I32AtomicRmw8XchgU I32AtomicRmw16XchgU I64AtomicRmw8XchgU I64AtomicRmw16XchgU
                    I64AtomicRmw32XchgU)
                {
                    self.atomic_update(Xchg, access);
                } else {
                    return false;
                }
            }
        }
        true
    }

    fn atomic_load(&mut self, (memarg, ty, memory): (&MemArg, Type, Type)) {
        let (address, flags) = self.atomic_place(memarg, memory);
        let value = self.ins().atomic_load(memory, flags, address);
        self.push_widened(value, ty);
    }

    fn atomic_store(&mut self, (memarg, _, memory): (&MemArg, Type, Type)) {
        let value = self.pop_narrowed(memory);
        let (address, flags) = self.atomic_place(memarg, memory);
        self.ins().atomic_store(flags, value, address);
    }

    fn atomic_update(&mut self, op: AtomicRmwOp, (memarg, ty, memory): (&MemArg, Type, Type)) {
        let operand = self.pop_narrowed(memory);
        let (address, flags) = self.atomic_place(memarg, memory);
        let before = self.ins().atomic_rmw(memory, flags, op, address, operand);
        self.push_widened(before, ty);
    }

    fn atomic_compare_exchange(&mut self, (memarg, ty, memory): (&MemArg, Type, Type)) {
        let replacement = self.pop_narrowed(memory);
        let expected = self.pop_narrowed(memory);
        let expected = if memory == types::I32 { self.clean(expected) } else { expected };
        let (address, flags) = self.atomic_place(memarg, memory);
        let before = self.ins().atomic_cas(flags, address, expected, replacement);
        self.push_widened(before, ty);
    }

    /// A value of 32 bits in a register whose upper half is zero. Cranelift's `atomic_cas` of 32 bits compares all 64 of
    /// the register, while nothing else clears the upper half of, say, an `ireduce`, and what only does so is optimised
    /// away. A shift by the low five bits of vmctx, which is a multiple of 32, is not.
    fn clean(&mut self, value: Value) -> Value {
        let zero = self.vmctx;
        self.ins().ushr(value, zero)
    }

    /// Where an atomic instruction with its index on the stack accesses a value of this type; traps if that is not
    /// aligned.
    fn atomic_place(&mut self, memarg: &MemArg, ty: Type) -> (Value, MemFlagsData) {
        let bytes = i64::from(ty.bytes());
        if bytes > 1 {
            let index = *self.stack.last().expect("validation keeps the stack from running empty");
            let index_type = self.builder.func.dfg.value_type(index);
            let offset = self.ins().iconst(index_type, memarg.offset as i64 & (bytes - 1));
            let sum = self.ins().iadd(index, offset);
            let mask = self.ins().iconst(index_type, bytes - 1);
            let rest = self.ins().band(sum, mask);
            self.trap_if(rest, TrapReason::UnalignedAtomic);
        }
        let (base, offset, flags) = self.place(memarg, bytes as u64);
        let offset = self.ins().iconst(types::I64, i64::from(offset));
        (self.ins().iadd(base, offset), flags)
    }

    fn pop_narrowed(&mut self, memory: Type) -> Value {
        let value = self.pop();
        if self.builder.func.dfg.value_type(value) == memory {
            value
        } else {
            self.ins().ireduce(memory, value)
        }
    }

    fn push_widened(&mut self, value: Value, ty: Type) {
        let same = self.builder.func.dfg.value_type(value) == ty;
        let value = if same { value } else { self.ins().uextend(ty, value) };
        self.push(value);
    }

    /// An app has one thread, so nobody waits, and none is woken.
    fn notify(&mut self, memarg: &MemArg) {
        self.pop();
        let (address, flags) = self.atomic_place(memarg, types::I32);
        // Only for its trap.
        self.ins().load(types::I32, flags, address, 0);
        let none = self.number(0);
        self.push(none);
    }

    /// Waits while memory has the expected value, until the timeout: nobody wakes it.
    fn wait(&mut self, memarg: &MemArg, ty: Type) {
        let timeout = self.pop();
        let expected = self.pop();
        let (address, flags) = self.atomic_place(memarg, ty);
        let value = self.ins().atomic_load(ty, flags, address);
        let MemArgTarget::Memory(memory) = memarg.target else {
            unreachable!("validation refuses arrays of the gc proposal");
        };
        if !self.env.module.types().memory_at(memory).shared {
            self.ins().trap(traps::code(TrapReason::AtomicWaitOnUnsharedMemory));
            self.reachable = false;
            return;
        }
        let (value, expected) = (self.extend(value), self.extend(expected));
        let args = [value, expected, timeout];
        let result = self.libcall(Symbol::libcall(libcall::ATOMIC_WAIT), &args, Some(types::I32));
        self.push(result.expect("a wait has a result"));
    }
}
