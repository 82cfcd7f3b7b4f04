//! Calls: direct, indirect, of WASI's functions and of the kernel's.

use super::{Translator, exception::Callee};
use crate::compile::{
    imports::Provider,
    plan::Table,
    sandbox::{self, Stability},
    symbols::Symbol,
    traps,
};
use cranelift_codegen::ir::{
    self, AbiParam, ExternalName, GlobalValueData, InstBuilder, SigRef, Signature, Type, Value,
    condcodes::IntCC, types,
};
use cranelift_codegen::isa::CallConv;
use sinter_abi::{
    libcall,
    module::StaticEntry,
    trap::TrapReason,
    vmctx::{FuncImport, FuncRef, TableCell},
};
use std::mem::offset_of;
use wasmparser::Operator;

/// The only function of a type in a read-only table.
#[derive(Clone, Copy)]
struct Only {
    index: i64,
    function: u32,
}

/// What an indirect call calls.
enum TableCallee {
    /// Nothing else than the function with this index.
    Only(u32),
    /// This code, with this context.
    Any(Value, Value),
}

impl Translator<'_> {
    pub(super) fn call(&mut self, operator: &Operator) -> bool {
        match *operator {
            Operator::Call { function_index } => self.direct(function_index),
            Operator::ReturnCall { function_index } => self.tail(function_index),
            Operator::CallIndirect { type_index, table_index } => {
                match self.table_callee(table_index, type_index) {
                    TableCallee::Only(function) => self.direct(function),
                    TableCallee::Any(code, vmctx) => self.through(type_index, code, vmctx),
                }
            }
            Operator::ReturnCallIndirect { type_index, table_index } => {
                match self.table_callee(table_index, type_index) {
                    TableCallee::Only(function) => self.tail(function),
                    TableCallee::Any(code, vmctx) => self.tail_through(type_index, code, vmctx),
                }
            }
            Operator::CallRef { type_index } => {
                let reference = self.pop();
                let (code, vmctx) = self.referenced_callee(reference);
                self.through(type_index, code, vmctx);
            }
            Operator::ReturnCallRef { type_index } => {
                let reference = self.pop();
                let (code, vmctx) = self.referenced_callee(reference);
                self.tail_through(type_index, code, vmctx);
            }
            _ => return false,
        }
        true
    }

    /// Calls a function by its index.
    pub(super) fn direct(&mut self, function: u32) {
        let type_index = self.env.module.functions[function as usize];
        let call = match self.env.provider(function) {
            Some(Provider::Wasi(_)) => {
                // WASI's functions have exactly the Wasm prototype: the kernel knows the caller by itself, unless
                // there may be several modules.
                if self.env.plan.linked {
                    self.libcall(Symbol::libcall(libcall::WASI_CALLER), &[], None);
                }
                let args = self.pop_many(self.env.module.func_type(type_index).params().len());
                let signature = self.env.wasi_signature(function);
                let callee = self.import(Symbol::Wasi(function), |t| t.builder.import_signature(signature));
                self.ins().call(callee, &args)
            }
            Some(Provider::Module(import)) => {
                let (code, vmctx) = self.imported_callee(import);
                return self.through(type_index, code, vmctx);
            }
            None => {
                let args = self.args(type_index, self.vmctx);
                let callee = self.import(Symbol::Function(function), |t| t.signature(type_index));
                return self.guarded(Callee::Direct(callee), &args);
            }
        };
        self.stack.extend_from_slice(self.builder.inst_results(call));
    }

    /// Calls a function by its index in place of the current one.
    fn tail(&mut self, function: u32) {
        let type_index = self.env.module.functions[function as usize];
        match self.env.provider(function) {
            Some(Provider::Wasi(_)) => {
                // WASI's functions make no tail calls: the stack does not grow by more than their frame.
                self.direct(function);
                self.return_results();
            }
            Some(Provider::Module(import)) => {
                let (code, vmctx) = self.imported_callee(import);
                self.tail_through(type_index, code, vmctx);
            }
            None => {
                let args = self.args(type_index, self.vmctx);
                let callee = self.import(Symbol::Function(function), |t| t.signature(type_index));
                self.ins().return_call(callee, &args);
                self.reachable = false;
            }
        }
    }

    /// Code and context of a function that another module provides.
    fn imported_callee(&mut self, import: u32) -> (Value, Value) {
        let offset = self.env.plan.layout.func_import(import);
        let flags = sandbox::context_flags(&self.regions, Stability::Constant);
        let own = self.vmctx;
        let code = self.ins().load(types::I64, flags, own, offset + offset_of!(FuncImport, code) as i32);
        let vmctx = self.ins().load(types::I64, flags, own, offset + offset_of!(FuncImport, vmctx) as i32);
        (code, vmctx)
    }

    /// Calls a function of this type by its code and context.
    pub(super) fn through(&mut self, type_index: u32, code: Value, vmctx: Value) {
        let args = self.args(type_index, vmctx);
        let signature = self.signature(type_index);
        self.guarded(Callee::Indirect(signature, code), &args);
    }

    /// Calls a function of this type by its code and context in place of the current one.
    fn tail_through(&mut self, type_index: u32, code: Value, vmctx: Value) {
        let args = self.args(type_index, vmctx);
        let signature = self.signature(type_index);
        self.ins().return_call_indirect(signature, code, &args);
        self.reachable = false;
    }

    /// The context and the operands that a function of this type takes.
    fn args(&mut self, type_index: u32, vmctx: Value) -> Vec<Value> {
        let params = self.pop_many(self.env.module.func_type(type_index).params().len());
        [vmctx].into_iter().chain(params).collect()
    }

    /// How functions of this type are called.
    fn signature(&mut self, type_index: u32) -> SigRef {
        if let Some(&signature) = self.signatures.get(&type_index) {
            return signature;
        }
        let signature = self.builder.import_signature(self.env.signature(type_index).clone());
        self.signatures.insert(type_index, signature);
        signature
    }

    /// What the index on the stack calls in a table, as a function of this type.
    fn table_callee(&mut self, table: u32, type_index: u32) -> TableCallee {
        let index = self.pop();
        if let Some(only) = self.only_callee(table, type_index) {
            self.check_only(table, type_index, index, only);
            return TableCallee::Only(only.function);
        }
        let (code, vmctx) = self.indirect_callee(table, type_index, index);
        TableCallee::Any(code, vmctx)
    }

    /// Code and context of the function at `index` of a table, or a trap if it is not of this type.
    fn indirect_callee(&mut self, table: u32, type_index: u32, index: Value) -> (Value, Value) {
        let env = self.env;
        match &env.plan.tables[table as usize] {
            Table::Static(entries) => {
                let code = self.static_callee(table, entries, type_index, index);
                (code, self.vmctx)
            }
            Table::Dynamic { .. } => {
                let reference = self.table_element(table, index);
                let null = sandbox::reference_flags(Some(TrapReason::IndirectCallToNull));
                let number =
                    self.ins().load(types::I32, null, reference, offset_of!(FuncRef, type_id) as i32);
                let expected = self.ins().iconst(types::I32, i64::from(env.type_number(type_index)));
                let differs = self.ins().icmp(IntCC::NotEqual, number, expected);
                self.trap_if(differs, TrapReason::BadSignature);
                self.code_and_context(reference, None)
            }
        }
    }

    /// Code and context of the function behind a reference, whose type validation knows.
    fn referenced_callee(&mut self, reference: Value) -> (Value, Value) {
        self.code_and_context(reference, Some(TrapReason::NullReference))
    }

    fn code_and_context(&mut self, reference: Value, null: Option<TrapReason>) -> (Value, Value) {
        let (first, second) = (sandbox::reference_flags(null), sandbox::reference_flags(None));
        let code = self.ins().load(types::I64, first, reference, offset_of!(FuncRef, code) as i32);
        let vmctx = self.ins().load(types::I64, second, reference, offset_of!(FuncRef, vmctx) as i32);
        (code, vmctx)
    }

    /// The function of this type in a read-only table, if it has one only.
    fn only_callee(&self, table: u32, type_index: u32) -> Option<Only> {
        let Table::Static(entries) = &self.env.plan.tables[table as usize] else { return None };
        let entries = entries.iter().enumerate();
        let mut callees = entries
            .filter_map(|(index, function)| Some(Only { index: index as i64, function: (*function)? }))
            .filter(|callee| self.has_type(callee.function, type_index));
        match (callees.next(), callees.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// Traps as an indirect call does unless `index` is that of the only function that it can call.
    fn check_only(&mut self, table: u32, type_index: u32, index: Value, only: Only) {
        let Table::Static(entries) = &self.env.plan.tables[table as usize] else { return };
        let (trap, next) = (self.builder.create_block(), self.builder.create_block());
        let wide = self.extend(index);
        let expected = self.ins().iconst(types::I64, only.index);
        let differs = self.ins().icmp(IntCC::NotEqual, wide, expected);
        self.ins().brif(differs, trap, &[], next, &[]);
        self.builder.set_cold_block(trap);
        self.builder.switch_to_block(trap);
        self.builder.seal_block(trap);
        self.static_callee(table, entries, type_index, index);
        self.ins().trap(traps::code(TrapReason::BadSignature));
        self.builder.switch_to_block(next);
        self.builder.seal_block(next);
    }

    /// Whether a function has this type or one that is the same.
    fn has_type(&self, function: u32, type_index: u32) -> bool {
        let own = self.env.module.functions[function as usize];
        self.env.type_number(own) == self.env.type_number(type_index)
    }

    /// The code at `index` of a read-only table, whose functions all belong to this instance.
    fn static_callee(
        &mut self,
        table: u32,
        functions: &[Option<u32>],
        type_index: u32,
        index: Value,
    ) -> Value {
        let size = self.env.module.types().table_at(table).initial;
        let entries = functions.len() as u64;
        let index = self.extend(index);
        let limit = self.ins().iconst(types::I64, entries as i64);
        let outside = self.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, limit);
        if size == entries {
            self.trap_if(outside, TrapReason::TableOutOfBounds);
        } else {
            // Elements behind the last entry are null, and not laid down.
            let size = self.ins().iconst(types::I64, size as i64);
            let beyond = self.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, size);
            self.trap_either(outside, beyond, TrapReason::TableOutOfBounds, TrapReason::IndirectCallToNull);
        }
        if entries == 0 {
            // Every index has trapped; what follows is dead.
            return self.ins().iconst(types::I64, 0);
        }
        let base = self.symbol(Symbol::Table(table));
        let scale = self.ins().iconst(types::I64, i64::from(size_of::<StaticEntry>().trailing_zeros()));
        let offset = self.ins().ishl(index, scale);
        let entry = self.ins().iadd(base, offset);
        let flags = sandbox::entry_flags();
        let is_proven =
            functions.iter().all(|entry| entry.is_some_and(|function| self.has_type(function, type_index)));
        if is_proven {
            return self.ins().load(types::I64, flags, entry, offset_of!(StaticEntry, code) as i32);
        }
        let number = self.ins().load(types::I64, flags, entry, offset_of!(StaticEntry, type_id) as i32);
        let expected = i64::from(self.env.type_number(type_index)) + 1;
        let expected = self.ins().iconst(types::I64, expected);
        let differs = self.ins().icmp(IntCC::NotEqual, number, expected);
        self.trap_either(differs, number, TrapReason::BadSignature, TrapReason::IndirectCallToNull);
        self.ins().load(types::I64, flags, entry, offset_of!(StaticEntry, code) as i32)
    }

    /// Traps if `condition` is not zero: for the first reason if `which` is not zero, else for the second. The choice
    /// is made out of line.
    fn trap_either(&mut self, condition: Value, which: Value, first: TrapReason, second: TrapReason) {
        let (trap, next) = (self.builder.create_block(), self.builder.create_block());
        self.ins().brif(condition, trap, &[], next, &[]);
        self.builder.set_cold_block(trap);
        self.builder.switch_to_block(trap);
        self.builder.seal_block(trap);
        self.trap_if(which, first);
        self.ins().trap(traps::code(second));
        self.builder.switch_to_block(next);
        self.builder.seal_block(next);
    }

    /// The address of a symbol.
    pub(super) fn symbol(&mut self, symbol: Symbol) -> Value {
        let name = ExternalName::user(self.builder.func.declare_imported_user_function(symbol.name()));
        let data = GlobalValueData::Symbol { name, offset: 0.into(), colocated: true, tls: false };
        let value = self.builder.create_global_value(data);
        self.ins().symbol_value(types::I64, value)
    }

    /// Calls a kernel function with the context and `args`.
    pub(super) fn libcall(&mut self, symbol: Symbol, args: &[Value], result: Option<Type>) -> Option<Value> {
        let mut all = vec![self.vmctx];
        all.extend_from_slice(args);
        let callee = self.kernel_function(symbol, CallConv::SystemV, &all, result);
        let call = self.ins().call(callee, &all);
        self.builder.inst_results(call).first().copied()
    }

    /// A kernel function that takes `args`.
    pub(super) fn kernel_function(
        &mut self,
        symbol: Symbol,
        convention: CallConv,
        args: &[Value],
        result: Option<Type>,
    ) -> ir::FuncRef {
        self.import(symbol, |t| {
            let mut signature = Signature::new(convention);
            let types = args.iter().map(|&arg| t.builder.func.dfg.value_type(arg));
            signature.params.extend(types.map(AbiParam::new));
            signature.returns.extend(result.map(AbiParam::new));
            t.builder.import_signature(signature)
        })
    }

    /// A small number as an argument of type `u32`.
    pub(super) fn number(&mut self, number: u32) -> Value {
        self.ins().iconst(types::I32, i64::from(number))
    }

    /// Length and address of a table's elements.
    pub(super) fn table_fields(&mut self, table: u32) -> (Value, Value) {
        let imported = table < self.env.module.imported_tables;
        let fixed = self.env.plan.tables[table as usize] == Table::Dynamic { fixed: true };
        let stability = if fixed { Stability::Constant } else { Stability::Changes };
        let flags = sandbox::context_flags(&self.regions, stability);
        let (cell, at) = self.cell(self.env.plan.layout.table(table), imported);
        let base = self.ins().load(types::I64, flags, cell, at + offset_of!(TableCell, base) as i32);
        let len = if fixed {
            let size = self.env.module.types().table_at(table).initial;
            self.ins().iconst(types::I64, size as i64)
        } else {
            self.ins().load(types::I64, flags, cell, at + offset_of!(TableCell, len) as i32)
        };
        (len, base)
    }
}
