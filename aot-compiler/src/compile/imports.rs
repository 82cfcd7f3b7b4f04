//! Imports: only functions of WASI preview 1 are provided, each under its exact type.

use super::{CompileError, describe, module::Module, types::text};
use sinter_abi::wasi;
use wasmparser::{FuncType, Import, TypeRef, ValType};

/// Checks every import of `module` against what the kernel provides; gives the WASI functions in the module's order.
///
/// # Errors
/// The first import that nothing provides, or that has another type.
pub fn resolve(module: &Module) -> Result<Vec<&'static wasi::Function>, CompileError> {
    module.imports.iter().map(|(offset, import)| function(module, *offset, import)).collect()
}

fn function(module: &Module, offset: u64, import: &Import) -> Result<&'static wasi::Function, CompileError> {
    let unknown = |hint: String| CompileError::UnknownImport {
        module: import.module.escape_debug().to_string(),
        name: import.name.escape_debug().to_string(),
        ty: describe::import(module, &import.ty),
        offset,
        hint,
    };
    if import.module != wasi::MODULE {
        return Err(unknown(match import.module {
            "wasi_unstable" => "this is WASI's predecessor; rebuild for wasi_snapshot_preview1".into(),
            "env" => "link the library that defines it into the module".into(),
            _ => format!("only the functions of {} are provided", wasi::MODULE),
        }));
    }
    let (TypeRef::Func(ty), Some(function)) = (import.ty, wasi::find(import.name)) else {
        return Err(unknown("WASI preview 1 has no such function".into()));
    };
    let (ty, expected) = (module.func_type(ty), prototype(function));
    if *ty != expected {
        return Err(CompileError::ImportType {
            module: import.module.into(),
            name: import.name.into(),
            ty: text(ty),
            expected: text(&expected),
            offset,
        });
    }
    Ok(function)
}

fn prototype(function: &wasi::Function) -> FuncType {
    let value = |ty: &wasi::Type| match ty {
        wasi::Type::I32 => ValType::I32,
        wasi::Type::I64 => ValType::I64,
    };
    FuncType::new(function.params.iter().map(value), function.returns.then_some(ValType::I32))
}
