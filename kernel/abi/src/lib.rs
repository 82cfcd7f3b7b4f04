//! What the ahead-of-time compiler and the kernel agree on: data layouts, symbol names, function prototypes.
//!
//! The compiler writes these structures into ELF objects field by field (with `core::mem::offset_of!`), the linker
//! resolves the pointers in them, and the kernel reads them in place. Both sides are 64-bit and little-endian, so
//! `repr(C)` gives one layout on either. Beyond arithmetic on layouts, behaviour is here only where both sides have it:
//! [`push`].
#![no_std]
#![forbid(unsafe_code)]

pub mod crc;
pub mod host;
pub mod image;
mod leb;
pub mod libcall;
pub mod lines;
pub mod link;
pub mod module;
pub mod push;
pub mod script;
pub mod sites;
pub mod symbols;
pub mod trap;
pub mod vmctx;
pub mod wasi;
pub mod window;

/// Version of everything in this crate; the kernel refuses a module or an image with another one.
pub const ABI_VERSION: u32 = 2;

/// Bytes in one Wasm page (core specification 4.2.8).
pub const WASM_PAGE: u64 = 0x1_0000;

/// A pointer and a number of elements, as the linker lays it down: `len` elements of `T` at `ptr`.
///
/// An empty slice may have a null pointer.
#[repr(C)]
#[derive(Debug)]
pub struct Slice<T> {
    /// Address of the first element.
    pub ptr: *const T,
    /// Number of elements, not bytes.
    pub len: u64,
}

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slice<T> {}

/// UTF-8 text without a terminator.
pub type Str = Slice<u8>;
