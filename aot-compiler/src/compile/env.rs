//! What the translation of every function shares.

use super::{
    CompileError, LinkExport, LinkImport, features::Features, imports::Provider, inline::Inlining, isa,
    linkage, module::Module, names::Names, plan::Plan, symbols::Symbol, type_numbers::TypeNumbers, types,
    validate,
};
use cranelift_codegen::{
    ir::{AbiParam, ArgumentPurpose, Signature, types::I64},
    isa::{CallConv, OwnedTargetIsa},
};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{CompositeInnerType, ExternalKind, FuncType};

/// Tail calls, where the callee frees the arguments' stack, and exceptions, at whose landing no register is restored.
pub const UNUSUAL_CONTROL: Features = Features::TAIL_CALL.union(Features::EXCEPTIONS);

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
    /// Which functions are inlined.
    pub inlining: Inlining<'a>,
    /// What the functions are called.
    pub names: Names,
    /// The target.
    pub isa: OwnedTargetIsa,
    /// The same, for functions that are optimised.
    pub generator: OwnedTargetIsa,
    /// How functions call each other. What is in [`UNUSUAL_CONTROL`] needs a convention of its own, which leaves fewer
    /// registers for arguments, so it is for modules that use it; modules that are to be linked call each other, so they
    /// all have it if any may use it. The kernel calls and is called by AAPCS64.
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
        inlining: Inlining<'a>,
    ) -> Result<Self, CompileError> {
        let unusual = plan.unusual_control || plan.linked && accepted.intersects(UNUSUAL_CONTROL);
        let convention = if unusual { CallConv::Tail } else { CallConv::SystemV };
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
        let (isa, generator) = (isa::cortex_a53(), isa::generator());
        Ok(Self {
            wasm,
            accepted,
            module,
            plan,
            inlining,
            names,
            isa,
            generator,
            convention,
            signatures,
            numbers,
        })
    }

    /// Bytes of the Wasm file.
    pub fn wasm_size(&self) -> u32 {
        self.wasm.len() as u32
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

    /// Who provides the function if it is imported.
    pub fn provider(&self, function: u32) -> Option<Provider> {
        self.plan.providers.get(function as usize).copied()
    }

    /// Whether WASI provides the function.
    pub fn is_wasi(&self, function: u32) -> bool {
        matches!(self.provider(function), Some(Provider::Wasi(_)))
    }

    /// The exported function with this name, if it takes and returns nothing.
    pub fn entry(&self, name: &str) -> Option<u32> {
        let function = self.module.exported_function(name)?;
        let ty = self.module.function_type(function);
        (ty.params().is_empty() && ty.results().is_empty()).then_some(function)
    }

    /// The functions that the kernel calls: `_start`, and `_initialize` of a module that is linked with others.
    pub fn entries(&self) -> BTreeSet<u32> {
        let initialize = self.entry("_initialize").filter(|_| self.plan.linked);
        self.entry("_start").into_iter().chain(initialize).collect()
    }

    /// The code of a function as the kernel calls it: its own if that follows AAPCS64.
    pub fn entry_code(&self, function: u32) -> Symbol {
        let own = self.provider(function).is_none() && self.convention == CallConv::SystemV;
        if own { Symbol::Function(function) } else { Symbol::Entry(function) }
    }

    /// The code that a reference to this function stands for; `None` if it is another module's.
    pub fn code(&self, function: u32) -> Option<Symbol> {
        match self.provider(function) {
            None => Some(Symbol::Function(function)),
            Some(Provider::Wasi(_)) => Some(Symbol::Wrapper(function)),
            Some(Provider::Module(_)) => None,
        }
    }

    /// The imports that other modules are to provide.
    pub fn link_imports(&self) -> Vec<LinkImport> {
        linkage::imports(&self.module, &self.numbers, |function| self.is_wasi(function))
    }

    /// The exports that other modules may use, with kind and index; none unless the module is to be linked.
    pub fn link_exports(&self) -> Vec<(LinkExport, ExternalKind, u32)> {
        if self.plan.linked { linkage::exports(&self.module, &self.numbers) } else { Vec::new() }
    }

    /// A type index that stands for all with the type of `function`.
    pub fn representative(&self, function: u32) -> u32 {
        let number = self.type_number(self.module.functions[function as usize]);
        let same = self.numbers.numbers.iter().position(|&other| other == Some(number));
        same.expect("the function's own type has the number") as u32
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
