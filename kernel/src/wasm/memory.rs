//! A linear memory: bytes from its base on that are there on demand.

use crate::{
    arch::aarch64::{
        cpu,
        mmu::{BLOCK, PAGE, RUN},
    },
    mm::{
        frames,
        window::{OutOfMemory, Slot},
    },
};
use alloc::rc::Rc;
use core::{cell::Cell, ptr::NonNull};
use sinter_abi::{WASM_PAGE, module::MemoryPlan, vmctx::MemoryCell, window::BASE};
use wasi_kernel::{Errno, Residency};

/// A linear memory. Its first byte is at [`BASE`] in its slot.
#[derive(Debug)]
pub struct Memory {
    slot: Rc<Slot>,
    /// First address.
    base: u64,
    /// The compiled code's view: base and size in bytes. Only [`Memory::none`] has none.
    cell: Option<NonNull<MemoryCell>>,
    /// Current size in bytes.
    size: Cell<u64>,
    /// Bytes that have RAM.
    mapped: Cell<u64>,
    /// Greatest size in bytes.
    max: u64,
}

impl Memory {
    /// The memory that `plan` describes, in `slot`, known to compiled code by `cell`, which is filled in.
    ///
    /// # Safety
    /// `cell` is mapped for the life of the memory, and only compiled code reads it.
    pub unsafe fn new(slot: Rc<Slot>, plan: &MemoryPlan, cell: *mut MemoryCell) -> Self {
        let base = slot.start() + BASE;
        // SAFETY: by contract.
        unsafe { cell.write(MemoryCell { base, size: plan.min }) };
        Self {
            slot,
            base,
            cell: NonNull::new(cell),
            size: Cell::new(plan.min),
            mapped: Cell::new(0),
            max: plan.max,
        }
    }

    /// The memory of a module without one: it has no bytes and never will.
    pub fn none(slot: Rc<Slot>) -> Self {
        let base = slot.start() + BASE;
        Self { slot, base, cell: None, size: Cell::new(0), mapped: Cell::new(0), max: 0 }
    }

    /// Where its bytes are mapped.
    pub fn slot(&self) -> &Rc<Slot> {
        &self.slot
    }

    /// Address of the compiled code's view.
    pub fn cell(&self) -> u64 {
        self.cell.map_or(0, |cell| cell.as_ptr() as u64)
    }

    /// Address of the first byte.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Current size in bytes.
    pub fn size(&self) -> u64 {
        self.size.get()
    }

    /// Whether `address` is one of the memory's bytes.
    pub fn contains(&self, address: u64) -> bool {
        address.wrapping_sub(self.base()) < self.size.get()
    }

    /// The address of `len` bytes at `offset`, if they are all within the memory.
    pub fn range(&self, offset: u64, len: u64) -> Option<u64> {
        (offset.checked_add(len)? <= self.size.get()).then_some(self.base() + offset)
    }

    /// Adds `pages` Wasm pages if the module's maximum and `allowance` bytes allow it and there is RAM for
    /// all that the memory then may use; the size before, in pages (core specification 4.6.8).
    pub fn grow(&self, pages: u64, allowance: u64) -> Option<u64> {
        let before = self.size.get();
        let more = pages.checked_mul(WASM_PAGE)?;
        let after = before.checked_add(more)?;
        // One in 512 pages of RAM goes into translation tables; as much again is for what the app does
        // meanwhile.
        let promised = after.saturating_sub(self.mapped.get());
        if after > self.max
            || more > allowance
            || promised + promised / 256 + frames::RESERVE > frames::usage().0
        {
            return None;
        }
        self.size.set(after);
        if let Some(cell) = self.cell {
            // SAFETY: the cell is this memory's (`new`), and its thread is here.
            unsafe { (*cell.as_ptr()).size = after };
        }
        Some(before / WASM_PAGE)
    }

    /// Gives RAM to the byte at `address`, which is the memory's, and to its neighbours: 2 MiB once the
    /// memory has shown that it uses as much, else a Wasm page, else what there is.
    ///
    /// # Errors
    /// If no RAM is left.
    #[inline]
    pub fn touch(&self, address: u64) -> Result<(), OutOfMemory> {
        let block = address & !(BLOCK - 1);
        let uses_much = self.slot.held() >= BLOCK
            && block >= self.base()
            && block + BLOCK <= self.base() + self.size.get();
        let largest = if uses_much { BLOCK } else { RUN };
        for size in [largest, RUN] {
            if self.slot.map(address, size) == Ok(true) {
                self.mapped.set(self.mapped.get() + size);
                return Ok(());
            }
        }
        if self.slot.map(address, PAGE)? {
            self.mapped.set(self.mapped.get() + PAGE);
        }
        Ok(())
    }
}

/// A memory's pages, as WASI calls need them.
#[derive(Debug, Clone, Copy)]
pub struct Pages<'a>(pub &'a Memory);

impl Residency for Pages<'_> {
    #[inline]
    fn make_resident(&self, offset: usize, len: usize) -> wasi_kernel::Result<()> {
        let (start, end) = (self.0.base() + offset as u64, self.0.base() + (offset + len) as u64);
        let mut page = start & !(PAGE - 1);
        while page < end {
            if !cpu::is_writable(page) {
                self.0.touch(page).map_err(|OutOfMemory| Errno::Nomem)?;
            }
            page += PAGE;
        }
        Ok(())
    }
}
