//! Reference instructions. A reference is an address, 0 for null.

use super::Translator;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use sinter_abi::trap::TrapReason;
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn reference(&mut self, operator: &Operator) -> bool {
        match *operator {
            Operator::RefNull { .. } => {
                let null = self.ins().iconst(types::I64, 0);
                self.push(null);
            }
            Operator::RefIsNull => {
                let reference = self.pop();
                let is_null = self.is_null(reference);
                let is_null = self.ins().uextend(types::I32, is_null);
                self.push(is_null);
            }
            Operator::RefFunc { function_index } => {
                let reference = self.func_ref(function_index);
                self.push(reference);
            }
            Operator::RefAsNonNull => {
                let reference = self.pop();
                let is_null = self.is_null(reference);
                self.trap_if(is_null, TrapReason::NullReference);
                self.push(reference);
            }
            Operator::BrOnNull { relative_depth } => {
                let reference = self.pop();
                let is_null = self.is_null(reference);
                self.branch_if(is_null, relative_depth);
                self.push(reference);
            }
            Operator::BrOnNonNull { relative_depth } => {
                // The branch takes the reference along; behind it, it is null and gone.
                let reference = *self.stack.last().expect("validation keeps the stack from running empty");
                self.branch_if(reference, relative_depth);
                self.pop();
            }
            _ => return false,
        }
        true
    }

    pub(super) fn is_null(&mut self, reference: Value) -> Value {
        let null = self.ins().iconst(types::I64, 0);
        self.ins().icmp(IntCC::Equal, reference, null)
    }

    /// The reference of a function: the address of its record in the context.
    pub(super) fn func_ref(&mut self, function: u32) -> Value {
        let offset = self.env.plan.layout.func_ref(self.env.plan.func_refs[&function]);
        let vmctx = self.vmctx;
        let offset = self.ins().iconst(types::I64, i64::from(offset));
        self.ins().iadd(vmctx, offset)
    }
}
