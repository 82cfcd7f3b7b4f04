//! What a module that is linked with others imports and exports, and whether the one fits the other.

use super::{describe, module::Module, type_numbers::TypeNumbers};
use sinter_abi::WASM_PAGE;
use wasmparser::{ExternalKind, TypeRef, ValType};

/// An import that another module is to provide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkImport {
    /// Name of the module that provides it.
    pub module: String,
    /// Name of the export there.
    pub name: String,
    /// What it must be.
    pub ty: ExternType,
    /// The same in words.
    pub text: String,
    /// Where it is in the Wasm file.
    pub offset: u64,
}

/// An export, in the order of [`sinter_abi::module::Module::exports`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkExport {
    /// Its name.
    pub name: String,
    /// What it is.
    pub ty: ExternType,
    /// The same in words.
    pub text: String,
}

/// The type of an import or export (core specification 2.3.11), comparable between modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExternType {
    /// A function: what identifies its type.
    Function([u8; 32]),
    /// A table.
    Table {
        /// Of its elements.
        element: ValueType,
        /// Number of elements, least and greatest.
        limits: (u64, Option<u64>),
        /// Whether its indices have 64 bits.
        wide: bool,
    },
    /// A memory.
    Memory {
        /// Number of pages, least and greatest.
        limits: (u64, Option<u64>),
        /// Whether its addresses have 64 bits.
        wide: bool,
        /// Whether threads share it.
        shared: bool,
    },
    /// A global.
    Global {
        /// Of its value.
        value: ValueType,
        /// Whether it can change.
        mutable: bool,
    },
    /// A tag: what identifies its type.
    Tag([u8; 32]),
}

/// The type of a value, comparable between modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueType {
    /// What identifies it, but for whether it can be null.
    identity: Vec<u8>,
    nullable: bool,
    /// A reference to a function of one certain type.
    function: bool,
}

impl ExternType {
    /// Whether something of this type may be imported as `import` (core specification 3.3.10), apart from the least
    /// sizes of memories and tables: what counts there is how large they are when they are imported.
    pub fn satisfies(&self, import: &Self) -> bool {
        match (self, import) {
            (
                Self::Table { element, limits, wide },
                Self::Table { element: wanted, limits: within, wide: wanted_wide },
            ) => element == wanted && wide == wanted_wide && fit(*limits, *within),
            (
                Self::Memory { limits, wide, shared },
                Self::Memory { limits: within, wide: wanted_wide, shared: wanted_shared },
            ) => wide == wanted_wide && shared == wanted_shared && fit(*limits, *within),
            (Self::Global { value, mutable: false }, Self::Global { value: wanted, mutable: false }) => {
                value.is_subtype(wanted)
            }
            _ => self == import,
        }
    }

    /// The least size that an import of this type asks for: bytes of a memory, elements of a table, else 0.
    pub fn least(&self) -> u64 {
        match self {
            Self::Memory { limits: (min, _), .. } => min.saturating_mul(WASM_PAGE),
            Self::Table { limits: (min, _), .. } => *min,
            Self::Function(_) | Self::Global { .. } | Self::Tag(_) => 0,
        }
    }
}

impl ValueType {
    /// Core specification 3.3.3 to 3.3.5, without the types of the gc proposal.
    fn is_subtype(&self, other: &Self) -> bool {
        let heap = self.identity == other.identity
            || self.function && other.identity == *b"funcref"
            || self.identity == *b"nullexnref" && other.identity == *b"exnref";
        heap && (other.nullable || !self.nullable)
    }
}

fn fit((_, max): (u64, Option<u64>), (_, most): (u64, Option<u64>)) -> bool {
    most.is_none_or(|most| max.is_some_and(|max| max <= most))
}

/// The imports of `module` that WASI does not provide; `is_wasi` tells of an imported function whether it does.
pub fn imports(module: &Module, numbers: &TypeNumbers, is_wasi: impl Fn(u32) -> bool) -> Vec<LinkImport> {
    let mut counts = [0; 5];
    let mut next = |kind: ExternalKind| {
        counts[kind as usize] += 1;
        counts[kind as usize] - 1
    };
    let import = |(offset, import): &(u64, wasmparser::Import)| {
        let kind = match import.ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => ExternalKind::Func,
            TypeRef::Table(_) => ExternalKind::Table,
            TypeRef::Memory(_) => ExternalKind::Memory,
            TypeRef::Global(_) => ExternalKind::Global,
            TypeRef::Tag(_) => ExternalKind::Tag,
        };
        let index = next(kind);
        if kind == ExternalKind::Func && is_wasi(index) {
            return None;
        }
        let ty = extern_type(module, numbers, kind, index);
        Some(LinkImport {
            module: import.module.into(),
            name: import.name.into(),
            ty,
            text: describe::import(module, &import.ty),
            offset: *offset,
        })
    };
    module.imports.iter().filter_map(import).collect()
}

/// The exports of `module`, with their kinds and indices.
pub fn exports(module: &Module, numbers: &TypeNumbers) -> Vec<(LinkExport, ExternalKind, u32)> {
    let export = |export: &wasmparser::Export| {
        let ty = extern_type(module, numbers, export.kind, export.index);
        let text = describe::export(module, export.kind, export.index);
        (LinkExport { name: export.name.into(), ty, text }, export.kind, export.index)
    };
    module.exports.iter().map(export).collect()
}

fn extern_type(module: &Module, numbers: &TypeNumbers, kind: ExternalKind, index: u32) -> ExternType {
    let types = module.types();
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => {
            ExternType::Function(numbers.identity(types.core_function_at(index)))
        }
        ExternalKind::Table => {
            let ty = types.table_at(index);
            let element = value(numbers, ValType::Ref(ty.element_type));
            ExternType::Table { element, limits: (ty.initial, ty.maximum), wide: ty.table64 }
        }
        ExternalKind::Memory => {
            let ty = types.memory_at(index);
            ExternType::Memory { limits: (ty.initial, ty.maximum), wide: ty.memory64, shared: ty.shared }
        }
        ExternalKind::Global => {
            let ty = types.global_at(index);
            ExternType::Global { value: value(numbers, ty.content_type), mutable: ty.mutable }
        }
        ExternalKind::Tag => ExternType::Tag(numbers.identity(types.tag_at(index))),
    }
}

fn value(numbers: &TypeNumbers, ty: ValType) -> ValueType {
    let reference = match ty {
        ValType::Ref(reference) => Some(reference),
        _ => None,
    };
    ValueType {
        identity: numbers.value_identity(ty),
        nullable: reference.is_some_and(|reference| reference.is_nullable()),
        function: reference.is_some_and(|reference| reference.is_concrete_type_ref()),
    }
}
