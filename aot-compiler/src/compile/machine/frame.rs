//! What instructions do with the stack frame.

use super::transfer::Transfer;

/// The register that is the stack pointer in loads, stores and some additions.
pub const SP: u32 = 31;

/// Whether `instruction` leaves the frame alone, is a load or store of one place in it, or makes or leaves all of it.
pub fn is_plain(instruction: u32) -> bool {
    let is_access = || Transfer::decode(instruction).is_some_and(|access| access.base == SP);
    !names_sp(instruction) || is_frame(instruction) || is_access()
}

/// Whether `instruction` makes the frame, leaves it, or saves registers there: `stp` and `str` that write back, and their
/// counterparts, `add sp, sp, ...`, `sub sp, sp, ...`, `mov x29, sp`.
pub fn is_frame(instruction: u32) -> bool {
    let writes_back = match instruction >> 27 & 7 {
        0b111 => instruction >> 24 & 3 == 0 && instruction >> 21 & 1 == 0 && instruction >> 10 & 1 == 1,
        0b101 => instruction >> 23 & 1 == 1,
        _ => false,
    };
    let [d, n] = [instruction & 31, instruction >> 5 & 31];
    let is_sum = instruction >> 24 & 0xbf == 0x91;
    writes_back || is_sum && n == SP && (d == SP || instruction == 0x9100_03fd)
}

/// Whether `instruction` may depend on the stack pointer: only additions, and loads and stores, can.
pub fn names_sp(instruction: u32) -> bool {
    let is_memory = instruction >> 27 & 1 == 1 && instruction >> 25 & 1 == 0;
    let is_sum = instruction >> 24 & 0x1f == 0x11 || instruction & 0x1fe0_0000 == 0x0b20_0000;
    let [d, n] = [instruction & 31, instruction >> 5 & 31];
    is_memory && n == SP || is_sum && (n == SP || d == SP && instruction >> 29 & 1 == 0)
}
