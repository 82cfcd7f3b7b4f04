//! What a module is made of: the model behind `sinter inspect`.

use crate::compile::{CompileError, FunctionInfo, Options, compile, describe, validate};
use sinter_abi::module::MemoryPlan;
use std::collections::BTreeSet;

/// Everything there is to say about a module.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Bytes of the Wasm file.
    pub wasm_size: u64,
    /// What it imports, in the module's order.
    pub imports: Vec<Import>,
    /// What it exports, in the module's order.
    pub exports: Vec<Export>,
    /// Names of the WebAssembly features that it uses.
    pub features: Vec<&'static str>,
    /// The memories that it defines.
    pub memories: Vec<MemoryPlan>,
    /// Bytes of all data segments.
    pub data_size: u64,
    /// Bytes of machine code.
    pub code_size: u64,
    /// The functions that have machine code, in the module's order.
    pub functions: Vec<FunctionInfo>,
    /// What the imports need from the manifest and the machine, without duplicates.
    pub capabilities: Vec<Capability>,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Name of the module that provides it.
    pub module: String,
    /// Name in that module.
    pub name: String,
    /// Its type in words, such as `func (i32, i32) -> i32`.
    pub ty: String,
}

/// One export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Name.
    pub name: String,
    /// Its type in words.
    pub ty: String,
}

/// A part of the system that a module can reach through its imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// The program's arguments.
    Arguments,
    /// Environment variables.
    Environment,
    /// The standard streams and other open descriptors.
    Descriptors,
    /// Files and directories below the mounts that the manifest names.
    FileSystem,
    /// Clocks.
    Clocks,
    /// Random numbers.
    Random,
    /// Waiting for time or for descriptors.
    Poll,
    /// Ending or yielding its own thread.
    Process,
    /// Sockets.
    Sockets,
}

impl Capability {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arguments => "arguments",
            Self::Environment => "environment",
            Self::Descriptors => "descriptors",
            Self::FileSystem => "file system",
            Self::Clocks => "clocks",
            Self::Random => "random numbers",
            Self::Poll => "poll",
            Self::Process => "process",
            Self::Sockets => "sockets",
        }
    }
}

impl Capability {
    /// What a WASI function needs.
    fn of(wasi: &str) -> Self {
        match wasi {
            "args_get" | "args_sizes_get" => Self::Arguments,
            "environ_get" | "environ_sizes_get" => Self::Environment,
            "clock_res_get" | "clock_time_get" => Self::Clocks,
            "random_get" => Self::Random,
            "poll_oneoff" => Self::Poll,
            "proc_exit" | "proc_raise" | "sched_yield" => Self::Process,
            _ if wasi.starts_with("sock_") => Self::Sockets,
            _ if wasi.starts_with("path_") => Self::FileSystem,
            _ => Self::Descriptors,
        }
    }
}

/// Compiles the module in `wasm` and describes it.
///
/// # Errors
/// As for [`crate::compile::compile`].
pub fn inspect(wasm: &[u8], options: &Options) -> Result<Inspection, CompileError> {
    let object = compile(wasm, "", options)?;
    let (module, _) = validate::module(wasm, options.features)?;
    let import = |(_, import): &(u64, wasmparser::Import)| Import {
        module: import.module.into(),
        name: import.name.into(),
        ty: describe::import(&module, &import.ty),
    };
    let export = |export: &wasmparser::Export| Export {
        name: export.name.escape_debug().to_string(),
        ty: describe::export(&module, export.kind, export.index),
    };
    let capabilities: BTreeSet<_> = object.wasi_imports.iter().map(|name| Capability::of(name)).collect();
    Ok(Inspection {
        wasm_size: wasm.len() as u64,
        imports: module.imports.iter().map(import).collect(),
        exports: module.exports.iter().map(export).collect(),
        features: object.features,
        memories: object.memories,
        data_size: object.data_size,
        code_size: object.code_size,
        functions: object.functions,
        capabilities: capabilities.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sinter_abi::wasi;

    #[test]
    fn every_wasi_function_has_its_capability() {
        let of = |capability| {
            let names = wasi::FUNCTIONS.iter().map(|function| function.name);
            names.filter(|name| Capability::of(name) == capability).count()
        };
        let counts = [
            (Capability::Arguments, 2),
            (Capability::Environment, 2),
            (Capability::Descriptors, 21),
            (Capability::FileSystem, 10),
            (Capability::Clocks, 2),
            (Capability::Random, 1),
            (Capability::Poll, 1),
            (Capability::Process, 3),
            (Capability::Sockets, 4),
        ];
        for (capability, count) in counts {
            assert_eq!(of(capability), count, "{}", capability.name());
        }
    }
}
