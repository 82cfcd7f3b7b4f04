//! Bulk instructions for memories and tables, by the kernel. It checks their bounds, but for copying and filling memories of
//! 32-bit addresses, which is often a matter of a few bytes: these bounds are checked here.

use super::Translator;
use crate::compile::{sandbox, symbols::Symbol};
use cranelift_codegen::{
    ir::{InstBuilder, Value, condcodes::IntCC, types},
    isa::CallConv,
};
use sinter_abi::{libcall, trap::TrapReason};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn bulk(&mut self, operator: &Operator) -> bool {
        match *operator {
            Operator::MemoryCopy { dst_mem, src_mem }
                if self.is_narrow(dst_mem) && self.is_narrow(src_mem) =>
            {
                let (to, from, len) = self.pop3();
                let len = self.extend(len);
                let (from, to) = (self.part(src_mem, from, len), self.part(dst_mem, to, len));
                self.c_function(libcall::MEMMOVE, &[to, from, len]);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                self.three(libcall::MEMORY_COPY, &[dst_mem, src_mem])
            }
            Operator::MemoryInit { data_index, mem } => self.three(libcall::MEMORY_INIT, &[mem, data_index]),
            Operator::TableCopy { dst_table, src_table } => {
                self.three(libcall::TABLE_COPY, &[dst_table, src_table])
            }
            Operator::TableInit { elem_index, table } => {
                self.three(libcall::TABLE_INIT, &[table, elem_index])
            }
            Operator::MemoryFill { mem } if self.is_narrow(mem) => {
                let (to, value, len) = self.pop3();
                let len = self.extend(len);
                let to = self.part(mem, to, len);
                self.c_function(libcall::MEMSET, &[to, value, len]);
            }
            Operator::MemoryFill { mem } => {
                let (to, value, len) = self.pop3();
                let (mem, to, len) = (self.number(mem), self.extend(to), self.extend(len));
                self.libcall(Symbol::libcall(libcall::MEMORY_FILL), &[mem, to, value, len], None);
            }
            Operator::TableFill { table } => {
                let (to, value, len) = self.pop3();
                let (table, to, len) = (self.number(table), self.extend(to), self.extend(len));
                self.libcall(Symbol::libcall(libcall::TABLE_FILL), &[table, to, value, len], None);
            }
            Operator::TableGrow { table } => {
                let (value, count) = self.pop2();
                let (number, count) = (self.number(table), self.extend(count));
                let args = [number, count, value];
                let before = self.libcall(Symbol::libcall(libcall::TABLE_GROW), &args, Some(types::I64));
                self.push_table_index(table, before.expect("table.grow has a result"));
            }
            Operator::DataDrop { data_index } => self.one(libcall::DATA_DROP, data_index),
            Operator::ElemDrop { elem_index } => self.one(libcall::ELEM_DROP, elem_index),
            _ => return false,
        }
        true
    }

    /// Whether a memory has 32-bit addresses.
    fn is_narrow(&self, memory: u32) -> bool {
        !self.env.module.types().memory_at(memory).memory64
    }

    /// The address of the `len` bytes from `at` on, or a trap if not all of them are in the memory.
    fn part(&mut self, memory: u32, at: Value, len: Value) -> Value {
        let at = self.extend(at);
        // Both are below 2^32.
        let end = self.ins().iadd(at, len);
        let size = self.memory_bytes(memory);
        let outside = self.ins().icmp(IntCC::UnsignedGreaterThan, end, size);
        self.trap_if(outside, TrapReason::MemoryOutOfBounds);
        let base = sandbox::base(self, memory);
        self.ins().iadd(base, at)
    }

    /// Calls a function of C's library, whose result is not needed.
    fn c_function(&mut self, name: &str, args: &[Value]) {
        let callee = self.kernel_function(Symbol::libcall(name), CallConv::SystemV, args, None);
        self.ins().call(callee, args);
    }

    /// Calls with two numbers and the operands destination, source and length.
    fn three(&mut self, name: &str, numbers: &[u32; 2]) {
        let (to, from, len) = self.pop3();
        let [first, second] = numbers.map(|number| self.number(number));
        let (to, from, len) = (self.extend(to), self.extend(from), self.extend(len));
        self.libcall(Symbol::libcall(name), &[first, second, to, from, len], None);
    }

    /// Calls with one number.
    fn one(&mut self, name: &str, number: u32) {
        let number = self.number(number);
        self.libcall(Symbol::libcall(name), &[number], None);
    }
}
