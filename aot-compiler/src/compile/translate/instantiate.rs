//! The function that brings a new instance to its initial state (core specification 4.5.4): globals, tables, element
//! segments, data segments, start function, in this order. The kernel has allocated and zeroed everything before.

use super::Translator;
use crate::compile::{
    constant::{self, Constant},
    env::Env,
    module::position,
    plan::Table,
    symbols::Symbol,
};
use cranelift_codegen::{
    ir::{AbiParam, ArgumentPurpose, Function, InstBuilder, Signature, SourceLoc, Value, types},
    isa::CallConv,
};
use cranelift_frontend::FunctionBuilderContext;
use sinter_abi::libcall;
use std::collections::HashSet;
use wasmparser::{ConstExpr, DataKind, ElementKind, ExternalKind, Operator, Result, TableInit};

/// Fills `function` with the instantiation of the module: `fn(vmctx)`.
///
/// # Errors
/// If a constant expression cannot be read, which validation excludes.
pub fn instantiate(env: &Env, function: &mut Function, context: &mut FunctionBuilderContext) -> Result<()> {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.push(AbiParam::special(types::I64, ArgumentPurpose::VMContext));
    let mut t = Translator::new(env, function, context, signature);
    t.instantiating = true;
    t.globals()?;
    t.tables()?;
    t.element_segments()?;
    t.data_segments()?;
    if let Some(start) = env.module.start {
        t.direct(start);
    }
    t.ins().return_(&[]);
    t.builder.finalize(env.isa.frontend_config());
    Ok(())
}

impl Translator<'_> {
    fn globals(&mut self) -> Result<()> {
        let env = self.env;
        let exports = env.module.exports.iter().filter(|export| export.kind == ExternalKind::Global);
        let exported: HashSet<_> = exports.map(|export| export.index).collect();
        for (global, expression) in (env.module.imported_globals..).zip(&env.module.globals) {
            // Where the module itself uses a known global, it is a constant in the code. Cells are zero at first.
            let unread = env.plan.globals[global as usize].is_some() && !exported.contains(&global);
            let zero = constant::evaluate(expression, &env.plan.globals)?.is_some_and(Constant::is_zero);
            if !unread && !zero {
                let value = self.expression(expression)?;
                self.global_set(global, value);
            }
        }
        Ok(())
    }

    fn tables(&mut self) -> Result<()> {
        let env = self.env;
        for (table, init) in (env.module.imported_tables..).zip(&env.module.tables) {
            let TableInit::Expr(expression) = init else { continue };
            let value = self.expression(expression)?;
            let size = env.module.types().table_at(table).initial as i64;
            let (table, zero) = (self.number(table), self.ins().iconst(types::I64, 0));
            let size = self.ins().iconst(types::I64, size);
            self.libcall(Symbol::libcall(libcall::TABLE_FILL), &[table, zero, value, size], None);
        }
        Ok(())
    }

    fn element_segments(&mut self) -> Result<()> {
        let env = self.env;
        for (number, segment) in (0..).zip(&env.plan.segments) {
            for (index, expression) in &segment.computed {
                let value = self.expression(expression)?;
                let (number, index) = (self.number(number), self.ins().iconst(types::I64, i64::from(*index)));
                self.libcall(Symbol::libcall(libcall::ELEM_SET), &[number, index, value], None);
            }
        }
        for (number, element) in (0..).zip(&env.module.elements) {
            let ElementKind::Active { table_index, offset_expr } = &element.kind else { continue };
            let table = table_index.unwrap_or(0);
            if let Table::Static(_) = env.plan.tables[table as usize] {
                continue;
            }
            let len = env.plan.segments[number as usize].items.len() as u64;
            self.initialise(libcall::TABLE_INIT, table, number, offset_expr, len)?;
            let number = self.number(number);
            self.libcall(Symbol::libcall(libcall::ELEM_DROP), &[number], None);
        }
        Ok(())
    }

    fn data_segments(&mut self) -> Result<()> {
        let env = self.env;
        for (number, data) in (0..).zip(&env.module.data) {
            let DataKind::Active { memory_index, offset_expr } = &data.kind else { continue };
            self.initialise(
                libcall::MEMORY_INIT,
                *memory_index,
                number,
                offset_expr,
                data.data.len() as u64,
            )?;
            let number = self.number(number);
            self.libcall(Symbol::libcall(libcall::DATA_DROP), &[number], None);
        }
        Ok(())
    }

    /// Copies a whole segment to the place that `offset` says.
    fn initialise(
        &mut self,
        name: &str,
        target: u32,
        segment: u32,
        offset: &ConstExpr,
        len: u64,
    ) -> Result<()> {
        let to = self.expression(offset)?;
        let to = self.extend(to);
        let (target, segment) = (self.number(target), self.number(segment));
        let from = self.ins().iconst(types::I64, 0);
        let len = self.ins().iconst(types::I64, len as i64);
        self.libcall(Symbol::libcall(name), &[target, segment, to, from, len], None);
        Ok(())
    }

    /// The value of a constant expression.
    fn expression(&mut self, expression: &ConstExpr) -> Result<Value> {
        self.builder.set_srcloc(SourceLoc::new(position(expression) as u32));
        if let Some(value) = constant::evaluate(expression, &self.env.plan.globals)? {
            return Ok(self.constant(value));
        }
        for operator in expression.get_operators_reader() {
            match operator? {
                Operator::End => break,
                operator => {
                    let known =
                        self.variable(&operator) || self.numeric(&operator) || self.reference(&operator);
                    assert!(known, "validation allows no {operator:?} in a constant expression");
                }
            }
        }
        Ok(self.pop())
    }
}
