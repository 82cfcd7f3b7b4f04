//! Bulk instructions for memories and tables, all by the kernel, which checks their bounds.

use super::Translator;
use crate::compile::symbols::Symbol;
use cranelift_codegen::ir::types;
use sinter_abi::libcall;
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn bulk(&mut self, operator: &Operator) -> bool {
        match *operator {
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
