//! One WebAssembly module to one AArch64 ELF object.

mod error;
pub mod features;

pub use error::CompileError;
use sinter_abi::module::MemoryPlan;

/// How to compile.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Which WebAssembly features are accepted: [`features::supported`] or fewer.
    pub features: features::Features,
    /// Called from any thread with the number of functions done and their total, each count at most once and in no
    /// certain order.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { features: features::supported(), progress: None }
    }
}

/// A compiled module.
#[derive(Debug, Clone)]
pub struct Object {
    /// The relocatable ELF file. Equal inputs give equal bytes.
    pub bytes: Vec<u8>,
    /// Its one global definition, a [`sinter_abi::module::Module`].
    pub module_symbol: String,
    /// Bytes of machine code.
    pub code_size: u64,
    /// Bytes of all data segments.
    pub data_size: u64,
    /// The functions that have a body, in the module's order.
    pub functions: Vec<FunctionInfo>,
    /// The memories that the module defines, in the module's order.
    pub memories: Vec<MemoryPlan>,
    /// The WASI functions that it imports, by name and in the module's order.
    pub wasi_imports: Vec<&'static str>,
    /// Whether it exports a `_start` that takes and returns nothing, so that it can be run as an app.
    pub has_start: bool,
    /// The features that it uses, out of [`features::SUPPORTED`] and in that order.
    pub features: Vec<&'static str>,
}

/// A function of a compiled module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionInfo {
    /// Index in the module's function index space, imports included.
    pub index: u32,
    /// Name from the name section, an export, or the index; free of control characters.
    pub name: String,
    /// Byte in the Wasm file at which its body begins.
    pub wasm_offset: u64,
    /// Bytes of its body in the Wasm file.
    pub wasm_size: u64,
    /// Bytes of machine code.
    pub code_size: u64,
}

/// Compiles the module in `wasm`. `name` stands for it in reports: the file's name without its extension.
///
/// # Errors
/// Anything but a valid module within `options.features` whose imports the kernel provides; see [`CompileError`].
pub fn compile(wasm: &[u8], name: &str, options: &Options) -> Result<Object, CompileError> {
    let _ = (wasm, name, options);
    Err(CompileError::Unsupported { feature: "code generation".into(), offset: 0 })
}
