//! Exceptions: throwing, calls within a `try_table`, and its handlers.
//!
//! A `try_table` whose body calls something has one landing, to which the kernel brings every exception of those calls
//! ([`sinter_abi::module::Handler`]). There the code itself compares tags, and throws again what none of its clauses
//! names: to the `try_table` around it by a jump, out of the function by the kernel.

use super::{Translator, control::Kind};
use crate::compile::{
    sandbox::{self, Stability},
    symbols::Symbol,
    traps,
    types::machine,
};
use cranelift_codegen::{
    ir::{
        self, BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, FuncRef, InstBuilder, SigRef,
        Value, condcodes::IntCC, types,
    },
    isa::CallConv,
};
use sinter_abi::{
    libcall,
    trap::TrapReason,
    vmctx::{CELL, Exception},
};
use std::mem::offset_of;
use wasmparser::{Catch, Operator, TryTable};

/// An open `try_table`.
pub struct Try {
    catches: Vec<Catch>,
    /// Where exceptions arrive, as the parameter.
    landing: ir::Block,
    /// Whether one can.
    pub(super) used: bool,
}

/// What is called.
pub enum Callee {
    /// A function known by name.
    Direct(FuncRef),
    /// The code at this address.
    Indirect(SigRef, Value),
}

impl Translator<'_> {
    pub(super) fn exception(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::TryTable { try_table } => self.open_try(try_table),
            Operator::Throw { tag_index } => {
                let exception = self.new_exception(*tag_index);
                self.throw(exception);
            }
            Operator::ThrowRef => {
                let exception = self.pop();
                let null = self.is_null(exception);
                self.trap_if(null, TrapReason::NullReference);
                self.throw(exception);
            }
            _ => return false,
        }
        true
    }

    fn open_try(&mut self, try_table: &TryTable) {
        let height = self.stack.len() - self.params(try_table.ty).len();
        let landing = self.builder.create_block();
        self.builder.append_block_param(landing, types::I64);
        self.tries.push(self.control.len());
        let guard = Try { catches: try_table.catches.clone(), landing, used: false };
        self.open(Kind::Try(guard), try_table.ty, height);
    }

    /// Leaves a `try_table`, whose frame is gone already: its handlers follow, if an exception can arrive.
    pub(super) fn close_try(&mut self, guard: Try) {
        self.tries.pop();
        if !guard.used {
            return;
        }
        self.builder.set_cold_block(guard.landing);
        self.builder.switch_to_block(guard.landing);
        self.builder.seal_block(guard.landing);
        let exception = self.builder.block_params(guard.landing)[0];
        for catch in guard.catches {
            match catch {
                Catch::One { tag, label } => self.catch(exception, tag, label, false),
                Catch::OneRef { tag, label } => self.catch(exception, tag, label, true),
                Catch::All { label } => return self.go_to(label, &[]),
                Catch::AllRef { label } => return self.go_to(label, &[exception]),
            }
        }
        match self.landing() {
            Some(outer) => _ = self.ins().jump(outer, &[BlockArg::Value(exception)]),
            None => self.leave_by(exception),
        }
    }

    /// Branches to `label` with the values of the exception, and with itself, if it has this tag.
    fn catch(&mut self, exception: Value, tag: u32, label: u32, with_reference: bool) {
        let (taken, next) = (self.builder.create_block(), self.builder.create_block());
        let flags = sandbox::exception_flags();
        let thrown = self.ins().load(types::I64, flags, exception, offset_of!(Exception, tag) as i32);
        let wanted = self.tag(tag);
        let same = self.ins().icmp(IntCC::Equal, thrown, wanted);
        self.ins().brif(same, taken, &[], next, &[]);
        self.builder.switch_to_block(taken);
        self.builder.seal_block(taken);
        let mut values = Vec::new();
        for (ty, place) in self.tag_values(tag) {
            values.push(self.ins().load(ty, flags, exception, place));
        }
        values.extend(with_reference.then_some(exception));
        self.go_to(label, &values);
        self.builder.switch_to_block(next);
        self.builder.seal_block(next);
    }

    /// Branches to a label with `values`.
    fn go_to(&mut self, label: u32, values: &[Value]) {
        let height = self.stack.len();
        self.stack.extend_from_slice(values);
        let (block, arity) = self.label(label);
        let args = self.branch_args(arity);
        self.stack.truncate(height);
        self.ins().jump(block, &args);
    }

    /// Allocates an exception with the values on the stack.
    fn new_exception(&mut self, tag: u32) -> Value {
        let places = self.tag_values(tag);
        let values = self.pop_many(places.len());
        let count = self.number(places.len() as u32);
        let exception = self.libcall(Symbol::libcall(libcall::EXCEPTION_NEW), &[count], Some(types::I64));
        let exception = exception.expect("a new exception has an address");
        let flags = sandbox::exception_flags();
        let identity = self.tag(tag);
        self.ins().store(flags, identity, exception, offset_of!(Exception, tag) as i32);
        for (value, (_, place)) in values.into_iter().zip(places) {
            self.ins().store(flags, value, exception, place);
        }
        exception
    }

    /// Throws an exception that is not null.
    fn throw(&mut self, exception: Value) {
        match self.landing() {
            Some(landing) => _ = self.ins().jump(landing, &[BlockArg::Value(exception)]),
            None => self.leave_by(exception),
        }
        self.reachable = false;
    }

    /// Throws an exception that no `try_table` of this function catches.
    fn leave_by(&mut self, exception: Value) {
        self.libcall(Symbol::libcall(libcall::THROW), &[exception], None);
        // It does not return.
        self.ins().trap(traps::code(TrapReason::UncaughtException));
    }

    /// Calls with `args`, within the innermost `try_table` if there is one, and pushes the results.
    pub(super) fn guarded(&mut self, callee: Callee, args: &[Value]) {
        let Some(landing) = self.landing() else {
            let call = match callee {
                Callee::Direct(function) => self.ins().call(function, args),
                Callee::Indirect(signature, code) => self.ins().call_indirect(signature, code, args),
            };
            return self.stack.extend_from_slice(self.builder.inst_results(call));
        };
        let signature = match callee {
            Callee::Direct(function) => self.builder.func.dfg.ext_funcs[function].signature,
            Callee::Indirect(signature, _) => signature,
        };
        debug_assert_eq!(self.builder.func.dfg.signatures[signature].call_conv, CallConv::Tail);
        let next = self.builder.create_block();
        let results = self.builder.func.dfg.signatures[signature].returns.clone();
        for result in &results {
            self.builder.append_block_param(next, result.value_type);
        }
        let pool = &mut self.builder.func.dfg.value_lists;
        let normal = BlockCall::new(next, (0..results.len() as u32).map(BlockArg::TryCallRet), pool);
        let thrown = BlockCall::new(landing, [BlockArg::TryCallExn(0)], pool);
        let table = ExceptionTableData::new(signature, normal, [ExceptionTableItem::Default(thrown)]);
        let table = self.builder.func.dfg.exception_tables.push(table);
        match callee {
            Callee::Direct(function) => self.ins().try_call(function, args, table),
            Callee::Indirect(_, code) => self.ins().try_call_indirect(code, args, table),
        };
        self.builder.switch_to_block(next);
        self.builder.seal_block(next);
        self.stack.extend_from_slice(self.builder.block_params(next));
    }

    /// The landing of the innermost `try_table`, which is then used.
    fn landing(&mut self) -> Option<ir::Block> {
        let &innermost = self.tries.last()?;
        let Kind::Try(guard) = &mut self.control[innermost].kind else {
            unreachable!("`tries` lists open try_tables")
        };
        guard.used = true;
        Some(guard.landing)
    }

    /// What tells a tag from others: the address of its cell in the instance that defines it.
    fn tag(&mut self, tag: u32) -> Value {
        let offset = self.env.plan.layout.tag(tag);
        let vmctx = self.vmctx;
        if tag < self.env.module.imported_tags {
            let flags = sandbox::context_flags(&self.regions, Stability::Constant);
            return self.ins().load(types::I64, flags, vmctx, offset);
        }
        let offset = self.ins().iconst(types::I64, i64::from(offset));
        self.ins().iadd(vmctx, offset)
    }

    /// The values that an exception with this tag has: machine type, and place in the exception.
    fn tag_values(&self, tag: u32) -> Vec<(ir::Type, i32)> {
        let types = self.env.module.types();
        let params = types[types.tag_at(tag)].unwrap_func().params();
        let places = (size_of::<Exception>() as i32..).step_by(CELL as usize);
        params.iter().map(|&ty| machine(ty)).zip(places).collect()
    }
}
