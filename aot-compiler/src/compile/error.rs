//! What can be wrong with an input, each as one line that says what, where and the way out.

use thiserror::Error;

/// Why a module was not compiled. Offsets count bytes from the start of the Wasm file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CompileError {
    /// The file does not begin like a WebAssembly module of version 1.
    #[error("not a WebAssembly module: {message} (at offset {offset:#x})")]
    NotWasm {
        /// What was found instead.
        message: String,
        /// Where.
        offset: u64,
    },
    /// The file is a component, not a core module.
    #[error(
        "this is a WebAssembly component, which is not supported (at offset 0x4): build a core module, \
         for example for the target wasm32-wasip1"
    )]
    Component,
    /// The module is malformed or invalid.
    #[error("invalid module: {message} (at offset {offset:#x})")]
    Invalid {
        /// What validation found.
        message: String,
        /// Where.
        offset: u64,
    },
    /// The module is valid WebAssembly but uses something that this compiler does not translate.
    #[error("{feature} is not supported (at offset {offset:#x}): build the module without it")]
    Unsupported {
        /// Name of the proposal, or a description.
        feature: String,
        /// Where the first use is.
        offset: u64,
    },
    /// The module uses a feature that was switched off.
    #[error("{feature} is used but switched off (at offset {offset:#x}): add it to --features")]
    Disabled {
        /// Name of the feature, as `--features` takes it.
        feature: String,
        /// Where the first use is.
        offset: u64,
    },
    /// Nothing provides an import.
    #[error("unknown import {module:?} {name:?} of type {ty} (at offset {offset:#x}): {hint}")]
    UnknownImport {
        /// Module that it names.
        module: String,
        /// Name in that module.
        name: String,
        /// What it asks for.
        ty: String,
        /// Where.
        offset: u64,
        /// The way out.
        hint: String,
    },
    /// An import has another type than what is provided under its name.
    #[error(
        "import {module:?} {name:?} has type {ty}, but the type provided is {expected} (at offset {offset:#x})"
    )]
    ImportType {
        /// Module that it names.
        module: String,
        /// Name in that module.
        name: String,
        /// What it asks for.
        ty: String,
        /// What is there.
        expected: String,
        /// Where.
        offset: u64,
    },
    /// A limit of the compiler or of the machine was met.
    #[error("{what} (at offset {offset:#x})")]
    Limit {
        /// Which limit, with numbers.
        what: String,
        /// Where.
        offset: u64,
    },
    /// The code generator gave up on a function.
    #[error("function {function} cannot be compiled: {message} (at offset {offset:#x})")]
    Codegen {
        /// Name of the function.
        function: String,
        /// The code generator's message.
        message: String,
        /// Where the function's body begins.
        offset: u64,
    },
}

impl CompileError {
    /// Byte in the Wasm file at which the error lies.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Component => 4,
            Self::NotWasm { offset, .. }
            | Self::Invalid { offset, .. }
            | Self::Unsupported { offset, .. }
            | Self::Disabled { offset, .. }
            | Self::UnknownImport { offset, .. }
            | Self::ImportType { offset, .. }
            | Self::Limit { offset, .. }
            | Self::Codegen { offset, .. } => *offset,
        }
    }
}
