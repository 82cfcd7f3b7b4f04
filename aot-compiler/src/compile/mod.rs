//! One WebAssembly module to one AArch64 ELF object.

mod arguments;
mod codegen;
mod constant;
mod debug;
mod debug_inlined;
pub(crate) mod describe;
mod description;
mod emit;
mod env;
mod error;
pub mod features;
mod imports;
mod inline;
mod isa;
mod lines;
mod linkage;
mod machine;
pub(crate) mod module;
mod names;
pub mod optimise;
mod plan;
mod reach;
mod record;
mod sandbox;
mod source;
mod symbols;
mod text;
mod translate;
mod traps;
mod type_numbers;
mod types;
mod uses;
pub(crate) mod validate;

use env::Env;
pub use error::CompileError;
use imports::Provider;
use inline::{Decisions, Inlining};
pub use linkage::{ExternType, LinkExport, LinkImport};
use optimise::{Pass, Passes};
use plan::Plan;
use reach::Reach;
use sha2::{Digest, Sha256};
use sinter_abi::module::MemoryPlan;
use uses::Uses;

/// How to compile.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Which WebAssembly features are accepted: [`features::supported`] or fewer.
    pub features: features::Features,
    /// Whether the module is to be linked with other modules: its imports may be theirs, its exports are described for
    /// them, and it calls by a convention that all of them share.
    pub linked: bool,
    /// Which optimisations are done.
    pub passes: Passes,
    /// Called from any thread with the number of functions done and their total, each count at most once and in no
    /// certain order.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { features: features::supported(), linked: false, passes: Passes::ALL, progress: None }
    }
}

/// A compiled module.
#[derive(Debug, Clone)]
pub struct Object {
    /// The relocatable ELF file. Equal inputs give equal bytes.
    pub bytes: Vec<u8>,
    /// Its one global definition, a [`sinter_abi::module::Module`].
    pub module_symbol: String,
    /// Bytes of machine code.
    pub code_size: u64,
    /// Bytes of all data segments.
    pub data_size: u64,
    /// The functions that have machine code, in the module's order.
    pub functions: Vec<FunctionInfo>,
    /// The memories that the module defines, in the module's order.
    pub memories: Vec<MemoryPlan>,
    /// The WASI functions that it imports, by name and in the module's order.
    pub wasi_imports: Vec<&'static str>,
    /// What it imports of other modules; empty unless it is to be linked with some.
    pub link_imports: Vec<LinkImport>,
    /// What it exports to other modules; empty unless it is to be linked with some.
    pub link_exports: Vec<LinkExport>,
    /// Whether it exports a `_start` that takes and returns nothing, so that it can be run as an app.
    pub has_start: bool,
    /// The features that it uses, out of [`features::SUPPORTED`] and in that order.
    pub features: Vec<&'static str>,
}

/// A function of a compiled module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionInfo {
    /// Index in the module's function index space, imports included.
    pub index: u32,
    /// Name from the name section, an export, or the index; free of control characters.
    pub name: String,
    /// Byte in the Wasm file at which its body begins.
    pub wasm_offset: u64,
    /// Bytes of its body in the Wasm file.
    pub wasm_size: u64,
    /// Bytes of machine code.
    pub code_size: u64,
}

/// Compiles the module in `wasm`. `name` stands for it in reports: the file's name without its extension.
///
/// # Errors
/// Anything but a valid module within `options.features` whose imports the kernel provides; see [`CompileError`].
pub fn compile(wasm: &[u8], name: &str, options: &Options) -> Result<Object, CompileError> {
    let accepted = options.features;
    let (module, bodies) = validate::module(wasm, accepted)?;
    let providers = imports::resolve(&module, options.linked)?;
    let refuse = |error: wasmparser::Error| validate::explain(wasm, accepted, &error);
    let body_uses = Uses::of_bodies(&bodies).map_err(refuse)?;
    let mut decisions = Decisions::default();
    if options.passes.has(Pass::Inline) {
        let reach = Reach::new(&module, &body_uses, &decisions).map_err(refuse)?;
        decisions = Decisions::new(&module, &body_uses, &reach);
    }
    let reach = if options.passes.has(Pass::Unused) {
        Reach::new(&module, &body_uses, &decisions).map_err(refuse)?
    } else {
        Reach::all(&module)
    };
    let used = reach.used[module.imported_functions as usize..].iter().copied();
    let uses = Uses::of_module(&module, body_uses.iter().zip(used)).map_err(refuse)?;
    let plan = Plan::new(&module, &uses, providers, options.linked).map_err(refuse)?;
    let inlining = Inlining::new(decisions, &bodies);
    let env = Env::new(wasm, accepted, module, plan, inlining)?;
    let mut units = codegen::all(&env, bodies, &reach.code, options)?;
    let text = text::lay_out(&mut units);
    let module_symbol = module_symbol(wasm, options.passes);
    let functions = units.iter().zip(&text.places).filter_map(|(unit, place)| {
        let codegen::Unit::Function(index) = unit.unit else { return None };
        Some(FunctionInfo {
            index,
            name: env.names.report(unit.unit),
            wasm_offset: unit.wasm.0.into(),
            wasm_size: unit.wasm.1.into(),
            code_size: place.size,
        })
    });
    Ok(Object {
        functions: functions.collect(),
        code_size: text.places.iter().map(|place| place.size).sum(),
        data_size: env.module.data.iter().map(|segment| segment.data.len() as u64).sum(),
        memories: description::memory_plans(&env),
        wasi_imports: wasi_imports(&env),
        link_imports: env.link_imports(),
        link_exports: env.link_exports().into_iter().map(|(export, ..)| export).collect(),
        has_start: env.entry("_start").is_some(),
        features: features::names(uses.features),
        bytes: emit::object(&env, &units, text, name, &module_symbol),
        module_symbol,
    })
}

/// The WASI functions that the module imports, in its order.
fn wasi_imports(env: &Env) -> Vec<&'static str> {
    let function = |provider: &Provider| match provider {
        Provider::Wasi(function) => Some(function.name),
        Provider::Module(_) => None,
    };
    env.plan.providers.iter().filter_map(function).collect()
}

/// The name of the object's definition: files that are equal and compiled in the same way share it, others do not.
fn module_symbol(wasm: &[u8], passes: Passes) -> String {
    let hash = Sha256::new().chain_update(wasm).chain_update(passes.bits().to_le_bytes()).finalize();
    let digits = hash.iter().take(16).map(|byte| format!("{byte:02x}"));
    format!("sinter_module_{}", digits.collect::<String>())
}
