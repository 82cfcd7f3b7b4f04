//! What a module is made of: the model behind `sinter inspect`.

use crate::compile::{CompileError, FunctionInfo, Options};
use sinter_abi::module::MemoryPlan;

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
    /// The functions that have a body.
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

/// Compiles the module in `wasm` and describes it.
///
/// # Errors
/// As for [`crate::compile::compile`].
pub fn inspect(wasm: &[u8], options: &Options) -> Result<Inspection, CompileError> {
    let _ = (wasm, options);
    Err(CompileError::Unsupported { feature: "inspection".into(), offset: 0 })
}
