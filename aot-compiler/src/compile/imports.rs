//! Imports: functions of WASI preview 1, each under its exact type, and, in a module that is to be linked with others,
//! whatever those export.

use super::{CompileError, describe, module::Module, types::text};
use sinter_abi::wasi;
use wasmparser::{FuncType, Import, TypeRef, ValType};

/// Who provides an imported function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// The kernel.
    Wasi(&'static wasi::Function),
    /// Another module: the n-th such function.
    Module(u32),
}

/// Says who provides each imported function of `module`, by index. Other modules do so only if it is `linked`.
///
/// # Errors
/// The first import that nothing provides, or that has another type than WASI says.
pub fn resolve(module: &Module, linked: bool) -> Result<Vec<Provider>, CompileError> {
    let mut providers = Vec::new();
    let mut from_modules = 0;
    for (offset, import) in &module.imports {
        match (wasi_function(module, *offset, import), import.ty) {
            (Ok(function), _) => providers.push(Provider::Wasi(function)),
            (Err(CompileError::UnknownImport { .. }), TypeRef::Func(_) | TypeRef::FuncExact(_)) if linked => {
                providers.push(Provider::Module(from_modules));
                from_modules += 1;
            }
            (Err(CompileError::UnknownImport { .. }), _) if linked => {}
            (Err(error), _) => return Err(error),
        }
    }
    Ok(providers)
}

fn wasi_function(
    module: &Module,
    offset: u64,
    import: &Import,
) -> Result<&'static wasi::Function, CompileError> {
    let unknown = |hint: &str| CompileError::UnknownImport {
        module: import.module.escape_debug().to_string(),
        name: import.name.escape_debug().to_string(),
        ty: describe::import(module, &import.ty),
        offset,
        hint: hint.into(),
    };
    if import.module != wasi::MODULE {
        return Err(unknown(match import.module {
            "wasi_unstable" => "this is WASI's predecessor; rebuild for wasi_snapshot_preview1",
            "env" => "link the library that defines it into the module",
            _ => "only the functions of wasi_snapshot_preview1 are provided",
        }));
    }
    let (TypeRef::Func(ty), Some(function)) = (import.ty, wasi::find(import.name)) else {
        return Err(unknown("WASI preview 1 has no such function"));
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
