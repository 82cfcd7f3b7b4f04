//! What machine code refers to, and how Cranelift carries it.

use cranelift_codegen::ir::UserExternalName;
use sinter_abi::libcall;

/// A thing that has an address only after linking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// The code of the function with this index, if the module defines it.
    Function(u32),
    /// The WASI function that is imported as the function with this index.
    Wasi(u32),
    /// The function with a context that stands for the WASI function imported as this one when its reference is taken.
    Wrapper(u32),
    /// A kernel function of [`LIBCALLS`].
    Libcall(u32),
    /// The entries of the read-only table with this index.
    Table(u32),
    /// The code that brings an instance to its initial state.
    Instantiate,
    /// The function with this index as the kernel calls it.
    Entry(u32),
    /// The code by which the kernel calls functions with this type index.
    Invoke(u32),
}

/// The kernel functions that code may call, by the number in [`Symbol::Libcall`].
pub const LIBCALLS: [&str; 17] = [
    libcall::MEMORY_GROW,
    libcall::MEMORY_COPY,
    libcall::MEMORY_FILL,
    libcall::MEMORY_INIT,
    libcall::DATA_DROP,
    libcall::TABLE_GROW,
    libcall::TABLE_COPY,
    libcall::TABLE_FILL,
    libcall::TABLE_INIT,
    libcall::ELEM_DROP,
    libcall::ELEM_SET,
    libcall::ATOMIC_WAIT,
    libcall::EXCEPTION_NEW,
    libcall::THROW,
    libcall::WASI_CALLER,
    libcall::MEMMOVE,
    libcall::MEMSET,
];

impl Symbol {
    /// The kernel function with this name.
    ///
    /// # Panics
    /// If it is none of [`LIBCALLS`].
    pub fn libcall(name: &str) -> Self {
        let number = LIBCALLS.iter().position(|&libcall| libcall == name);
        Self::Libcall(number.expect("compiled code calls only what LIBCALLS lists") as u32)
    }

    /// As Cranelift carries it.
    pub fn name(self) -> UserExternalName {
        let (namespace, index) = match self {
            Self::Function(index) => (0, index),
            Self::Wasi(index) => (1, index),
            Self::Wrapper(index) => (2, index),
            Self::Libcall(index) => (3, index),
            Self::Table(index) => (4, index),
            Self::Instantiate => (5, 0),
            Self::Entry(index) => (6, index),
            Self::Invoke(index) => (7, index),
        };
        UserExternalName { namespace, index }
    }

    /// The inverse of [`Symbol::name`].
    ///
    /// # Panics
    /// If `name` was not made by it.
    pub fn from_name(name: &UserExternalName) -> Self {
        match name.namespace {
            0 => Self::Function(name.index),
            1 => Self::Wasi(name.index),
            2 => Self::Wrapper(name.index),
            3 => Self::Libcall(name.index),
            4 => Self::Table(name.index),
            5 => Self::Instantiate,
            6 => Self::Entry(name.index),
            7 => Self::Invoke(name.index),
            other => unreachable!("namespace {other} is not one of Symbol::name"),
        }
    }
}
