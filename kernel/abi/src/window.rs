//! Where instances live in virtual memory (decision 1: windows).
//!
//! Every instance owns one slot of the upper half (TTBR1). Within its slot:
//!
//! ```text
//! +0              unmapped, the guard of the stack below
//! ...             the thread's stack, growing down towards the guard
//! BASE - n        vmctx: the instance's context, `vmctx::Layout::size` bytes, with one unmapped page below it
//! BASE            linear memory 0, up to 4 GiB mapped on demand
//! BASE + 4 GiB    unmapped, so that a 32-bit index plus a 32-bit offset plus an access never leaves the slot
//! ```

/// Start of the upper half with 48-bit virtual addresses (Arm ARM D8.1).
pub const WINDOWS: u64 = 0xffff_0000_0000_0000;
/// Bytes of virtual memory per instance: the context, the strict view and room for mirrored views.
pub const SLOT_SIZE: u64 = 1 << 36;
/// Number of slots in the upper half, and so the greatest number of instances at one time.
pub const SLOTS: u64 = (1 << 48) / SLOT_SIZE;
/// Offset of linear memory 0 (and vmctx) in its slot; 1 GiB, so that memory begins on a level-1 entry.
pub const BASE: u64 = 1 << 30;
/// Bytes above [`BASE`] that only this instance's memory is ever mapped in: 4 GiB of memory and 4 GiB + 64 KiB of guard.
pub const STRICT_VIEW: u64 = (8 << 30) + (64 << 10);

/// Address of linear memory 0 of the instance in slot `slot`, which is its vmctx.
pub const fn base(slot: u64) -> u64 {
    WINDOWS + slot * SLOT_SIZE + BASE
}
