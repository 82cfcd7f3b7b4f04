//! What the translation of every function shares.

use super::{
    CompileError, features::Features, module::Module, names::Names, plan::Plan, symbols::Symbol,
    type_numbers::TypeNumbers, types, validate,
};
use cranelift_codegen::{
    ir::{AbiParam, ArgumentPurpose, Signature, types::I64},
    isa::{CallConv, OwnedTargetIsa},
};
use std::collections::BTreeMap;
use wasmparser::{CompositeInnerType, FuncType};

/// The module, the decisions about it, and the target.
pub struct Env<'a> {
    /// The Wasm file.
    wasm: &'a [u8],
    /// What it may use.
    accepted: Features,
    /// The module's declarations.
    pub module: Module<'a>,
    /// The decisions.
    pub plan: Plan<'a>,
    /// What the functions are called.
    pub names: Names,
    /// The target.
    pub isa: OwnedTargetIsa,
    /// How the module's functions call each other. Tail calls need a convention of their own, which costs registers
    /// that survive calls, so only modules that make them have it. The kernel calls and is called by AAPCS64.
    pub convention: CallConv,
    /// By type index: how a function of that type is called; `None` if it is not a function type.
    signatures: Vec<Option<Signature>>,
    numbers: TypeNumbers,
}

impl<'a> Env<'a> {
    /// For `module`, read from `wasm` under the features `accepted` and planned as `plan`.
    ///
    /// # Errors
    /// If two types of the module cannot be told apart by their numbers.
    pub fn new(
        wasm: &'a [u8],
        accepted: Features,
        module: Module<'a>,
        plan: Plan<'a>,
        isa: OwnedTargetIsa,
    ) -> Result<Self, CompileError> {
        let convention = if plan.tail_calls { CallConv::Tail } else { CallConv::SystemV };
        let types = module.types();
        let signatures = (0..types.core_type_count_in_module())
            .map(|index| match &types[types.core_type_at_in_module(index)].composite_type.inner {
                CompositeInnerType::Func(ty) => Some(signature(ty, convention)),
                _ => None,
            })
            .collect();
        let numbers = TypeNumbers::new(types).ok_or_else(|| CompileError::Limit {
            what: "two function types have the same hash: add a parameter to one of them".into(),
            offset: 0,
        })?;
        let names = Names::new(&module);
        Ok(Self { wasm, accepted, module, plan, names, isa, convention, signatures, numbers })
    }

    /// The error for what the validator found in a function body.
    pub fn refuse(&self, error: &wasmparser::Error) -> CompileError {
        validate::explain(self.wasm, self.accepted, error)
    }

    /// The machine signature of functions with this type index: the context, then the parameters.
    pub fn signature(&self, type_index: u32) -> &Signature {
        self.signatures[type_index as usize].as_ref().expect("validation lets only functions be called")
    }

    /// The canonical number of the type with this index.
    pub fn type_number(&self, type_index: u32) -> u32 {
        self.numbers.numbers[type_index as usize].expect("validation lets only functions be called")
    }

    /// The symbols that keep other types from sharing the number of one that the module uses: name and value.
    pub fn guard_symbols(&self) -> &BTreeMap<String, u64> {
        &self.numbers.guards
    }

    /// The machine signature of a WASI function: the parameters alone.
    pub fn wasi_signature(&self, function: u32) -> Signature {
        let mut signature = self.signature(self.module.functions[function as usize]).clone();
        signature.params.remove(0);
        signature.call_conv = CallConv::SystemV;
        signature
    }

    /// Whether the function is imported, and so one of WASI's.
    pub fn is_wasi(&self, function: u32) -> bool {
        function < self.module.imported_functions
    }

    /// The exported function `_start`, if it takes and returns nothing.
    pub fn start_function(&self) -> Option<u32> {
        let function = self.module.exported_function("_start")?;
        let ty = self.module.function_type(function);
        (ty.params().is_empty() && ty.results().is_empty()).then_some(function)
    }

    /// The code that a reference to this function stands for.
    pub fn code(&self, function: u32) -> Symbol {
        if self.is_wasi(function) { Symbol::Wrapper(function) } else { Symbol::Function(function) }
    }
}

/// The context is the first argument.
fn signature(ty: &FuncType, convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.push(AbiParam::special(I64, ArgumentPurpose::VMContext));
    signature.params.extend(ty.params().iter().map(|&ty| AbiParam::new(types::machine(ty))));
    signature.returns.extend(ty.results().iter().map(|&ty| AbiParam::new(types::machine(ty))));
    signature
}
