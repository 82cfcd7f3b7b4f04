//! The description of the module that the kernel reads: `sinter_abi::module::Module` and what it points to.

use super::{
    codegen::{Compiled, Unit},
    env::Env,
    imports::Provider,
    lines::Lines,
    plan::Table,
    record::{Record, Target},
    source::Source,
    symbols::Symbol,
    text::Place,
    traps,
    uses::is_exception,
};
use sinter_abi::{
    ABI_VERSION, Slice, WASM_PAGE,
    module::{
        Export, ExportKind, FuncPlan, Function, Handler, Inlined, MEMORY_64, MEMORY_SHARED, MemoryPlan,
        Module, StaticEntry, TABLE_OF_EXCEPTIONS, TablePlan,
    },
    vmctx::Counts,
};
use std::{
    collections::{BTreeSet, HashMap},
    mem::offset_of,
};
use wasmparser::{ExternalKind, MemoryType};

/// Alignment of data segments, a cache line: bulk copies from there are fastest.
pub const SEGMENT_ALIGN: usize = 64;

/// The machine code that is described.
#[derive(Clone, Copy)]
pub struct Code<'c> {
    /// Its units.
    pub units: &'c [Compiled],
    /// Where each of them is.
    pub places: &'c [Place],
    /// The module's source, if it has debug information.
    pub source: Option<&'c Source<'c>>,
}

/// Where everything is that a symbol names.
pub type Addresses = HashMap<Symbol, Target>;

/// Lays the read-only tables down, and adds their addresses.
pub fn tables(env: &Env, record: &mut Record, addresses: &mut Addresses) {
    for (number, table) in (0..).zip(&env.plan.tables) {
        let Table::Static(entries) = table else { continue };
        let size = size_of::<StaticEntry>();
        let start = record.reserve(entries.len() * size, align_of::<StaticEntry>());
        for (index, entry) in entries.iter().enumerate() {
            let Some(function) = *entry else { continue };
            let at = start + index * size;
            let code = env.code(function).expect("functions of other modules are in no read-only table");
            record.pointer(at + offset_of!(StaticEntry, code), addresses[&code]);
            let number = env.type_number(env.module.functions[function as usize]);
            record.u64(at + offset_of!(StaticEntry, type_id), u64::from(number) + 1);
        }
        addresses.insert(Symbol::Table(number), record.target(start));
    }
}

/// Lays the description down; gives its offset in `record`. Bytes that need no linking go to `constants`.
pub fn module(
    env: &Env,
    code: &Code,
    name: &str,
    addresses: &Addresses,
    constants: &mut Record,
    record: &mut Record,
) -> usize {
    let module = record.reserve(size_of::<Module>(), align_of::<Module>());
    record.u32(module + offset_of!(Module, abi_version), ABI_VERSION);
    counts(&env.plan.counts, module + offset_of!(Module, counts), record);
    text(name.as_bytes(), module + offset_of!(Module, name), constants, record);
    memories(env, module + offset_of!(Module, memories), record);
    dynamic_tables(env, module + offset_of!(Module, tables), record);
    func_refs(env, addresses, module + offset_of!(Module, func_refs), record);
    let data = env.module.data.iter().map(|segment| (segment.data.to_vec(), segment.data.len()));
    segments(data, SEGMENT_ALIGN, module + offset_of!(Module, data), constants, record);
    let elements = env.plan.segments.iter().map(|segment| {
        let words = segment.items.iter().flat_map(|item| item.to_le_bytes());
        (words.collect(), segment.items.len())
    });
    segments(elements, align_of::<u32>(), module + offset_of!(Module, elements), constants, record);
    record.pointer(module + offset_of!(Module, instantiate), addresses[&Symbol::Instantiate]);
    let mut entry = |name: &str, field: usize| {
        if let Some(function) = env.entry(name) {
            record.pointer(module + field, addresses[&env.entry_code(function)]);
        }
    };
    entry("_start", offset_of!(Module, start));
    if env.plan.linked {
        entry("_initialize", offset_of!(Module, initialize));
    }
    exports(env, addresses, module + offset_of!(Module, exports), constants, record);
    functions(env, code, addresses, module, constants, record);
    let code_size = code.places.iter().map(|place| place.size).sum();
    record.u64(module + offset_of!(Module, code_size), code_size);
    module
}

fn counts(counts: &Counts, at: usize, record: &mut Record) {
    let Counts { memories, globals, tables, tags, func_imports, func_refs } = *counts;
    record.u32(at + offset_of!(Counts, memories), memories);
    record.u32(at + offset_of!(Counts, globals), globals);
    record.u32(at + offset_of!(Counts, tables), tables);
    record.u32(at + offset_of!(Counts, tags), tags);
    record.u32(at + offset_of!(Counts, func_imports), func_imports);
    record.u32(at + offset_of!(Counts, func_refs), func_refs);
}

/// A byte string at `at`.
fn text(bytes: &[u8], at: usize, constants: &mut Record, record: &mut Record) {
    let start = constants.append(bytes, 1);
    record.slice(at, constants.target(start), bytes.len());
}

/// The memories that the module defines.
pub fn memory_plans(env: &Env) -> Vec<MemoryPlan> {
    let types = env.module.types();
    let defined = env.module.imported_memories..types.memory_count();
    defined.map(|index| memory_plan(index, &types.memory_at(index))).collect()
}

fn memory_plan(index: u32, ty: &MemoryType) -> MemoryPlan {
    let all = if ty.memory64 { u64::MAX / WASM_PAGE } else { (1 << 32) / WASM_PAGE };
    let bytes = |pages: u64| pages.min(all) * WASM_PAGE;
    let flags = if ty.memory64 { MEMORY_64 } else { 0 } | if ty.shared { MEMORY_SHARED } else { 0 };
    MemoryPlan { index, flags, min: bytes(ty.initial), max: bytes(ty.maximum.unwrap_or(all)) }
}

fn memories(env: &Env, at: usize, record: &mut Record) {
    let plans = memory_plans(env);
    let size = size_of::<MemoryPlan>();
    let start = record.reserve(plans.len() * size, align_of::<MemoryPlan>());
    record.slice(at, record.target(start), plans.len());
    for (plan, at) in plans.iter().zip((start..).step_by(size)) {
        record.u32(at + offset_of!(MemoryPlan, index), plan.index);
        record.u32(at + offset_of!(MemoryPlan, flags), plan.flags);
        record.u64(at + offset_of!(MemoryPlan, min), plan.min);
        record.u64(at + offset_of!(MemoryPlan, max), plan.max);
    }
}

fn dynamic_tables(env: &Env, at: usize, record: &mut Record) {
    let types = env.module.types();
    let dynamic = |&index: &u32| matches!(env.plan.tables[index as usize], Table::Dynamic { .. });
    let indices: Vec<_> = (env.module.imported_tables..types.table_count()).filter(dynamic).collect();
    let size = size_of::<TablePlan>();
    let start = record.reserve(indices.len() * size, align_of::<TablePlan>());
    record.slice(at, record.target(start), indices.len());
    for (&index, at) in indices.iter().zip((start..).step_by(size)) {
        let ty = types.table_at(index);
        let all = if ty.table64 { u64::MAX } else { u64::from(u32::MAX) };
        record.u32(at + offset_of!(TablePlan, index), index);
        let flags = if is_exception(ty.element_type) { TABLE_OF_EXCEPTIONS } else { 0 };
        record.u32(at + offset_of!(TablePlan, flags), flags);
        record.u64(at + offset_of!(TablePlan, min), ty.initial);
        record.u64(at + offset_of!(TablePlan, max), ty.maximum.unwrap_or(all));
    }
}

fn func_refs(env: &Env, addresses: &Addresses, at: usize, record: &mut Record) {
    let size = size_of::<FuncPlan>();
    let start = record.reserve(env.plan.func_refs.len() * size, align_of::<FuncPlan>());
    record.slice(at, record.target(start), env.plan.func_refs.len());
    for (&function, at) in env.plan.func_refs.keys().zip((start..).step_by(size)) {
        match (env.code(function), env.provider(function)) {
            (Some(code), _) => record.pointer(at + offset_of!(FuncPlan, code), addresses[&code]),
            (None, Some(Provider::Module(import))) => record.u32(at + offset_of!(FuncPlan, import), import),
            (None, _) => unreachable!("only functions of other modules have no code here"),
        }
        let number = env.type_number(env.module.functions[function as usize]);
        record.u32(at + offset_of!(FuncPlan, type_id), number);
    }
}

fn exports(env: &Env, addresses: &Addresses, at: usize, constants: &mut Record, record: &mut Record) {
    let exports = env.link_exports();
    let size = size_of::<Export>();
    let start = record.reserve(exports.len() * size, align_of::<Export>());
    record.slice(at, record.target(start), exports.len());
    for ((export, kind, index), at) in exports.into_iter().zip((start..).step_by(size)) {
        text(export.name.as_bytes(), at + offset_of!(Export, name), constants, record);
        let (kind, index) = match kind {
            ExternalKind::Memory => (ExportKind::Memory, index),
            ExternalKind::Table => (ExportKind::Table, index),
            ExternalKind::Global => (ExportKind::Global, index),
            ExternalKind::Tag => (ExportKind::Tag, index),
            ExternalKind::Func | ExternalKind::FuncExact => {
                let invoke = Symbol::Invoke(env.representative(index));
                record.pointer(at + offset_of!(Export, invoke), addresses[&invoke]);
                (ExportKind::Function, env.plan.func_refs[&index])
            }
        };
        record.u32(at + offset_of!(Export, kind), kind as u32);
        record.u32(at + offset_of!(Export, index), index);
    }
}

/// A slice of slices at `at`: each item has its bytes and the number of its elements.
fn segments(
    items: impl ExactSizeIterator<Item = (Vec<u8>, usize)>,
    align: usize,
    at: usize,
    constants: &mut Record,
    record: &mut Record,
) {
    let size = size_of::<Slice<u8>>();
    let start = record.reserve(items.len() * size, align_of::<Slice<u8>>());
    record.slice(at, record.target(start), items.len());
    for ((bytes, len), at) in items.zip((start..).step_by(size)) {
        let start = constants.append(&bytes, align);
        record.slice(at, constants.target(start), len);
    }
}

fn functions(
    env: &Env,
    code: &Code,
    addresses: &Addresses,
    module: usize,
    constants: &mut Record,
    record: &mut Record,
) {
    let size = size_of::<Function>();
    let start = record.reserve(code.units.len() * size, align_of::<Function>());
    record.slice(module + offset_of!(Module, functions), record.target(start), code.units.len());
    let (mut names, mut sites, mut landings) = (Vec::new(), Vec::new(), Vec::<Handler>::new());
    let mut lines = code.source.map(Lines::new);
    for ((unit, place), at) in code.units.iter().zip(code.places).zip((start..).step_by(size)) {
        let name = env.names.report(unit.unit);
        let entries = traps::entries(&unit.sites, &unit.origins);
        let run = traps::encode(&entries, unit.wasm.0);
        record.pointer(at + offset_of!(Function, code), addresses[&unit.unit.symbol()]);
        record.u32(at + offset_of!(Function, size), place.size as u32);
        record.u32(at + offset_of!(Function, wasm_offset), unit.wasm.0);
        record.u32(at + offset_of!(Function, name_offset), names.len() as u32);
        record.u32(at + offset_of!(Function, name_len), name.len() as u32);
        record.u32(at + offset_of!(Function, sites_offset), sites.len() as u32);
        record.u32(at + offset_of!(Function, sites_len), run.len() as u32);
        record.u32(at + offset_of!(Function, handlers_start), landings.len() as u32);
        record.u32(at + offset_of!(Function, handlers_len), unit.handlers.len() as u32);
        if let Some(lines) = &mut lines {
            let (start, len) = lines.add(&entries);
            record.u32(at + offset_of!(Function, lines_offset), start);
            record.u32(at + offset_of!(Function, lines_len), len);
        }
        names.extend(name.bytes());
        sites.extend(run);
        landings.extend(&unit.handlers);
    }
    if let Some(lines) = lines {
        text(&lines.bytes, module + offset_of!(Module, lines), constants, record);
        let files = lines.files.iter().map(|path| (path.as_bytes().to_vec(), path.len()));
        segments(files, 1, module + offset_of!(Module, files), constants, record);
    }
    inlined(env, code, module + offset_of!(Module, inlined), &mut names, record);
    handlers(&landings, module + offset_of!(Module, handlers), constants, record);
    text(&names, module + offset_of!(Module, names), constants, record);
    text(&sites, module + offset_of!(Module, sites), constants, record);
}

/// The functions that are inlined anywhere, whose names are added to `names`.
fn inlined(env: &Env, code: &Code, at: usize, names: &mut Vec<u8>, record: &mut Record) {
    let functions: BTreeSet<u32> =
        code.units.iter().flat_map(|unit| unit.origins.bodies().map(|(function, _)| function)).collect();
    let size = size_of::<Inlined>();
    let start = record.reserve(functions.len() * size, align_of::<Inlined>());
    record.slice(at, record.target(start), functions.len());
    for (function, at) in functions.into_iter().zip((start..).step_by(size)) {
        let name = env.names.report(Unit::Function(function));
        record.u32(at + offset_of!(Inlined, wasm_offset), env.inlining.wasm_offset(function));
        record.u32(at + offset_of!(Inlined, name_offset), names.len() as u32);
        record.u32(at + offset_of!(Inlined, name_len), name.len() as u32);
        names.extend(name.bytes());
    }
}

fn handlers(handlers: &[Handler], at: usize, constants: &mut Record, record: &mut Record) {
    let size = size_of::<Handler>();
    let start = constants.reserve(size_of_val(handlers), align_of::<Handler>());
    record.slice(at, constants.target(start), handlers.len());
    for (handler, at) in handlers.iter().zip((start..).step_by(size)) {
        constants.u32(at + offset_of!(Handler, call), handler.call);
        constants.u32(at + offset_of!(Handler, landing), handler.landing);
        constants.u32(at + offset_of!(Handler, frame), handler.frame);
    }
}
