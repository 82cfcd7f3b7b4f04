//! Bytes with pointers in them, on the way into a section.

use object::write::SymbolId;

/// The contents of a section that the linker completes.
pub struct Record {
    /// The section's own symbol.
    symbol: SymbolId,
    /// The bytes; pointers are zero.
    pub bytes: Vec<u8>,
    /// The pointers: byte offset, and what they point to.
    pub pointers: Vec<(usize, Target)>,
}

/// What a pointer points to: a symbol plus a number of bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The symbol.
    pub symbol: SymbolId,
    /// Bytes behind it.
    pub addend: i64,
}

impl Record {
    /// For the section with this symbol.
    pub fn new(symbol: SymbolId) -> Self {
        Self { symbol, bytes: Vec::new(), pointers: Vec::new() }
    }

    /// The byte at `offset`, for pointers to it.
    pub fn target(&self, offset: usize) -> Target {
        Target { symbol: self.symbol, addend: offset as i64 }
    }

    /// Makes room for `size` bytes, zero at first, with this alignment; gives their offset.
    pub fn reserve(&mut self, size: usize, align: usize) -> usize {
        let start = self.bytes.len().next_multiple_of(align);
        self.bytes.resize(start + size, 0);
        start
    }

    /// Appends `bytes`; gives their offset.
    pub fn append(&mut self, bytes: &[u8], align: usize) -> usize {
        let start = self.reserve(bytes.len(), align);
        self.bytes[start..].copy_from_slice(bytes);
        start
    }

    /// Writes a 32-bit number at `offset`.
    pub fn u32(&mut self, offset: usize, value: u32) {
        self.bytes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Writes a 64-bit number at `offset`.
    pub fn u64(&mut self, offset: usize, value: u64) {
        self.bytes[offset..offset + 8].copy_from_slice(&value.to_le_bytes());
    }

    /// Lets `offset` point to `target`.
    pub fn pointer(&mut self, offset: usize, target: Target) {
        self.pointers.push((offset, target));
    }

    /// Writes a `sinter_abi::Slice` of `len` elements at `offset`; an empty one has a null pointer.
    pub fn slice(&mut self, offset: usize, target: Target, len: usize) {
        if len > 0 {
            self.pointer(offset, target);
            self.u64(offset + 8, len as u64);
        }
    }
}
