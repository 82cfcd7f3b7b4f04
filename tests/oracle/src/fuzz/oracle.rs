//! What Wasmtime makes of a module.

use crate::{
    generate::Case,
    library,
    observe::{Look, Seen, looks},
};
use sinter_abi::trap::TrapReason;
use std::sync::LazyLock;
use wasmtime::{
    Config, Engine, Error, Extern, HeapType, Instance, Module, Ref, Store, ThrownException, Trap, V128, Val,
    ValType,
};

/// What is to be seen of a module.
pub struct Expected {
    /// Whether it imports, and the library is instantiated before it.
    pub linked: bool,
    /// The looks, in order; there are none if it traps when it is instantiated.
    pub looks: Vec<Look>,
    /// What instantiating it gives, then each of `looks`.
    pub seen: Vec<Seen>,
}

impl Expected {
    /// Whether the look by this number is at a new instance, as the one before has trapped: what is in a memory after that, no
    /// program sees.
    pub fn is_anew(&self, look: usize) -> bool {
        matches!(self.seen[look], Seen::Trap(_))
    }
}

/// More than any module of a run needs: an operator, or a byte that a bulk instruction writes, each takes one.
const FUEL: u64 = 1 << 33;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut config = Config::new();
    // Room for what the fuel allows, almost always; the most that Wasmtime gives without more ado.
    config.max_wasm_stack(2 << 20);
    // What shrinking makes of a module may run for ever.
    config.consume_fuel(true);
    config.wasm_exceptions(true).wasm_memory64(true).wasm_tail_call(true).shared_memory(true);
    config.wasm_relaxed_simd(true).relaxed_simd_deterministic(true);
    Engine::new(&config).expect("the configuration is consistent")
});

/// Runs it. Calls that trap come first, so that what the others leave in memories is seen.
///
/// # Errors
/// Why it says nothing.
pub fn run(case: &Case) -> Result<Expected, &'static str> {
    let module = Module::new(&ENGINE, &case.wasm).map_err(|_| "Wasmtime does not compile it")?;
    let mut found = see(&module, looks(case, &module))?;
    let traps: Vec<_> = found.seen.drain(1..).map(|seen| matches!(seen, Seen::Trap(_))).collect();
    if found.looks.is_empty() {
        return Ok(found);
    }
    let (trapping, others): (Vec<_>, Vec<_>) = found.looks.into_iter().zip(traps).partition(|look| look.1);
    see(&module, trapping.into_iter().chain(others).map(|(look, _)| look).collect())
}

/// What is seen by `looks`.
fn see(module: &Module, looks: Vec<Look>) -> Result<Expected, &'static str> {
    let mut store = Store::new(&ENGINE, ());
    store.set_fuel(FUEL).expect("fuel is consumed");
    let names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
    let linked = module.imports().len() > 0;
    let mut instance = match self::instance(&mut store, module)? {
        Ok(instance) => instance,
        Err(reason) => return Ok(Expected { linked, looks: Vec::new(), seen: vec![Seen::Trap(reason)] }),
    };
    let mut expected = Expected { linked, looks, seen: vec![Seen::Values(Vec::new())] };
    for (number, look) in expected.looks.iter().enumerate() {
        if expected.is_anew(number) {
            instance = self::instance(&mut store, module)?.map_err(|_| "it does not start a second time")?;
        }
        expected.seen.push(self::look(&mut store, instance, &names, look)?);
    }
    Ok(expected)
}

/// An instance of the module, with one of the library if it imports from that; or why it traps.
fn instance(store: &mut Store<()>, module: &Module) -> Result<Result<Instance, TrapReason>, &'static str> {
    let imports = imports(store, module)?;
    Instance::new(store, module, &imports).map_or_else(|error| reason(&error).map(Err), |found| Ok(Ok(found)))
}

/// What the module imports, from an instance of the library.
fn imports(store: &mut Store<()>, module: &Module) -> Result<Vec<Extern>, &'static str> {
    static LIBRARY: LazyLock<Module> =
        LazyLock::new(|| Module::new(&ENGINE, &*library::WASM).expect("the library is valid"));
    if module.imports().len() == 0 {
        return Ok(Vec::new());
    }
    let library = Instance::new(&mut *store, &LIBRARY, &[]).expect("the library is there");
    let imports = module.imports().map(|import| library.get_export(&mut *store, import.name()));
    imports.collect::<Option<_>>().ok_or("it imports what is nowhere")
}

fn look(
    store: &mut Store<()>,
    instance: Instance,
    names: &[String],
    look: &Look,
) -> Result<Seen, &'static str> {
    match look {
        Look::Call { export, arguments, results } => {
            let function = instance.get_func(&mut *store, &names[*export]).expect("a function");
            let types = function.ty(&*store);
            let arguments: Vec<_> =
                types.params().zip(arguments).map(|(ty, &bits)| value(&ty, bits)).collect();
            let mut values = vec![Val::I32(0); results.len()];
            match function.call(&mut *store, &arguments, &mut values) {
                Ok(()) => Ok(Seen::Values(values.iter().map(bits).collect())),
                Err(error) => {
                    store.take_pending_exception();
                    Ok(Seen::Trap(reason(&error)?))
                }
            }
        }
        Look::Global { export, .. } => {
            let global = instance.get_global(&mut *store, &names[*export]).expect("a global");
            Ok(Seen::Values(vec![bits(&global.get(&mut *store))]))
        }
        Look::Memory { export, hasher } => {
            let hasher = Module::new(&ENGINE, hasher_binary(hasher)).expect("the hasher is valid");
            let memory: Extern = instance.get_export(&mut *store, &names[*export]).expect("a memory");
            let hasher = Instance::new(&mut *store, &hasher, &[memory]).expect("the memory fits the hasher");
            let hash = hasher.get_typed_func::<(), i64>(&mut *store, "hash").expect("a function");
            let hash = hash.call(&mut *store, ()).expect("the hasher stays within the memory");
            Ok(Seen::Values(vec![Some(u128::from(hash as u64))]))
        }
    }
}

/// The hasher as a module.
pub fn hasher_binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the hasher is well-formed")
}

fn value(ty: &ValType, bits: u128) -> Val {
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(bits as u32),
        ValType::F64 => Val::F64(bits as u64),
        ValType::V128 => Val::V128(V128::from(bits)),
        ValType::Ref(ty) => Val::from(null(ty.heap_type())),
    }
}

fn null(ty: &HeapType) -> Ref {
    Ref::null(ty)
}

fn bits(value: &Val) -> Option<u128> {
    match value {
        Val::I32(value) => Some((*value as u32).into()),
        Val::I64(value) => Some((*value as u64).into()),
        Val::F32(bits) => Some((*bits).into()),
        Val::F64(bits) => Some((*bits).into()),
        Val::V128(value) => Some(value.as_u128()),
        _ => None,
    }
}

/// The target's reason for the same trap.
fn reason(error: &Error) -> Result<TrapReason, &'static str> {
    if error.is::<ThrownException>() {
        return Ok(TrapReason::UncaughtException);
    }
    Ok(match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => TrapReason::Unreachable,
        Some(Trap::MemoryOutOfBounds) => TrapReason::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds) => TrapReason::TableOutOfBounds,
        Some(Trap::IndirectCallToNull) => TrapReason::IndirectCallToNull,
        Some(Trap::BadSignature) => TrapReason::BadSignature,
        Some(Trap::IntegerOverflow) => TrapReason::IntegerOverflow,
        Some(Trap::IntegerDivisionByZero) => TrapReason::IntegerDivisionByZero,
        Some(Trap::BadConversionToInteger) => TrapReason::BadConversionToInteger,
        Some(Trap::NullReference) => TrapReason::NullReference,
        Some(Trap::HeapMisaligned) => TrapReason::UnalignedAtomic,
        Some(Trap::AtomicWaitNonSharedMemory) => TrapReason::AtomicWaitOnUnsharedMemory,
        Some(Trap::StackOverflow) => return Err("its recursion is too deep"),
        Some(Trap::OutOfFuel) => return Err("it runs for too long"),
        _ => return Err("Wasmtime ends it for a reason of its own"),
    })
}
