//! Types in words, for messages and `sinter inspect`.

use super::{module::Module, types::text};
use wasmparser::{ExternalKind, GlobalType, MemoryType, TableType, TypeRef};

/// The type of an import.
pub fn import(module: &Module, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Func(index) | TypeRef::FuncExact(index) => {
            format!("func {}", text(module.func_type(*index)))
        }
        TypeRef::Table(ty) => table(ty),
        TypeRef::Memory(ty) => memory(ty),
        TypeRef::Global(ty) => global(ty),
        TypeRef::Tag(ty) => format!("tag {}", text(module.func_type(ty.func_type_idx))),
    }
}

/// The type of an export.
pub fn export(module: &Module, kind: ExternalKind, index: u32) -> String {
    let types = module.types();
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => format!("func {}", text(module.function_type(index))),
        ExternalKind::Table => table(&types.table_at(index)),
        ExternalKind::Memory => memory(&types.memory_at(index)),
        ExternalKind::Global => global(&types.global_at(index)),
        ExternalKind::Tag => format!("tag {}", text(types[types.tag_at(index)].unwrap_func())),
    }
}

fn table(ty: &TableType) -> String {
    let width = if ty.table64 { "i64 " } else { "" };
    format!("table {width}{} {}", limits(ty.initial, ty.maximum), ty.element_type)
}

fn memory(ty: &MemoryType) -> String {
    let width = if ty.memory64 { "i64 " } else { "" };
    let shared = if ty.shared { " shared" } else { "" };
    format!("memory {width}{}{shared}", limits(ty.initial, ty.maximum))
}

fn global(ty: &GlobalType) -> String {
    if ty.mutable { format!("global mut {}", ty.content_type) } else { format!("global {}", ty.content_type) }
}

fn limits(min: u64, max: Option<u64>) -> String {
    max.map_or(format!("{min}"), |max| format!("{min}..{max}"))
}
