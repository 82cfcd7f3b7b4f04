//! Machine code for every function, in parallel.

use super::{
    CompileError, Options, arguments,
    env::Env,
    inline::Origins,
    machine::{blocks::PASSED, effects::Registers},
    module::Body,
    optimise::{self, Passes},
    plan::Table,
    symbols::Symbol,
    translate, traps,
};
use cranelift_codegen::{
    CodegenError, CompiledCode, Context, FinalizedMachCallSite, FinalizedMachExceptionHandler,
    FinalizedRelocTarget,
    binemit::Reloc,
    control::ControlPlane,
    ir::{ExternalName, UserFuncName},
    isa::unwind::UnwindInst,
};
use cranelift_frontend::FunctionBuilderContext;
use rayon::prelude::*;
use sinter_abi::{module::Handler, sites::Site};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};
use wasmparser::{ExternalKind, FuncToValidate, FuncValidatorAllocations};

/// What a piece of machine code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The function with this index.
    Function(u32),
    /// The stand-in for this imported function; see [`Symbol::Wrapper`].
    Wrapper(u32),
    /// See [`translate::instantiate`].
    Instantiate,
    /// See [`translate::entry`].
    Entry(u32),
    /// See [`translate::invoke`].
    Invoke(u32),
}

impl Unit {
    /// The symbol that stands for its address.
    pub fn symbol(self) -> Symbol {
        match self {
            Self::Function(index) => Symbol::Function(index),
            Self::Wrapper(index) => Symbol::Wrapper(index),
            Self::Instantiate => Symbol::Instantiate,
            Self::Entry(index) => Symbol::Entry(index),
            Self::Invoke(index) => Symbol::Invoke(index),
        }
    }
}

/// Machine code that is not linked yet.
pub struct Compiled {
    /// What it is.
    pub unit: Unit,
    /// Where its Wasm begins in the file, and how many bytes it has; 0 if it has none.
    pub wasm: (u32, u32),
    /// The code, with its constants.
    pub code: Vec<u8>,
    /// What it refers to.
    pub relocations: Vec<Relocation>,
    /// What it calls, in the code's order.
    pub calls: Vec<Call>,
    /// The registers with its results.
    pub results: Registers,
    /// Where it comes from.
    pub origins: Origins,
    /// Where it can trap or call; with positions ([`Origins`]) in the place of Wasm offsets.
    pub sites: Vec<Site>,
    /// Where exceptions of its calls go, sorted by return address.
    pub handlers: Vec<Handler>,
    /// Which instruction each range of code belongs to, sorted by address; empty unless the module has debug
    /// information.
    pub ranges: Vec<SourceRange>,
    /// How its frame is made, by byte offsets; nothing if it has none.
    pub unwind: Vec<(u32, UnwindInst)>,
}

impl Compiled {
    /// The registers with arguments of the instruction at the byte offset `at`, if it is a call.
    pub fn passed(&self, at: usize) -> Registers {
        let found = self.calls.binary_search_by_key(&(at as u32), |call| call.offset);
        found.map_or(PASSED, |number| self.calls[number].passed)
    }
}

/// An instruction that calls.
pub struct Call {
    /// Byte in the code.
    pub offset: u32,
    /// The registers with arguments.
    pub passed: Registers,
}

/// A range of machine code.
pub struct SourceRange {
    /// Its first byte.
    pub start: u32,
    /// The instruction's position ([`Origins`]).
    pub position: u32,
}

/// A place in machine code that the linker fills in.
pub struct Relocation {
    /// Byte in the code.
    pub offset: u32,
    /// How.
    pub kind: Reloc,
    /// With the address of what.
    pub target: Symbol,
    /// Plus this.
    pub addend: i64,
}

/// Compiles the function bodies, and what the module needs besides, in a fixed order. Of those functions for which
/// `has_code`, by index, does not say so, the bodies are only validated.
///
/// # Errors
/// The error of the first function in the file's order that has one.
pub fn all(
    env: &Env,
    bodies: Vec<Body>,
    has_code: &[bool],
    options: &Options,
) -> Result<Vec<Compiled>, CompileError> {
    validate(env, &bodies, has_code)?;
    let bodies: Vec<_> =
        bodies.into_iter().filter(|(validator, _)| has_code[validator.index as usize]).collect();
    let (total, done) = (bodies.len(), AtomicUsize::new(0));
    // Functions behind the first that failed need not be compiled any more.
    let failed = AtomicUsize::new(usize::MAX);
    let results: Vec<_> = bodies
        .into_par_iter()
        .enumerate()
        .map_init(Worker::default, |worker, (number, body)| {
            if failed.load(Ordering::Relaxed) < number {
                return None;
            }
            let result = worker.body(env, body, options.passes);
            if result.is_err() {
                failed.fetch_min(number, Ordering::Relaxed);
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(progress) = options.progress {
                progress(done, total);
            }
            Some(result)
        })
        .collect();
    let mut compiled = results.into_iter().flatten().collect::<Result<Vec<_>, _>>()?;
    compiled.par_iter_mut().for_each(|unit| optimise::finish(unit, options.passes));
    let mut worker = Worker::default();
    for function in wrappers(env) {
        translate::wrapper(env, function, &mut worker.context.func, &mut worker.builder);
        compiled.push(worker.finish(
            env,
            options.passes,
            Unit::Wrapper(function),
            (0, 0),
            Origins::default(),
        )?);
    }
    translate::instantiate(env, &mut worker.context.func, &mut worker.builder)
        .map_err(|error| env.refuse(&error))?;
    compiled.push(worker.finish(env, options.passes, Unit::Instantiate, (0, 0), Origins::default())?);
    let others = env.entries().into_iter().filter(|&entry| env.entry_code(entry) == Symbol::Entry(entry));
    for function in others {
        translate::entry(env, function, &mut worker.context.func, &mut worker.builder);
        compiled.push(worker.finish(
            env,
            options.passes,
            Unit::Entry(function),
            (0, 0),
            Origins::default(),
        )?);
    }
    for type_index in invoked_types(env) {
        translate::invoke(env, type_index, &mut worker.context.func, &mut worker.builder);
        compiled.push(worker.finish(
            env,
            options.passes,
            Unit::Invoke(type_index),
            (0, 0),
            Origins::default(),
        )?);
    }
    Ok(compiled)
}

/// Validates the bodies that are not translated for themselves, and those that are inlined, before others rely on it.
///
/// # Errors
/// The error of the first function in the file's order that has one, if it is one of these that has.
fn validate(env: &Env, bodies: &[Body], has_code: &[bool]) -> Result<(), CompileError> {
    let is_invalid = |(validator, body): &Body| {
        let FuncToValidate { resources, index, ty, features } = validator;
        let validator =
            FuncToValidate { resources: resources.clone(), index: *index, ty: *ty, features: *features };
        validator.into_validator(FuncValidatorAllocations::default()).validate(body).err()
    };
    let others =
        |(validator, _): &&Body| !has_code[validator.index as usize] || env.inlining.has(validator.index);
    if bodies.par_iter().filter(others).all(|body| is_invalid(body).is_none()) {
        return Ok(());
    }
    let first = bodies.par_iter().find_map_first(is_invalid);
    Err(env.refuse(&first.expect("one is invalid")))
}

/// The imported functions whose reference is taken, by an instruction or in a read-only table.
fn wrappers(env: &Env) -> BTreeSet<u32> {
    let tables = env.plan.tables.iter().flat_map(|table| match table {
        Table::Static(entries) => entries.as_slice(),
        Table::Dynamic { .. } => &[],
    });
    let functions = tables.copied().flatten().chain(env.plan.func_refs.keys().copied());
    functions.filter(|&function| env.is_wasi(function)).collect()
}

/// One type index for each type of an exported function that the kernel may call.
fn invoked_types(env: &Env) -> BTreeSet<u32> {
    let exports = env.link_exports().into_iter().filter(|(_, kind, _)| *kind == ExternalKind::Func);
    exports.map(|(.., function)| env.representative(function)).collect()
}

/// What a thread uses again for each function.
struct Worker {
    context: Context,
    builder: FunctionBuilderContext,
    validator: FuncValidatorAllocations,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            validator: Default::default(),
        }
    }
}

impl Worker {
    fn body(&mut self, env: &Env, body: Body, passes: Passes) -> Result<Compiled, CompileError> {
        let index = body.0.index;
        let range = body.1.range();
        let wasm = (range.start as u32, (range.end - range.start) as u32);
        let result =
            translate::function(env, body, &mut self.validator, &mut self.context.func, &mut self.builder);
        match result {
            Ok(translate::Translation { accesses, origins }) => {
                optimise::run(&mut self.context.func, accesses, passes);
                self.finish(env, passes, Unit::Function(index), wasm, origins)
            }
            Err(error) => {
                // The builder may hold half a function.
                self.builder = FunctionBuilderContext::new();
                self.context.clear();
                Err(error)
            }
        }
    }

    /// Compiles the function in the context.
    fn finish(
        &mut self,
        env: &Env,
        passes: Passes,
        unit: Unit,
        wasm: (u32, u32),
        origins: Origins,
    ) -> Result<Compiled, CompileError> {
        let refuse = |error: CodegenError| CompileError::Codegen {
            function: env.names.report(unit),
            message: error.to_string(),
            offset: u64::from(wasm.0),
        };
        self.context.func.name = UserFuncName::default();
        self.context.optimize(&*env.isa, &mut ControlPlane::default()).map_err(refuse)?;
        optimise::place(&mut self.context.func, passes);
        let compiled = self.context.compile(&*env.generator, &mut ControlPlane::default()).map(|compiled| {
            let sites = traps::sites(compiled, wasm.0);
            let ranges = if env.module.debug.is_empty() { Vec::new() } else { ranges(compiled) };
            let unwind = compiled.buffer.unwind_info.to_vec();
            let code = compiled.code_buffer().to_vec();
            (code, compiled.buffer.relocs().to_vec(), sites, handlers(compiled), ranges, unwind)
        });
        let (code, relocs, sites, handlers, ranges, unwind) =
            compiled.map_err(|error| refuse(error.inner))?;
        let finished = self.context.compiled_code().expect("it is compiled");
        let calls = arguments::of_calls(&self.context.func, finished);
        let names = self.context.func.params.user_named_funcs();
        let relocations = relocs.iter().map(|reloc| Relocation {
            offset: reloc.offset,
            kind: reloc.kind,
            target: match &reloc.target {
                FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
                    Symbol::from_name(&names[*name])
                }
                other => unreachable!("no instruction that is translated refers to {other:?}"),
            },
            addend: reloc.addend,
        });
        let compiled = Compiled {
            unit,
            wasm,
            code,
            relocations: relocations.collect(),
            calls,
            results: arguments::results(&self.context.func.signature),
            origins,
            sites,
            handlers,
            ranges,
            unwind,
        };
        self.context.clear();
        Ok(compiled)
    }
}

/// The instructions that the ranges of `compiled` belong to.
fn ranges(compiled: &CompiledCode) -> Vec<SourceRange> {
    let locations = compiled.buffer.get_srclocs_sorted().iter().filter(|range| !range.loc.is_default());
    locations.map(|range| SourceRange { start: range.start, position: range.loc.bits() }).collect()
}

/// Where exceptions of the calls in `compiled` go: each call has at most one handler, for all of them.
fn handlers(compiled: &CompiledCode) -> Vec<Handler> {
    let handler = |call: FinalizedMachCallSite| match *call.exception_handlers {
        [FinalizedMachExceptionHandler::Default(landing)] => {
            let frame = call.frame_offset.expect("AArch64 frames have a frame pointer");
            Some(Handler { call: call.ret_addr, landing, frame })
        }
        _ => None,
    };
    let mut handlers: Vec<_> = compiled.buffer.call_sites().filter_map(handler).collect();
    handlers.sort_by_key(|handler| handler.call);
    handlers
}
