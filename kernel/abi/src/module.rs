//! A compiled module as its ELF object describes it to the kernel.
//!
//! Each object defines one global symbol, `sinter_module_` and 32 hexadecimal digits of the Wasm file's hash, which
//! is a [`Module`] in read-only data. Code is shared by all instances of a module.

use crate::{Slice, Str, vmctx::Counts};

/// The description of one module.
#[repr(C)]
#[derive(Debug)]
pub struct Module {
    /// [`crate::ABI_VERSION`] of the compiler.
    pub abi_version: u32,
    /// Zero.
    pub flags: u32,
    /// What the context is laid out for.
    pub counts: Counts,
    /// Name for reports: the file's name without its extension.
    pub name: Str,
    /// Memories that the module defines; imported ones, which come first in the index space, are not listed.
    pub memories: Slice<MemoryPlan>,
    /// Tables that the module defines and the kernel must allocate.
    pub tables: Slice<TablePlan>,
    /// The functions whose references can be taken, in the order of `Layout::func_ref`.
    pub func_refs: Slice<FuncPlan>,
    /// Data segments, active and passive, in the module's order.
    pub data: Slice<Str>,
    /// Element segments, active and passive, in the module's order; empty for those laid into read-only tables.
    pub elements: Slice<Slice<u32>>,
    /// Address of `extern "C" fn(vmctx)` that evaluates the initialisers of globals, fills tables and memories from
    /// active segments and calls the start function. It runs as the app's own code.
    pub instantiate: u64,
    /// Address of the exported `_start`, `extern "C" fn(vmctx)`, or 0.
    pub start: u64,
    /// All functions of the module, sorted by address.
    pub functions: Slice<Function>,
    /// The functions that are inlined in others, sorted by their Wasm offset.
    pub inlined: Slice<Inlined>,
    /// The functions' names, one after another.
    pub names: Str,
    /// The functions' site tables, one after another; see [`crate::sites`].
    pub sites: Slice<u8>,
    /// Paths of source files; none unless the module has debug information.
    pub files: Slice<Str>,
    /// The functions' line tables, one after another; see [`crate::lines`].
    pub lines: Slice<u8>,
    /// The functions' calls with exception handlers, one run after another; each is sorted by return address.
    pub handlers: Slice<Handler>,
    /// Bytes of machine code.
    pub code_size: u64,
    /// What it exports, in its order; empty unless it was compiled to be linked with other modules.
    pub exports: Slice<Export>,
    /// Address of the exported `_initialize`, `extern "C" fn(vmctx)`, or 0; only in a module that was compiled to be
    /// linked with others.
    pub initialize: u64,
}

/// Something that other modules may import.
#[repr(C)]
#[derive(Debug)]
pub struct Export {
    /// Its name, unique in the module.
    pub name: Str,
    /// An [`ExportKind`].
    pub kind: u32,
    /// For a function the place of its [`FuncPlan`] in [`Module::func_refs`], else its index in the index space of its
    /// kind.
    pub index: u32,
    /// For a function the address of `extern "C" fn(code, vmctx, values: *mut [u64; 2])`, which calls `code`, a function
    /// of this one's type, with the parameters at `values` and writes the results there. Else 0.
    pub invoke: u64,
}

/// What an [`Export`] is.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// A function.
    Function = 0,
    /// A memory.
    Memory = 1,
    /// A table.
    Table = 2,
    /// A global.
    Global = 3,
    /// A tag of exceptions.
    Tag = 4,
}

/// A memory that a module defines.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MemoryPlan {
    /// Its index in the module's index space; index 0 lies at vmctx.
    pub index: u32,
    /// [`MEMORY_64`], [`MEMORY_SHARED`].
    pub flags: u32,
    /// Initial size in bytes.
    pub min: u64,
    /// Greatest size in bytes that the module declares; at most 4 GiB for a 32-bit memory.
    pub max: u64,
}

/// The memory has 64-bit addresses.
pub const MEMORY_64: u32 = 1;
/// The memory is shared between threads.
pub const MEMORY_SHARED: u32 = 2;

/// A table that a module defines.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct TablePlan {
    /// Its index in the module's index space.
    pub index: u32,
    /// [`TABLE_OF_EXCEPTIONS`].
    pub flags: u32,
    /// Initial number of elements, all null until [`Module::instantiate`] runs.
    pub min: u64,
    /// Greatest number of elements.
    pub max: u64,
}

/// The table's elements are references to exceptions.
pub const TABLE_OF_EXCEPTIONS: u32 = 1;

/// What an instance's [`crate::vmctx::FuncRef`] is made of.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FuncPlan {
    /// Address of the code, or 0 for a function imported from another module.
    pub code: u64,
    /// Canonical number of the type.
    pub type_id: u32,
    /// For a function imported from another module the number of its [`crate::vmctx::FuncImport`], from which code and
    /// context come; else 0.
    pub import: u32,
}

/// In [`Module::elements`]: a null reference instead of the index of a [`FuncPlan`].
pub const NULL_REF: u32 = u32::MAX;

/// One entry of a table that never changes, laid into read-only data by the compiler. A null entry is all zero.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct StaticEntry {
    /// Address of the code.
    pub code: u64,
    /// Canonical number of the type plus one, so that zero means null.
    pub type_id: u64,
}

/// `stp x29, x30, [sp, #-16]!`, the first instruction of each function that makes a frame record (AAPCS64 6.2.3). The others
/// call nothing, and change neither register.
pub const SAVE_FRAME: u32 = 0xa9bf_7bfd;

/// A function, for reports.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Address of its first instruction.
    pub code: u64,
    /// Bytes of code.
    pub size: u32,
    /// Byte offset of its body in the Wasm file.
    pub wasm_offset: u32,
    /// Where its name begins in [`Module::names`].
    pub name_offset: u32,
    /// Bytes of its name.
    pub name_len: u32,
    /// Where its site table begins in [`Module::sites`].
    pub sites_offset: u32,
    /// Bytes of its site table.
    pub sites_len: u32,
    /// Where its line table begins in [`Module::lines`].
    pub lines_offset: u32,
    /// Bytes of its line table; 0 if nothing is known.
    pub lines_len: u32,
    /// Where its run in [`Module::handlers`] begins.
    pub handlers_start: u32,
    /// Elements in that run.
    pub handlers_len: u32,
}

/// A function that is inlined in others, whether it has code of its own or not, for reports.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Inlined {
    /// Byte offset of its body in the Wasm file.
    pub wasm_offset: u32,
    /// Where its name begins in [`Module::names`].
    pub name_offset: u32,
    /// Bytes of its name.
    pub name_len: u32,
}

/// A call within a `try_table`. An exception that reaches it goes on at `landing`, with the stack pointer `frame` bytes
/// below the frame pointer and the exception in x0; no other register matters.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handler {
    /// The call's return address, in bytes from the function's first instruction.
    pub call: u32,
    /// Where the exception goes, in bytes from the function's first instruction.
    pub landing: u32,
    /// Bytes from the stack pointer at the call to the frame pointer.
    pub frame: u32,
}
