//! Table instructions for single elements.

use super::Translator;
use crate::compile::{plan::Table, sandbox};
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use sinter_abi::trap::TrapReason;
use wasmparser::Operator;

/// Log2 of the bytes of a table's element.
const ELEMENT_SHIFT: i64 = 3;

impl Translator<'_> {
    pub(super) fn table(&mut self, operator: &Operator) -> bool {
        match *operator {
            Operator::TableGet { table } => {
                let index = self.pop();
                let reference = self.table_element(table, index);
                self.push(reference);
            }
            Operator::TableSet { table } => {
                let (index, reference) = self.pop2();
                let address = self.element_address(table, index);
                let flags = sandbox::table_flags(&self.regions);
                self.ins().store(flags, reference, address, 0);
            }
            Operator::TableSize { table } => {
                let len = self.table_len(table);
                self.push_table_index(table, len);
            }
            _ => return false,
        }
        true
    }

    /// The element at `index`.
    pub(super) fn table_element(&mut self, table: u32, index: Value) -> Value {
        let address = self.element_address(table, index);
        let flags = sandbox::table_flags(&self.regions);
        self.ins().load(types::I64, flags, address, 0)
    }

    fn element_address(&mut self, table: u32, index: Value) -> Value {
        let (len, base) = self.table_fields(table);
        let index = self.extend(index);
        let outside = self.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, len);
        self.trap_if(outside, TrapReason::TableOutOfBounds);
        let shift = self.ins().iconst(types::I64, ELEMENT_SHIFT);
        let offset = self.ins().ishl(index, shift);
        self.ins().iadd(base, offset)
    }

    fn table_len(&mut self, table: u32) -> Value {
        match self.env.plan.tables[table as usize] {
            Table::Static(_) => {
                let size = self.env.module.types().table_at(table).initial;
                self.ins().iconst(types::I64, size as i64)
            }
            Table::Dynamic { .. } => self.table_fields(table).0,
        }
    }

    /// Pushes a number of elements as the table's index type.
    pub(super) fn push_table_index(&mut self, table: u32, number: Value) {
        let wide = self.env.module.types().table_at(table).table64;
        let number = if wide { number } else { self.ins().ireduce(types::I32, number) };
        self.push(number);
    }
}
