//! Running compiled modules: instances, their memories and tables, their calls into the kernel, and their
//! traps.

pub mod board;
mod exception;
pub mod fault;
pub mod instance;
mod libcalls;
pub mod memory;
mod mounts;
pub mod pipes;
pub mod places;
pub mod program;
mod script;
pub mod stack;
pub mod table;
pub mod trap;
mod wasi;

use sinter_abi::{Slice, Str};

/// The elements that `slice`, part of the image's constant data, refers to.
pub fn slice<T>(slice: &Slice<T>) -> &'static [T] {
    if slice.len == 0 {
        return &[];
    }
    // SAFETY: the compiler and the linker step lay slices into constant data, with as many elements as they
    // say.
    unsafe { core::slice::from_raw_parts(slice.ptr, slice.len as usize) }
}

/// The text that `string`, part of the image's constant data, refers to.
pub fn text(string: &Str) -> &'static str {
    core::str::from_utf8(slice(string)).unwrap_or("?")
}
