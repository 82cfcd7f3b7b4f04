//! Modules linked with each other: what one imports of others, found by the host, which has also compared the types.

use crate::{Slice, module::Module};

/// One import that another module's instance provides. A list of these has the imports of a module in the module's
/// order, without those of WASI's functions.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import {
    /// Which instance: for an app the place in [`crate::image::App::libraries`], in a script the register.
    pub instance: u32,
    /// Which of its [`Module::exports`].
    pub export: u32,
    /// Bytes that a memory and elements that a table must have at least when it is imported; else 0.
    pub least: u64,
}

/// A module that an app is linked with. It is instantiated before those that import from it.
#[repr(C)]
#[derive(Debug)]
pub struct Library {
    /// The module.
    pub module: *const Module,
    /// What it imports of the libraries before it.
    pub imports: Slice<Import>,
}
