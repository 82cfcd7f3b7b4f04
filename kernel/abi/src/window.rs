//! Where instances live in virtual memory (decision 1: windows).
//!
//! Every instance owns one slot of the upper half (TTBR1). Within its slot:
//!
//! ```text
//! +0              unmapped, the guard of the stack below
//! ...             the thread's stack, growing down towards the guard
//! BASE - n        vmctx: the instance's context, `vmctx::Layout::size` bytes, with one unmapped page below it
//! BASE            linear memory 0, up to 4 GiB mapped on demand
//! BASE + 4 GiB    unmapped, so that a 32-bit index plus a 32-bit offset plus an access never leaves the strict view
//! BASE + 12 GiB   the mirrored view: the same 4 GiB twelve times, up to BASE + 60 GiB
//! ```
//!
//! Both views lead to the same bytes. In the *strict* one an address is the memory's base and an index of 32 bits,
//! zero-extended. In the *mirrored* one it is [`MIRROR`] more than the base, and the index any number of 64 bits within
//! [`REACH`] of zero: what counts is its remainder by 4 GiB. No memory is larger than [`LARGEST`], so at least a GiB at
//! the end of each copy is never mapped, and nothing that begins in a copy ends in the next.

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

/// Greatest size of a linear memory in bytes, three quarters of what 32 bits can address; the board has 1 GiB of RAM.
pub const LARGEST: u64 = 3 << 30;
/// Bytes from one copy of a memory to the next in the mirrored view.
pub const COPY: u64 = 1 << 32;
/// Where the copies of the mirrored view begin, in bytes from [`BASE`] and in units of [`COPY`].
pub const COPIES: core::ops::Range<u64> = 3..15;
/// From a memory's base to that of the copy in the middle of the mirrored view, in bytes.
pub const MIRROR: u64 = 9 * COPY;
/// Bytes below and above the address at [`MIRROR`] that are copies.
pub const REACH: u64 = 6 * COPY;

const _: () = assert!(BASE + COPIES.end * COPY <= SLOT_SIZE && COPIES.start * COPY >= STRICT_VIEW);
const _: () = assert!(MIRROR - REACH == COPIES.start * COPY && MIRROR + REACH == COPIES.end * COPY);

/// The address of the same byte in the strict view, for an address in the mirrored view of some slot; any other address
/// as it is.
pub const fn strict(address: u64) -> u64 {
    let offset = (address & (SLOT_SIZE - 1)).wrapping_sub(BASE);
    let is_copy = address >= WINDOWS && offset >= COPIES.start * COPY && offset < COPIES.end * COPY;
    if is_copy { address - offset + offset % COPY } else { address }
}

/// Address of linear memory 0 of the instance in slot `slot`, which is its vmctx.
pub const fn base(slot: u64) -> u64 {
    WINDOWS + slot * SLOT_SIZE + BASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_copies_of_a_byte_are_the_same_byte() {
        let byte = base(7) + 0x1234_5678;
        assert_eq!(strict(byte), byte);
        for copy in COPIES {
            assert_eq!(strict(byte + copy * COPY), byte);
        }
    }

    #[test]
    fn what_is_not_a_copy_is_itself() {
        let others = [0, 0x8_0000, BASE + 5 * COPY, base(7) - 8, base(7) + 2 * COPY + 1, base(7) + 15 * COPY];
        for address in others {
            assert_eq!(strict(address), address, "{address:#x}");
        }
    }
}
