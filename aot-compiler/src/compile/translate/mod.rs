//! From the instructions of one function to Cranelift's intermediate representation.
//!
//! Each instruction is validated, then translated, in one pass. The translator keeps the operand stack as Cranelift
//! values and the control stack as blocks; code that cannot be reached is validated but not translated. Each file
//! adds one family of instructions to [`Translator`].

mod atomic;
mod bulk;
mod call;
mod control;
mod exception;
mod inline;
mod instantiate;
mod memory;
mod numeric;
mod reference;
mod table;
mod variable;
mod vector;
mod wrapper;

pub use instantiate::instantiate;
pub use wrapper::{entry, invoke, wrapper};

use super::{
    CompileError,
    env::Env,
    inline::Origins,
    module::Body,
    sandbox::{Access, Regions},
    symbols::Symbol,
    traps,
};
use control::Frame;
use cranelift_codegen::ir::{
    self, ExtFuncData, ExternalName, FuncRef, Function, InstBuilder, SigRef, Signature, SourceLoc, Value,
    types,
};
use cranelift_frontend::{FuncInstBuilder, FunctionBuilder, FunctionBuilderContext, Variable};
use sinter_abi::trap::TrapReason;
use std::collections::HashMap;
use wasmparser::{FuncValidatorAllocations, Operator, OperatorsReader};

/// Translates one function.
pub struct Translator<'e> {
    pub(super) env: &'e Env<'e>,
    pub(super) builder: FunctionBuilder<'e>,
    pub(super) vmctx: Value,
    pub(super) regions: Regions,
    pub(super) accesses: Vec<Access>,
    /// Where the instructions come from.
    origins: Origins,
    /// The function whose body is translated: the one that is compiled, or one that is inlined in it.
    scope: inline::Scope,
    stack: Vec<Value>,
    control: Vec<Frame>,
    /// Which of `control` are `try_table`s.
    tries: Vec<usize>,
    /// Whether control can arrive at the next instruction.
    reachable: bool,
    /// Blocks that were opened in code that cannot be reached and are still open.
    dead: usize,
    callees: HashMap<Symbol, FuncRef>,
    signatures: HashMap<u32, SigRef>,
    /// Whether this is the code that initialises the globals, which may change for it alone.
    instantiating: bool,
    /// Variables by type that the inlined bodies before have left.
    free: HashMap<ir::Type, Vec<Variable>>,
    /// Values that branches pass along so far.
    branch_values: u64,
}

/// Greatest number of values that all branches of a function pass along together. Without it, a body of a few
/// megabytes, each branch passing a thousand results, would take gigabytes.
const BRANCH_VALUES: u64 = 1 << 24;

/// What is known of a translated function.
pub struct Translation {
    /// The accesses to linear memory that it makes.
    pub accesses: Vec<Access>,
    /// Where its instructions come from.
    pub origins: Origins,
}

/// Validates `body` and translates it into `function`.
///
/// # Errors
/// If the body is malformed, invalid, uses what is not translated, or is larger than the compiler can handle.
pub fn function(
    env: &Env,
    body: Body,
    allocations: &mut FuncValidatorAllocations,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) -> Result<Translation, CompileError> {
    let (validator, body) = body;
    let mut translator = Translator::new(env, function, context, env.signature(validator.ty).clone());
    translator.scope.function = Some(validator.index);
    translator.parameters();
    let mut validator = validator.into_validator(std::mem::take(allocations));
    let refuse = |error: wasmparser::Error| env.refuse(&error);
    let mut locals = body.get_locals_reader().map_err(refuse)?;
    for _ in 0..locals.get_count() {
        let offset = locals.original_position();
        let (count, ty) = locals.read().map_err(refuse)?;
        validator.define_locals(offset, count, ty).map_err(refuse)?;
        translator.declare_locals(count, ty);
    }
    translator.open_body();
    let mut operators = OperatorsReader::new(locals.get_binary_reader());
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset().map_err(refuse)?;
        validator.op(offset, &operator).map_err(refuse)?;
        translator.operator(offset, &operator)?;
    }
    operators.finish().map_err(refuse)?;
    let Translator { accesses, origins, builder, .. } = translator;
    builder.finalize(env.isa.frontend_config());
    *allocations = validator.into_allocations();
    Ok(Translation { accesses, origins })
}

impl<'e> Translator<'e> {
    /// Begins `function` with the given signature, whose first parameter is the context.
    fn new(
        env: &'e Env<'e>,
        function: &'e mut Function,
        context: &'e mut FunctionBuilderContext,
        signature: Signature,
    ) -> Self {
        function.signature = signature;
        let regions = Regions::new(function);
        let mut builder = FunctionBuilder::new(function, context);
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        builder.seal_block(entry);
        let vmctx = builder.block_params(entry)[0];
        Self {
            env,
            builder,
            vmctx,
            regions,
            accesses: Vec::new(),
            origins: Origins::default(),
            scope: inline::Scope::default(),
            free: HashMap::new(),
            stack: Vec::new(),
            control: Vec::new(),
            tries: Vec::new(),
            reachable: true,
            dead: 0,
            callees: HashMap::new(),
            signatures: HashMap::new(),
            instantiating: false,
            branch_values: 0,
        }
    }

    /// Translates one instruction, which was validated.
    fn operator(&mut self, offset: u64, operator: &Operator) -> Result<(), CompileError> {
        if !self.reachable {
            self.unreachable_operator(operator);
            return Ok(());
        }
        self.builder.set_srcloc(SourceLoc::new(self.position(offset)));
        if let Operator::Call { function_index } = *operator
            && let Some(body) = self.inlined_body(function_index)
        {
            return self.inline(function_index, body, offset);
        }
        let known = self.control(operator)
            || self.variable(operator)
            || self.numeric(operator)
            || self.memory(operator)
            || self.atomic(operator)
            || self.call(operator)
            || self.exception(operator)
            || self.reference(operator)
            || self.table(operator)
            || self.bulk(operator)
            || self.vector(operator);
        if !known {
            let name = format!("{operator:?}");
            let name = name.split([' ', '{']).next().unwrap_or_default();
            return Err(CompileError::Unsupported { feature: format!("the instruction {name}"), offset });
        }
        if self.branch_values > BRANCH_VALUES {
            let what = format!("the branches of this function pass more than {BRANCH_VALUES} values along");
            return Err(CompileError::Limit { what, offset });
        }
        Ok(())
    }

    /// Appends an instruction.
    pub(super) fn ins(&mut self) -> FuncInstBuilder<'_, 'e> {
        self.builder.ins()
    }

    fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().expect("validation keeps the stack from running empty")
    }

    fn pop2(&mut self) -> (Value, Value) {
        let second = self.pop();
        (self.pop(), second)
    }

    fn pop3(&mut self) -> (Value, Value, Value) {
        let third = self.pop();
        let (first, second) = self.pop2();
        (first, second, third)
    }

    /// Takes the top `count` values off the stack, the topmost last.
    fn pop_many(&mut self, count: usize) -> Vec<Value> {
        self.stack.split_off(self.stack.len() - count)
    }

    /// Traps if the integer `condition` is not zero.
    pub(super) fn trap_if(&mut self, condition: Value, reason: TrapReason) {
        self.ins().trapnz(condition, traps::code(reason));
    }

    /// An index or address as 64 bits; 32-bit ones are unsigned.
    pub(super) fn extend(&mut self, index: Value) -> Value {
        if self.builder.func.dfg.value_type(index) == types::I64 {
            index
        } else {
            self.ins().uextend(types::I64, index)
        }
    }

    /// A function that is called directly.
    fn import(&mut self, symbol: Symbol, signature: impl FnOnce(&mut Self) -> SigRef) -> FuncRef {
        if let Some(&callee) = self.callees.get(&symbol) {
            return callee;
        }
        let signature = signature(self);
        let name = ExternalName::user(self.builder.func.declare_imported_user_function(symbol.name()));
        let data = ExtFuncData { name, signature, colocated: true, patchable: false };
        let callee = self.builder.import_function(data);
        self.callees.insert(symbol, callee);
        callee
    }
}
