//! What a module uses, gathered before any function is compiled: the layout of contexts and tables depends on it, and
//! `sinter inspect` prints the features.

use super::{
    features::Features,
    module::{Body, Module},
};
use rayon::prelude::*;
use std::collections::BTreeSet;
use wasmparser::{
    AbstractHeapType, BlockType, ConstExpr, DataKind, ElementItems, ElementKind, FuncType, FunctionBody,
    HeapType, Operator, RefType, Result, ValType,
};

/// What a module or a function uses.
#[derive(Debug, Clone)]
pub struct Uses {
    /// Features beyond the first release of WebAssembly.
    pub features: Features,
    /// Functions whose reference an instruction takes.
    pub references: BTreeSet<u32>,
    /// Globals that an instruction writes.
    pub written_globals: BTreeSet<u32>,
    /// Tables whose elements an instruction other than an indirect call reads or writes.
    pub touched_tables: BTreeSet<u32>,
    /// Tables that an instruction may grow.
    pub grown_tables: BTreeSet<u32>,
    /// How many instructions and locals a body has; each target of a `br_table` counts.
    pub size: u32,
    /// Functions that a body calls directly, once for each call.
    pub calls: Vec<u32>,
    /// Functions that a body calls in place of itself.
    pub tail_calls: BTreeSet<u32>,
}

impl Uses {
    /// What each of `bodies` uses.
    ///
    /// # Errors
    /// If an instruction is malformed; of several such bodies the first in the file is reported.
    pub fn of_bodies(bodies: &[Body]) -> Result<Vec<Self>> {
        let parts: Vec<_> = bodies.par_iter().map(|(_, body)| Self::body(body)).collect();
        parts.into_iter().collect()
    }

    /// What `module` uses: its declarations, and `bodies`, each with whether it is needed. Of those that are not, only the
    /// features count.
    ///
    /// # Errors
    /// If a constant expression cannot be read, which validation excludes.
    pub fn of_module<'u>(module: &Module, bodies: impl Iterator<Item = (&'u Self, bool)>) -> Result<Self> {
        let mut uses = Self::none();
        uses.features = declarations(module)?;
        for (body, is_needed) in bodies {
            uses.features |= body.features;
            if is_needed {
                uses.references.extend(&body.references);
                uses.written_globals.extend(&body.written_globals);
                uses.touched_tables.extend(&body.touched_tables);
                uses.grown_tables.extend(&body.grown_tables);
            }
        }
        Ok(uses)
    }

    /// Nothing.
    pub fn none() -> Self {
        Self {
            features: Features::empty(),
            references: BTreeSet::new(),
            written_globals: BTreeSet::new(),
            touched_tables: BTreeSet::new(),
            grown_tables: BTreeSet::new(),
            size: 0,
            calls: Vec::new(),
            tail_calls: BTreeSet::new(),
        }
    }

    fn body(body: &FunctionBody) -> Result<Self> {
        let mut uses = Self::none();
        for local in body.get_locals_reader()? {
            let (count, ty) = local?;
            uses.size = uses.size.saturating_add(count);
            uses.features |= value(ty);
        }
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            uses.operator(&operators.read()?);
        }
        Ok(uses)
    }

    fn operator(&mut self, operator: &Operator) {
        self.features |= proposal(operator);
        self.size = self.size.saturating_add(1);
        match *operator {
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                self.block(blockty)
            }
            Operator::TryTable { ref try_table } => self.block(try_table.ty),
            Operator::BrTable { ref targets } => self.size = self.size.saturating_add(targets.len()),
            Operator::Call { function_index } => self.calls.push(function_index),
            Operator::ReturnCall { function_index } => {
                self.tail_calls.insert(function_index);
            }
            Operator::CallIndirect { table_index: 1.., .. } => self.features |= Features::REFERENCE_TYPES,
            Operator::ReturnCallRef { .. } => self.features |= Features::TAIL_CALL,
            Operator::RefFunc { function_index } => {
                self.references.insert(function_index);
            }
            Operator::GlobalSet { global_index } => {
                self.written_globals.insert(global_index);
            }
            Operator::TableGrow { table } => {
                self.touched_tables.insert(table);
                self.grown_tables.insert(table);
            }
            Operator::TableGet { table }
            | Operator::TableSet { table }
            | Operator::TableFill { table }
            | Operator::TableInit { table, .. } => {
                self.touched_tables.insert(table);
            }
            Operator::TableCopy { dst_table, src_table } => {
                self.touched_tables.extend([dst_table, src_table])
            }
            _ => {}
        }
    }

    fn block(&mut self, ty: BlockType) {
        self.features |= match ty {
            BlockType::FuncType(_) => Features::MULTI_VALUE,
            BlockType::Type(ty) => value(ty),
            BlockType::Empty => Features::empty(),
        };
    }
}

/// The features that the sections other than the code use.
fn declarations(module: &Module) -> Result<Features> {
    let types = module.types();
    let mut features = Features::empty();
    for index in 0..types.core_type_count_in_module() {
        if let wasmparser::CompositeInnerType::Func(ty) =
            &types[types.core_type_at_in_module(index)].composite_type.inner
        {
            features |= function(ty);
        }
    }
    if types.memory_count() > 1 {
        features |= Features::MULTI_MEMORY;
    }
    for index in 0..types.memory_count() {
        let memory = types.memory_at(index);
        features.set(Features::MEMORY64, features.contains(Features::MEMORY64) || memory.memory64);
        features.set(Features::THREADS, features.contains(Features::THREADS) || memory.shared);
    }
    if types.table_count() > 1 {
        features |= Features::REFERENCE_TYPES;
    }
    for index in 0..types.table_count() {
        let element = types.table_at(index).element_type;
        if element != RefType::FUNCREF {
            features |= value(ValType::Ref(element));
        }
    }
    let shared_global = |index| {
        let exported = module
            .exports
            .iter()
            .any(|export| export.kind == wasmparser::ExternalKind::Global && export.index == index);
        types.global_at(index).mutable && (exported || index < module.imported_globals)
    };
    for index in 0..types.global_count() {
        features |= value(types.global_at(index).content_type);
        if shared_global(index) {
            features |= Features::MUTABLE_GLOBAL;
        }
    }
    for global in &module.globals {
        features |= constant(global)?;
    }
    for segment in &module.elements {
        match &segment.kind {
            ElementKind::Active { offset_expr, .. } => features |= constant(offset_expr)?,
            ElementKind::Passive => features |= Features::BULK_MEMORY,
            ElementKind::Declared => features |= Features::REFERENCE_TYPES,
        }
        if let ElementItems::Expressions(..) = segment.items {
            features |= Features::BULK_MEMORY;
        }
    }
    for segment in &module.data {
        match &segment.kind {
            DataKind::Active { offset_expr, .. } => features |= constant(offset_expr)?,
            DataKind::Passive => features |= Features::BULK_MEMORY,
        }
    }
    if types.tag_count() > 0 {
        features |= Features::EXCEPTIONS;
    }
    Ok(features)
}

fn function(ty: &FuncType) -> Features {
    let multiple = if ty.results().len() > 1 { Features::MULTI_VALUE } else { Features::empty() };
    ty.params().iter().chain(ty.results()).fold(multiple, |features, &ty| features | value(ty))
}

fn value(ty: ValType) -> Features {
    match ty {
        ValType::V128 => Features::SIMD,
        ValType::Ref(reference) if is_exception(reference) => Features::EXCEPTIONS,
        ValType::Ref(_) => Features::REFERENCE_TYPES,
        _ => Features::empty(),
    }
}

/// Whether something of this type refers to an exception.
pub fn is_exception(reference: RefType) -> bool {
    matches!(
        reference.heap_type(),
        HeapType::Abstract { ty: AbstractHeapType::Exn | AbstractHeapType::NoExn, .. }
    )
}

fn constant(expression: &ConstExpr) -> Result<Features> {
    let mut features = Features::empty();
    for operator in expression.get_operators_reader() {
        let operator = operator?;
        features |= proposal(&operator);
        features |= match operator {
            Operator::I32Add | Operator::I32Sub | Operator::I32Mul => Features::EXTENDED_CONST,
            Operator::I64Add | Operator::I64Sub | Operator::I64Mul => Features::EXTENDED_CONST,
            _ => Features::empty(),
        };
    }
    Ok(features)
}

/// The proposal that an instruction came with.
fn proposal(operator: &Operator) -> Features {
    macro_rules! flag {
        (mvp) => {
            Features::empty()
        };
        (sign_extension) => {
            Features::SIGN_EXTENSION
        };
        (gc) => {
            Features::GC
        };
        (custom_descriptors) => {
            Features::CUSTOM_DESCRIPTORS
        };
        (saturating_float_to_int) => {
            Features::SATURATING_FLOAT_TO_INT
        };
        (bulk_memory) => {
            Features::BULK_MEMORY
        };
        (reference_types) => {
            Features::REFERENCE_TYPES
        };
        (tail_call) => {
            Features::TAIL_CALL
        };
        (memory_control) => {
            Features::MEMORY_CONTROL
        };
        (threads) => {
            Features::THREADS
        };
        (simd) => {
            Features::SIMD
        };
        (relaxed_simd) => {
            Features::RELAXED_SIMD
        };
        (exceptions) => {
            Features::EXCEPTIONS
        };
        (legacy_exceptions) => {
            Features::LEGACY_EXCEPTIONS
        };
        (shared_everything_threads) => {
            Features::SHARED_EVERYTHING_THREADS
        };
        (function_references) => {
            Features::FUNCTION_REFERENCES
        };
        (stack_switching) => {
            Features::STACK_SWITCHING
        };
        (wide_arithmetic) => {
            Features::WIDE_ARITHMETIC
        };
        (acquire_release_atomics) => {
            Features::ACQUIRE_RELEASE_ATOMICS
        };
    }
    macro_rules! table {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
            match operator {
                $(Operator::$op { .. } => flag!($proposal),)*
                _ => Features::empty(),
            }
        };
    }
    wasmparser::for_each_operator!(table)
}
