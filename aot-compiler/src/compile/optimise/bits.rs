//! Folds ([`super::folds`]) of shifts to the right by a constant, with what takes bits of the result.

use super::folds::shift;

/// How many bits a general register has as `instruction` names it.
fn width(instruction: u32) -> u32 {
    32 << (instruction >> 31)
}

/// What `maker` shifts to the right, and by how much.
fn shifted_right(maker: u32) -> Option<(u32, u32)> {
    let (kind, amount, source) = shift(maker)?;
    // lsr, asr
    matches!(kind, 1 | 2).then_some((source, amount))
}

/// A shift, and `tbz` or `tbnz` of a bit that comes from what was shifted.
pub fn tested(maker: u32, user: u32) -> Option<u32> {
    let (source, amount) = shifted_right(maker)?;
    let bit = (user >> 31 << 5 | user >> 19 & 31) + amount;
    let is_test = user >> 25 & 0x3f == 0b01_1011;
    (is_test && bit < width(maker))
        .then_some(user & !(1 << 31 | 31 << 19 | 31) | bit >> 5 << 31 | (bit & 31) << 19 | source)
}

/// A shift, and `and` with a mask of the lowest bits, which come from what was shifted: `ubfx`.
pub fn extracted(maker: u32, user: u32) -> Option<u32> {
    let (source, amount) = shifted_right(maker)?;
    let is_wide = user >> 31;
    // A mask of the lowest bits is not rotated, and as wide as the register.
    let is_mask = user & 0x7fff_0000 == 0x1200_0000 | is_wide << 22 && (is_wide == 1 || user >> 15 & 1 == 0);
    let last = (user >> 10 & 63) + amount;
    let is_extraction = is_mask && maker >> 31 == is_wide && user & 31 != 31 && last < width(maker);
    is_extraction.then_some(
        0x5300_0000 | is_wide << 31 | is_wide << 22 | amount << 16 | last << 10 | source << 5 | user & 31,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_before_the_shift() {
        // lsr w1, w2, #5
        let shift = 0x5305_7c41;
        // tbnz w1, #0, .+8: tbnz w2, #5, .+8
        assert_eq!(tested(shift, 0x3700_0041), Some(0x3728_0042));
        // tbz w1, #27, .+8 is about a zero
        assert_eq!(tested(shift, 0x36d8_0041), None);
        // lsr x1, x2, #40; tbz w1, #3, .+8: tbz x2, #43, .+8
        assert_eq!(tested(0xd368_fc41, 0x3618_0041), Some(0xb658_0042));
        // and w3, w1, #7: ubfx w3, w2, #5, #3
        assert_eq!(extracted(shift, 0x1200_0823), Some(0x5305_1c43));
        // and w3, w1, #0xe; and w3, w1, #0xfffffff, of which one bit is a zero
        assert_eq!(extracted(shift, 0x121f_0823), None);
        assert_eq!(extracted(shift, 0x1200_6c23), None);
        // lsr x1, x2, #40; and x3, x1, #0xff: ubfx x3, x2, #40, #8
        assert_eq!(extracted(0xd368_fc41, 0x9240_1c23), Some(0xd368_bc43));
        // lsl w1, w2, #5
        assert_eq!(tested(0x531b_6841, 0x3700_0041), None);
    }
}
