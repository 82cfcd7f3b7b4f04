//! Bodies in the place of calls.
//!
//! The instructions of the callee are translated as those of a block: its locals are variables of the caller, `return`
//! is a branch to its end, and exceptions arrive where those of the call would have.

use super::{CompileError, Translator, control::Kind};
use cranelift_codegen::ir;
use cranelift_frontend::Variable;
use wasmparser::{FunctionBody, OperatorsReader};

/// A function whose body is translated.
#[derive(Default)]
pub struct Scope {
    /// Its index, if it is one of the module's.
    pub function: Option<u32>,
    /// Its locals and their types.
    pub locals: Vec<(Variable, ir::Type)>,
    /// Which frame of the control stack is the body's own.
    pub frame: usize,
    /// What to add to a byte offset in the file for a position, modulo 2^32.
    pub shift: u32,
}

impl<'e> Translator<'e> {
    /// The body that is to be in the place of a call of `callee` here.
    pub(super) fn inlined_body(&self, callee: u32) -> Option<FunctionBody<'e>> {
        let env = self.env;
        self.scope.function.and_then(|caller| env.inlining.body(caller, callee)).cloned()
    }

    /// Translates `body`, which is that of `function` and valid, in the place of the call at byte `offset`.
    ///
    /// # Errors
    /// If it uses what is not translated.
    pub(super) fn inline(
        &mut self,
        function: u32,
        body: FunctionBody,
        offset: u64,
    ) -> Result<(), CompileError> {
        let env = self.env;
        let refuse = |error: wasmparser::Error| env.refuse(&error);
        let type_index = env.module.functions[function as usize];
        let args = self.pop_many(env.module.func_type(type_index).params().len());
        let range = body.range();
        let range = range.start as u32..range.end as u32;
        let shift = self.origins.add(env.wasm_size(), function, range, self.position(offset));
        let frame = self.control.len();
        let inner = Scope { function: Some(function), locals: Vec::new(), frame, shift };
        let outer = std::mem::replace(&mut self.scope, inner);
        for arg in args {
            self.add_local(arg);
        }
        let mut locals = body.get_locals_reader().map_err(refuse)?;
        for _ in 0..locals.get_count() {
            let (count, ty) = locals.read().map_err(refuse)?;
            self.declare_locals(count, ty);
        }
        let results: Vec<_> =
            env.signature(type_index).returns.iter().map(|result| result.value_type).collect();
        self.open_with(Kind::Block, &results, self.stack.len());
        let mut operators = OperatorsReader::new(locals.get_binary_reader());
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset().map_err(refuse)?;
            self.operator(offset, &operator)?;
        }
        for (local, ty) in std::mem::replace(&mut self.scope, outer).locals {
            self.free.entry(ty).or_default().push(local);
        }
        Ok(())
    }

    /// The position of the instruction at byte `offset` of the file.
    pub(super) fn position(&self, offset: u64) -> u32 {
        (offset as u32).wrapping_add(self.scope.shift)
    }
}
