//! The instance's context: what compiled code reads through its first argument (decision 2).
//!
//! vmctx is the address of linear memory 0. The context lies directly below it, so every field has a negative
//! offset from vmctx. From the top down: one header cell, one cell per memory, per global, per table, per tag, per function
//! imported from another module, and one [`FuncRef`] per function whose reference can be taken.

/// Bytes in a cell. Sixteen, so that a global of type v128 fits and pairs load with one `ldp`.
pub const CELL: u32 = 16;

/// Offset of the kernel's pointer to its own record of the instance; compiled code never reads it.
pub const INSTANCE: i32 = -8;

/// A memory's cell. Defined memories hold `base` and `size`; for an imported memory `base` is the address of the
/// exporting instance's cell and `size` is unused.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MemoryCell {
    /// Address of byte 0. For the defined memory 0 this is vmctx itself. Constant for the life of the instance.
    pub base: u64,
    /// Current size in bytes, a multiple of the page size; changes by `memory.grow`.
    pub size: u64,
}

/// A table's cell. For an imported table `base` is the address of the exporting instance's cell.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct TableCell {
    /// Address of element 0. Elements are 8 bytes: the address of a [`FuncRef`] or an external reference, 0 for null.
    /// Changes when the table grows.
    pub base: u64,
    /// Current number of elements.
    pub len: u64,
}

/// The cell of a function imported from another Wasm module (not from WASI, which is called by symbol).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FuncImport {
    /// Address of the function's code; its first argument is a vmctx.
    pub code: u64,
    /// vmctx of the instance that defines the function.
    pub vmctx: u64,
}

/// What a non-null funcref points to.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FuncRef {
    /// Address of the function's code; its first argument is a vmctx.
    pub code: u64,
    /// vmctx of the instance that defines the function.
    pub vmctx: u64,
    /// Canonical number of the function's type: equal types have equal numbers in all modules of an image.
    pub type_id: u32,
    /// Zero.
    pub reserved: u32,
}

/// What a non-null exnref points to. Its values follow, each in a place of [`CELL`] bytes.
#[repr(C, align(16))]
#[derive(Debug, Clone, Copy)]
pub struct Exception {
    /// Address of the tag's cell in the instance that defines it, which tells tags apart.
    pub tag: u64,
    /// Zero.
    pub reserved: u64,
}

/// How many of each kind of entity a module has, imported ones first and included.
#[repr(C)]
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Memories.
    pub memories: u32,
    /// Globals.
    pub globals: u32,
    /// Tables; one that the compiler laid into read-only data has a cell all the same.
    pub tables: u32,
    /// Tags of exceptions.
    pub tags: u32,
    /// Functions imported from other Wasm modules.
    pub func_imports: u32,
    /// Functions whose reference can be taken.
    pub func_refs: u32,
}

/// Offsets from vmctx, all negative, for a module with the given [`Counts`].
#[derive(Debug, Clone, Copy)]
pub struct Layout(Counts);

impl Layout {
    /// The layout for a module with these entities.
    pub const fn new(counts: Counts) -> Self {
        Self(counts)
    }

    /// Offset of memory `index`'s [`MemoryCell`].
    pub const fn memory(&self, index: u32) -> i32 {
        self.cell(1 + index)
    }

    /// Offset of global `index`'s cell: its value, or the address of the exporter's cell if it is imported.
    pub const fn global(&self, index: u32) -> i32 {
        self.cell(1 + self.0.memories + index)
    }

    /// Offset of table `index`'s [`TableCell`].
    pub const fn table(&self, index: u32) -> i32 {
        self.cell(1 + self.0.memories + self.0.globals + index)
    }

    /// Offset of tag `index`'s cell: of no content, or the address of the exporter's cell if it is imported.
    pub const fn tag(&self, index: u32) -> i32 {
        self.cell(1 + self.0.memories + self.0.globals + self.0.tables + index)
    }

    /// Offset of the [`FuncImport`] of the `index`-th function imported from another module.
    pub const fn func_import(&self, index: u32) -> i32 {
        self.cell(1 + self.0.memories + self.0.globals + self.0.tables + self.0.tags + index)
    }

    /// Offset of the `index`-th [`FuncRef`].
    pub const fn func_ref(&self, index: u32) -> i32 {
        let size = size_of::<FuncRef>() as i32;
        self.cell(self.cells() - 1) - size * (index as i32 + 1)
    }

    /// Bytes below vmctx that the context takes; a multiple of 16.
    pub const fn size(&self) -> u32 {
        (self.cells() * CELL + self.0.func_refs * size_of::<FuncRef>() as u32).next_multiple_of(16)
    }

    const fn cells(&self) -> u32 {
        1 + self.0.memories + self.0.globals + self.0.tables + self.0.tags + self.0.func_imports
    }

    const fn cell(&self, index: u32) -> i32 {
        -((CELL * (index + 1)) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_do_not_overlap() {
        let counts = Counts { memories: 2, globals: 3, tables: 2, tags: 2, func_imports: 1, func_refs: 3 };
        let layout = Layout::new(counts);
        let mut spans = [(0i32, 0i32); 14];
        let mut n = 0;
        let mut push = |offset: i32, size: i32| {
            spans[n] = (offset, offset + size);
            n += 1;
        };
        push(-16, 16);
        (0..2).for_each(|i| push(layout.memory(i), 16));
        (0..3).for_each(|i| push(layout.global(i), 16));
        (0..2).for_each(|i| push(layout.table(i), 16));
        (0..2).for_each(|i| push(layout.tag(i), 16));
        push(layout.func_import(0), 16);
        (0..3).for_each(|i| push(layout.func_ref(i), 24));
        assert_eq!(n, spans.len());
        spans.sort();
        for pair in spans.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{pair:?} overlap");
        }
        assert!(-(layout.size() as i32) <= spans[0].0);
        assert_eq!(spans[n - 1].1, 0);
    }
}
