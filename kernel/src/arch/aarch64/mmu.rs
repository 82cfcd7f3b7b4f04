//! Translation tables: VMSAv8-64 with 4 KiB granules (Arm ARM D8).
//!
//! The lower half maps RAM and devices at their own addresses, with write xor execute; the upper half is the
//! windows'. All tables lie in RAM that is mapped at its physical address, so a table is reached by its
//! address.

use super::cpu;
use aarch64_cpu::{
    asm::barrier::{ISH, ISHST, SY, dsb, isb},
    registers::{SCTLR_EL1, TTBR0_EL1},
};
use core::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};
use tock_registers::interfaces::{ReadWriteable, Writeable};

/// Bytes in a page.
pub const PAGE: u64 = 4 << 10;
/// Bytes of a run of 16 pages that the contiguous hint makes one TLB entry (Arm ARM D8.6.1); also one Wasm
/// page.
pub const RUN: u64 = 64 << 10;
/// Bytes that a level 2 entry maps.
pub const BLOCK: u64 = 2 << 20;
/// Bytes that a level 1 entry maps.
pub const GIB: u64 = 1 << 30;

const VALID: u64 = 1;
/// A table at levels 0 to 2, a page at level 3.
const TABLE_OR_PAGE: u64 = 1 << 1;
const CONTIGUOUS: u64 = 1 << 52;
const ADDRESS: u64 = 0x0000_ffff_ffff_f000;

/// One table: 512 descriptors. The MMU reads them at any time, hence atomics.
#[repr(C, align(4096))]
pub struct Table([AtomicU64; 512]);

/// The upper half's level 0 table.
pub static WINDOWS_L0: Table = Table([const { AtomicU64::new(0) }; 512]);
/// The lower half's level 1 table.
pub static KERNEL_L1: Table = Table([const { AtomicU64::new(0) }; 512]);

/// What may be done with a piece of memory, and what it is: a leaf descriptor without address and type bits.
#[derive(Debug, Clone, Copy)]
pub struct Attributes(u64);

const PXN: u64 = 1 << 53;
const UXN: u64 = 1 << 54;
const READ_ONLY: u64 = 1 << 7;
/// Accessed, inner shareable, attribute index 1: Normal write-back.
const NORMAL: u64 = 1 << 10 | 0b11 << 8 | 1 << 2;

impl Attributes {
    /// Code: read and execute.
    pub const CODE: Self = Self(NORMAL | READ_ONLY | UXN);
    /// Constants: read.
    pub const CONSTANT: Self = Self(NORMAL | READ_ONLY | PXN | UXN);
    /// Data: read and write.
    pub const DATA: Self = Self(NORMAL | PXN | UXN);
    /// Registers of devices.
    pub const DEVICE: Self = Self(1 << 10 | PXN | UXN);
}

/// What a descriptor says.
pub enum Entry {
    /// An access faults.
    Invalid,
    /// The next level's table.
    Table(&'static Table),
    /// Memory at an address, and how many bytes of it: [`PAGE`] for each page, [`RUN`] for the first page of
    /// a run, and the level's size for a block.
    Leaf(u64, u64),
}

impl Table {
    /// The table in the zeroed page at `address`.
    ///
    /// # Safety
    /// The page is mapped at its physical address, zero or already a table, and stays one while the result is
    /// used.
    pub unsafe fn at(address: u64) -> &'static Self {
        // SAFETY: by contract; any content of a page is a valid `Table`, and atomics may be shared.
        unsafe { &*(address as *const Self) }
    }

    /// The table's physical address.
    pub fn address(&self) -> u64 {
        &raw const *self as u64
    }

    /// What the entry at `index` of this table, of `level`, says.
    pub fn get(&self, level: u32, index: usize) -> Entry {
        let raw = self.0[index].load(Relaxed);
        if raw & VALID == 0 {
            Entry::Invalid
        } else if level < 3 && raw & TABLE_OR_PAGE == 0 {
            Entry::Leaf(raw & ADDRESS, 1 << (39 - 9 * level))
        } else if level == 3 {
            Entry::Leaf(raw & ADDRESS, if raw & CONTIGUOUS != 0 { RUN } else { PAGE })
        } else {
            // SAFETY: table descriptors are only written by `set_table`, from a `Table`.
            Entry::Table(unsafe { Self::at(raw & ADDRESS) })
        }
    }

    /// Points the entry at `index` to the next level's `table`.
    pub fn set_table(&self, index: usize, table: &'static Self) {
        // The MMU may walk there at once: the table's zeros must be there first.
        dsb(ISHST);
        self.0[index].store(table.address() | VALID | TABLE_OR_PAGE, Relaxed);
    }

    /// Maps `size` bytes at `address`, [`PAGE`] or [`RUN`] in a level 3 table, [`BLOCK`] in a level 2 one,
    /// from `index` on.
    ///
    /// The entries were invalid before, so no TLB holds them (Arm ARM D8.14.1); [`publish`] makes them seen.
    pub fn set_leaf(&self, index: usize, address: u64, size: u64, attributes: Attributes) {
        let leaf = address | attributes.0 | VALID;
        match size {
            PAGE => self.0[index].store(leaf | TABLE_OR_PAGE, Relaxed),
            RUN => {
                let leaf = leaf | TABLE_OR_PAGE | CONTIGUOUS;
                let run = &self.0[index..index + 16];
                run.iter().zip(0..).for_each(|(entry, i)| entry.store(leaf + i * PAGE, Relaxed));
            }
            _ => self.0[index].store(leaf, Relaxed),
        }
    }

    /// Makes the entry at `index` invalid. The caller invalidates the TLBs before the memory behind it is
    /// used again.
    pub fn clear(&self, index: usize) {
        self.0[index].store(0, Relaxed);
    }

    /// The entry's index in a table of `level` for an address.
    pub const fn index(level: u32, address: u64) -> usize {
        (address >> (39 - 9 * level) & 511) as usize
    }

    /// Maps the whole pages of `from` to memory at `to` in this table of `level`, with the largest blocks
    /// that fit; `allocate` gives a zeroed page for each further table. `None` if it gave none: then a part
    /// of the range is mapped.
    pub fn map(
        &self,
        level: u32,
        from: Range<u64>,
        mut to: u64,
        attributes: Attributes,
        allocate: &mut impl FnMut() -> Option<u64>,
    ) -> Option<()> {
        let mut at = from.start;
        while at < from.end {
            let fits = |size| (at | to).is_multiple_of(size) && from.end - at >= size;
            let size = [BLOCK, RUN].into_iter().find(|&size| fits(size)).unwrap_or(PAGE);
            let leaf_level = if size == BLOCK { 2 } else { 3 };
            let mut table = self;
            for level in level..leaf_level {
                let index = Self::index(level, at);
                table = match table.get(level, index) {
                    Entry::Table(next) => next,
                    _ => {
                        // SAFETY: `allocate` gave this zeroed page of RAM away for good.
                        let next = unsafe { Self::at(allocate()?) };
                        table.set_table(index, next);
                        next
                    }
                };
            }
            table.set_leaf(Self::index(leaf_level, at), to, size, attributes);
            (at, to) = (at + size, to + size);
        }
        publish();
        Some(())
    }
}

/// Makes entries that were invalid before seen by the MMU (Arm ARM D8.2.7, B2.3.12).
pub fn publish() {
    dsb(ISHST);
    isb(SY);
}

/// Ends the use of cleared entries by every core's TLB (Arm ARM D8.14).
pub fn invalidate_all() {
    dsb(ISHST);
    cpu::tlbi_all();
    dsb(ISH);
    isb(SY);
}

/// Replaces the boot code's map of the lower half by [`KERNEL_L1`], and makes writable memory non-executable.
///
/// # Safety
/// The table maps everything that the kernel uses, each thing at its physical address.
pub unsafe fn install() {
    dsb(ISHST);
    TTBR0_EL1.set(KERNEL_L1.address() | 1 << 48); // ASID 1; the boot map's entries are ASID 0's
    isb(SY);
    SCTLR_EL1.modify(SCTLR_EL1::WXN::Enable);
    isb(SY);
    // WXN may be cached in TLB entries (Arm ARM D17.2.118).
    invalidate_all();
}
