//! Slots of the upper half: the virtual memory of instances (`sinter_abi::window`).
//!
//! Nothing is mapped in a new slot. Memory is mapped in zeroed pieces, never unmapped and never moved, until
//! the slot is dropped: then all of it goes back to the page allocator. So what is mapped at the end is also
//! the peak.

use super::frames;
use crate::{
    arch::aarch64::mmu::{self, Attributes, BLOCK, Entry, PAGE, RUN, Table, WINDOWS_L0},
    lock::Mutex,
};
use core::cell::Cell;
use sinter_abi::window::{BASE, COPIES, COPY, SLOT_SIZE, SLOTS, WINDOWS};

/// Level 1 entries of a slot.
const ENTRIES: usize = (SLOT_SIZE / mmu::GIB) as usize;
/// How many of them lead to what no other does: those below the mirrored view.
const STRICT_ENTRIES: usize = ((BASE + COPIES.start * COPY) / mmu::GIB) as usize;

/// There is no RAM left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfMemory;

/// Which slots are taken, one bit each; the last one is the kernel heap's.
static TAKEN: Mutex<[u64; (SLOTS / 64) as usize]> = Mutex::new({
    let mut taken = [0; (SLOTS / 64) as usize];
    taken[taken.len() - 1] = 1 << 63;
    taken
});

/// A slot and all that is mapped in it.
#[derive(Debug)]
pub struct Slot {
    number: u64,
    /// Bytes of RAM that the slot holds, translation tables included.
    held: Cell<u64>,
}

impl Slot {
    /// Takes a free slot; `None` if there is none.
    pub fn take() -> Option<Self> {
        let mut taken = TAKEN.lock();
        let (word, bits) = taken.iter_mut().enumerate().find(|(_, bits)| **bits != u64::MAX)?;
        let bit = bits.trailing_ones();
        *bits |= 1 << bit;
        Some(Self { number: word as u64 * 64 + u64::from(bit), held: Cell::new(0) })
    }

    /// The slot's first address.
    pub fn start(&self) -> u64 {
        WINDOWS + self.number * SLOT_SIZE
    }

    /// Whether `address` lies in the slot.
    pub fn contains(&self, address: u64) -> bool {
        address.wrapping_sub(self.start()) < SLOT_SIZE
    }

    /// Bytes of RAM that the slot holds, translation tables included.
    pub fn held(&self) -> u64 {
        self.held.get()
    }

    /// Maps `size` zeroed bytes, [`PAGE`], [`RUN`] or [`BLOCK`], at the multiple of it that `address` lies
    /// in. `Ok(false)` if something is mapped there already.
    ///
    /// # Errors
    /// If no RAM is left, or none in one piece.
    pub fn map(&self, address: u64, size: u64) -> Result<bool, OutOfMemory> {
        debug_assert!(self.contains(address));
        let address = address & !(size - 1);
        let leaf_level = if size == BLOCK { 2 } else { 3 };
        let mut table = &WINDOWS_L0;
        for level in 0..leaf_level {
            let index = Table::index(level, address);
            table = match table.get(level, index) {
                Entry::Table(next) => next,
                Entry::Leaf(..) => return Ok(false),
                Entry::Invalid => self.add_table(table, level, index)?,
            };
        }
        let index = Table::index(leaf_level, address);
        let mut entries = index..index + if size == RUN { 16 } else { 1 };
        if !entries.all(|index| matches!(table.get(leaf_level, index), Entry::Invalid)) {
            return Ok(false);
        }
        let frame = frames::order(size).and_then(frames::allocate_spare_zeroed).ok_or(OutOfMemory)?;
        table.set_leaf(index, frame, size, Attributes::DATA);
        mmu::publish();
        self.held.set(self.held.get() + size);
        Ok(true)
    }

    /// Adds an empty table to `table`. A level 1 table is shared by neighbouring slots and stays for ever.
    #[cold]
    fn add_table(&self, table: &Table, level: u32, index: usize) -> Result<&'static Table, OutOfMemory> {
        let page = frames::allocate_zeroed(0).ok_or(OutOfMemory)?;
        // SAFETY: the zeroed page is now this table's; `drop` frees it after the MMU has forgotten it.
        let next = unsafe { Table::at(page) };
        if level == 0 {
            let _guard = TAKEN.lock();
            // Another core may have been faster.
            if let Entry::Table(other) = table.get(level, index) {
                // SAFETY: the page was allocated above and is in no table.
                unsafe { frames::free(page, 0) };
                return Ok(other);
            }
            table.set_table(index, next);
        } else {
            self.held.set(self.held.get() + PAGE);
            table.set_table(index, next);
            if level == 1 {
                self.mirror(table, index, next);
            }
        }
        Ok(next)
    }

    /// Repeats the entry for a GiB of memory, at `index` of the slot's level 1 table, in each copy of the mirrored view.
    fn mirror(&self, level_1: &Table, index: usize, gib: &'static Table) {
        const FIRST: usize = (BASE / mmu::GIB) as usize;
        const STEP: usize = (COPY / mmu::GIB) as usize;
        let start = Table::index(1, self.start());
        if (FIRST..FIRST + STEP).contains(&(index - start)) {
            COPIES.for_each(|copy| level_1.set_table(index + copy as usize * STEP, gib));
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let first = Table::index(1, self.start());
        if let Entry::Table(level_1) = WINDOWS_L0.get(0, Table::index(0, self.start())) {
            let mut tables = [None; STRICT_ENTRIES];
            for (table, index) in tables.iter_mut().zip(first..) {
                if let Entry::Table(level_2) = level_1.get(1, index) {
                    *table = Some(level_2);
                }
            }
            (first..first + ENTRIES).for_each(|index| level_1.clear(index));
            mmu::invalidate_all();
            // SAFETY: no table leads to these any more, and no TLB holds what was behind them.
            tables.into_iter().flatten().for_each(|table| unsafe { free_table(table, 2) });
        }
        TAKEN.lock()[(self.number / 64) as usize] &= !(1 << (self.number % 64));
    }
}

/// Frees a table of `level` and all that is behind it.
///
/// # Safety
/// Nothing uses the table or what it maps any more, TLBs included.
unsafe fn free_table(table: &'static Table, level: u32) {
    let mut index = 0;
    while index < 512 {
        let (block, size) = match table.get(level, index) {
            Entry::Invalid => {
                index += 1;
                continue;
            }
            Entry::Table(next) => {
                // SAFETY: as for `table`.
                unsafe { free_table(next, level + 1) };
                index += 1;
                continue;
            }
            Entry::Leaf(block, size) => (block, size),
        };
        // SAFETY: `Slot::map` allocated it with this size.
        unsafe { frames::free(block, frames::order(size).unwrap_or(0)) };
        index += if size == RUN { 16 } else { 1 };
    }
    // SAFETY: `Slot::add_table` allocated it.
    unsafe { frames::free(table.address(), 0) };
}
