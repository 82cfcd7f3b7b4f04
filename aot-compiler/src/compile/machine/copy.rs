//! Copies of registers.

/// A register that is equal to another; both by number in [`Registers`](super::effects::Registers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// The other one.
    pub source: u32,
    /// Whether in all bits, not in the lower 32 alone.
    pub is_full: bool,
}

/// If `instruction` copies a register: to which, and what; both by number in
/// [`Registers`](super::effects::Registers).
pub fn copied(instruction: u32) -> Option<(u32, Copy)> {
    let [to, n, m] = [0, 5, 16].map(|shift| instruction >> shift & 31);
    let general = |is_full| (to != 31 && m != 31).then_some((to, Copy { source: m, is_full }));
    match instruction & 0xffe0_ffe0 {
        0xaa00_03e0 => general(true),
        0x2a00_03e0 => general(false),
        _ if instruction & 0xffe0_fc00 == 0x4ea0_1c00 && n == m => {
            Some((to + 32, Copy { source: m + 32, is_full: true }))
        }
        _ => None,
    }
}

/// mov xD, xN
pub fn move_general(to: u32, from: u32) -> u32 {
    0xaa00_03e0 | from << 16 | to
}

/// mov vD.16b, vN.16b
pub fn move_vector(to: u32, from: u32) -> u32 {
    0x4ea0_1c00 | from << 16 | from << 5 | to
}
