//! Two instructions that AArch64 has one for, where the first's result is needed by the second alone.
//!
//! Cranelift knows few of these forms, and none across the operators of Wasm that it has in different types:
//!
//! - a shift or rotation, and a sum or a logical operation: `eor w1, w2, w3, ror #7`;
//! - an extension, and a sum: `add x1, x2, w3, sxth`;
//! - a condition as a number, and a branch on it or a sum with it: `b.lo`, `cinc`;
//! - a shift to the right, and a test of a bit or a mask: `tbz w1, #5`, `ubfx` (bits.rs);
//! - a zero, and a store of it: `str wzr, [x1]`;
//! - the complement of a condition, and another condition: `bic`;
//! - a sum with a constant, and a load or store there: `ldr w1, [x2, #-4]`;
//! - a product, and a sum of vectors: `mla`, `smlal`;
//! - a lane taken out, and put into another vector.

use super::bits;
use crate::compile::machine::{
    code::Code,
    effects::Registers,
    lines::{Line, live_after},
    operands::{self, Operand, Operands},
};

/// Folds what can be folded in `code`.
pub fn run(code: &mut Code) {
    code.rewrite(|lines, block| {
        let live = live_after(lines, block.live_out);
        Folds { live, made: [None; 64], changed: [None; 64], reads: [0; 64] }.run(lines);
    });
}

/// What is known at one place of a block, about registers by number.
struct Folds {
    /// What is needed after each line.
    live: Vec<Registers>,
    /// The line that made what is in it, if that is known.
    made: [Option<usize>; 64],
    /// The last line that wrote it.
    changed: [Option<usize>; 64],
    /// How many lines have read it since.
    reads: [u32; 64],
}

impl Folds {
    fn run(&mut self, lines: &mut [Option<Line>]) {
        for at in 0..lines.len() {
            let Some(line) = lines[at] else { continue };
            if operands::of(line.word).is_none() {
                self.made = [None; 64];
                self.changed = [Some(at); 64];
                continue;
            }
            while self.fold(lines, at) {}
            let operands = lines[at].and_then(|line| operands::of(line.word)).expect("it was one before");
            self.advance(at, &operands);
        }
    }

    /// Has the line at `at` do what one does that makes something for it.
    fn fold(&mut self, lines: &mut [Option<Line>], at: usize) -> bool {
        let Some(line) = lines[at].filter(|line| !line.is_fixed) else { return false };
        let Some(operands) = operands::of(line.word) else { return false };
        operands.reads().any(|operand| {
            let set = operand.register(line.word);
            let register = set.trailing_zeros() as usize;
            let Some(first) = self.made.get(register).copied().flatten() else { return false };
            let is_needed_later = (self.live[at] & !operands.written) & set != 0;
            if is_needed_later || self.reads[register] > 0 {
                return false;
            }
            let Some(maker) = lines[first].filter(|maker| !maker.is_fixed) else { return false };
            let Some(made) = operands::of(maker.word) else { return false };
            // What is made in the place of its source leaves it as it was when it is made no more.
            let is_as_before = (0..64).filter(|source| made.read >> source & 1 == 1).all(|source| {
                source == register || self.changed[source].is_none_or(|changed| changed < first)
            });
            // It may have read the same in another field.
            let other = operand.renamed(line.word, (operand.number(line.word) + 1) & 31);
            if !is_as_before || operands::of(other).is_none_or(|operands| operands.read & set != 0) {
                return false;
            }
            let is_condition = |register: u32| {
                let made = self.made.get(register as usize).copied().flatten().and_then(|at| lines[at]);
                made.is_some_and(|line| is_condition(line.word))
            };
            let word = folded(maker.word, line.word, operand)
                .or_else(|| cleared(maker.word, line.word, operand, is_condition));
            let Some(word) = word else { return false };
            lines[first] = None;
            lines[at] = Some(Line { word, ..line });
            self.made[register] = None;
            for live in &mut self.live[first..at] {
                *live = *live & !set | made.read;
            }
            true
        })
    }

    fn advance(&mut self, at: usize, operands: &Operands) {
        let all = |set: Registers| (0..64).filter(move |register| set >> register & 1 == 1);
        all(operands.read).for_each(|register| self.reads[register] += 1);
        let is_single = operands.written.count_ones() == 1 && operands.is_pure;
        for register in all(operands.written) {
            self.made[register] = is_single.then_some(at);
            self.changed[register] = Some(at);
            self.reads[register] = 0;
        }
    }
}

/// The instruction that does what `maker` and then `user` do, which reads the result of `maker` as `operand`.
fn folded(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    shifted(maker, user, operand)
        .or_else(|| extended(maker, user, operand))
        .or_else(|| branched(maker, user))
        .or_else(|| counted(maker, user, operand))
        .or_else(|| bits::tested(maker, user))
        .or_else(|| bits::extracted(maker, user))
        .or_else(|| zeroed(maker, user, operand))
        .or_else(|| displaced(maker, user, operand))
        .or_else(|| accumulated(maker, user, operand))
        .or_else(|| copied(maker, user, operand))
}

fn n(instruction: u32) -> u32 {
    instruction >> 5 & 31
}

fn m(instruction: u32) -> u32 {
    instruction >> 16 & 31
}

/// `user` with its other source first, and what it reads as `operand` second; `None` if their order matters.
fn second(user: u32, operand: Operand, is_symmetric: bool) -> Option<u32> {
    match operand.shift {
        16 => Some(user),
        5 if is_symmetric => Some(user & !(31 << 16 | 31 << 5) | n(user) << 16 | m(user) << 5),
        _ => None,
    }
}

/// A shift by a constant: which (C4.1.95, "Logical (shifted register)"), by how much, and of what.
pub fn shift(instruction: u32) -> Option<(u32, u32, u32)> {
    let [lsl, lsr, asr, ror] = [0, 1, 2, 3];
    let is_word = instruction >> 31 == 0;
    let last = if is_word { 31 } else { 63 };
    let (rotation, end) = (instruction >> 16 & 63, instruction >> 10 & 63);
    let wide = if is_word { 0 } else { 1 << 31 | 1 << 22 };
    let of = |group: u32| instruction & 0xffc0_0000 == group | wide;
    let found = if of(0x5300_0000) && end == last {
        (lsr, rotation)
    } else if of(0x1300_0000) && end == last {
        (asr, rotation)
    } else if of(0x5300_0000) && end + 1 == rotation {
        (lsl, last - end)
    } else if instruction & 0xffe0_0000 == 0x1380_0000 | wide && n(instruction) == m(instruction) {
        (ror, end)
    } else {
        return None;
    };
    Some((found.0, found.1, n(instruction)))
}

/// Sums and logical operations with a shifted register.
fn shifted(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    let (kind, amount, source) = shift(maker)?;
    let is_sum = user & 0x1f20_0000 == 0x0b00_0000;
    let is_logical = user & 0x1f00_0000 == 0x0a00_0000;
    let is_plain = user & 0x00c0_fc00 == 0;
    let same_width = maker >> 31 == user >> 31;
    if !(is_sum && kind != 3 || is_logical) || !is_plain || !same_width {
        return None;
    }
    // add and adds; and, orr, eor, ands but not their negations
    let is_symmetric = if is_sum { user >> 30 & 1 == 0 } else { user >> 21 & 1 == 0 };
    let user = second(user, operand, is_symmetric)?;
    Some(user & !(31 << 16) | source << 16 | kind << 22 | amount << 10)
}

/// Sums with an extended register.
fn extended(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    let (option, source) = match maker & 0xffff_fc00 {
        // uxtb, uxth
        0x5300_1c00 => (0b000, n(maker)),
        0x5300_3c00 => (0b001, n(maker)),
        // mov wD, wM
        _ if maker & 0xffe0_ffe0 == 0x2a00_03e0 => (0b010, m(maker)),
        // sxtb, sxth, sxtw
        0x1300_1c00 | 0x9340_1c00 => (0b100, n(maker)),
        0x1300_3c00 | 0x9340_3c00 => (0b101, n(maker)),
        0x9340_7c00 => (0b110, n(maker)),
        _ => return None,
    };
    let amount = user >> 10 & 63;
    let is_sum = user & 0x1fe0_0000 == 0x0b00_0000 && amount <= 4;
    let is_symmetric = user >> 30 & 1 == 0 && amount == 0;
    // A sign that ends at 32 bits is not that of 64.
    let fits = option < 4 || maker >> 31 == user >> 31;
    if !is_sum || !fits || source == 31 {
        return None;
    }
    let user = second(user, operand, is_symmetric)?;
    // There, 31 is the stack pointer, but for a destination where flags are set.
    let names_zero = n(user) == 31 || user & 31 == 31 && user >> 29 & 1 == 0;
    let word = user & !(31 << 16 | 63 << 10) | 1 << 21 | source << 16 | option << 13 | amount << 10;
    (!names_zero).then_some(word)
}

/// Whether `instruction` is `cset`.
fn is_condition(instruction: u32) -> bool {
    instruction & 0x7fff_0fe0 == 0x1a9f_07e0
}

/// Sums with a condition: `cset`, and `add` of it, as it is or extended.
fn counted(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    let is_plain = user & 0x7fe0_fc00 == 0x0b00_0000;
    // uxtb, uxth, uxtw, where 31 is the stack pointer
    let is_extended = user & 0x7fe0_1c00 == 0x0b20_0000 && user >> 13 & 7 < 3 && operand.shift == 16;
    let names_stack = is_extended && (n(user) == 31 || user & 31 == 31);
    if !is_condition(maker) || !(is_plain || is_extended) || names_stack {
        return None;
    }
    // `cset` and `cinc` have the opposite of their conditions.
    let other = n(second(user, operand, is_plain)?);
    Some(user & 1 << 31 | 0x1a80_0400 | other << 16 | maker & 0xf000 | other << 5 | user & 31)
}

/// What is true unless a condition is: `eor` of that with 1, and `and` with another condition.
fn cleared(maker: u32, user: u32, operand: Operand, is_condition: impl Fn(u32) -> bool) -> Option<u32> {
    let user = second(user, operand, true)?;
    // eor wD, wN, #1; and wD, wN, wM
    let is_bit = maker & 0xffff_fc00 == 0x5200_0000 && user & 0xffe0_fc00 == 0x0a00_0000;
    // The other bits of the complement do not matter where the other operand has none.
    (is_bit && is_condition(n(user))).then(|| user & !(31 << 16) | 1 << 21 | n(maker) << 16)
}

/// Stores of zero: `mov` of it, and `str` or `stp`, where 31 is zero.
fn zeroed(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    let is_zero = maker & 0x7fff_ffe0 == 0x5280_0000;
    let is_store = match user >> 26 & 15 {
        0b1110 => user >> 22 & 3 == 0 && operand.shift == 0,
        0b1010 => user >> 22 & 1 == 0 && matches!(operand.shift, 0 | 10),
        _ => false,
    };
    (is_zero && is_store).then(|| operand.renamed(user, 31))
}

/// Loads and stores: `add` or `sub` of a constant to their base.
fn displaced(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    let constant = i64::from(maker >> 10 & 0xfff) << if maker >> 22 & 1 == 1 { 12 } else { 0 };
    let constant = match maker & 0xff80_0000 {
        0x9100_0000 => constant,
        0xd100_0000 => -constant,
        _ => return None,
    };
    // One register, with an unsigned offset (Arm ARM C4.1.94); of 16 bytes if it is a vector one and the upper bit of what
    // is done is set.
    let is_offset = user & 0x3b00_0000 == 0x3900_0000 && operand.shift == 5;
    let is_vector = user >> 26 & 1 == 1;
    let size = if is_vector && user >> 23 & 1 == 1 { 4 } else { user >> 30 };
    // Below, 31 is the stack pointer, whose accesses are known for those of the frame. A prefetch has no other form.
    if !is_offset || n(maker) == 31 || user & 0xffc0_0000 == 0xf980_0000 {
        return None;
    }
    let offset = (i64::from(user >> 10 & 0xfff) << size) + constant;
    let user = user & !(31 << 5 | 0xfff << 10) | n(maker) << 5;
    match offset {
        _ if offset >= 0 && offset >> size << size == offset && offset >> size < 4096 => {
            Some(user | ((offset >> size) as u32) << 10)
        }
        -256..256 => Some(user & !(1 << 24) | (offset as u32 & 0x1ff) << 12),
        _ => None,
    }
}

/// Branches on a condition: `cset`, and `cbz`, `cbnz`, or `tbz`, `tbnz` of the lowest bit.
fn branched(maker: u32, user: u32) -> Option<u32> {
    if !is_condition(maker) {
        return None;
    }
    let distance = match user >> 24 & 0x7f {
        0x34 | 0x35 => user >> 5 & 0x7_ffff,
        0x36 | 0x37 if user & 0x80f8_0000 == 0 => ((user << 13) as i32 >> 18) as u32 & 0x7_ffff,
        _ => return None,
    };
    // `cset` has the opposite of its condition, and the lowest bit of `cbnz` and `tbnz` is set.
    let opposite = maker >> 12 & 15;
    Some(0x5400_0000 | distance << 5 | opposite ^ (user >> 24 & 1))
}

/// Sums of products of vectors.
fn accumulated(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    let sum = user & 0xbf20_fc00;
    let (is_sum, is_difference) = (sum == 0x0e20_8400, sum == 0x2e20_8400);
    let user = second(user, operand, is_sum)?;
    if !(is_sum || is_difference) || n(user) != user & 31 {
        return None;
    }
    let size = |instruction: u32| instruction >> 22 & 3;
    let word = if maker & 0xbf20_fc00 == 0x0e20_9c00 && maker & 0x40c0_0000 == user & 0x40c0_0000 {
        // mul: mla, mls
        maker & !0x0800 | u32::from(is_difference) << 29
    } else if maker & 0x9f20_fc00 == 0x0e20_c000 && user >> 30 & 1 == 1 && size(maker) + 1 == size(user) {
        // smull, umull: smlal, smlsl, and without a sign
        maker & !0xf000 | if is_difference { 0xa000 } else { 0x8000 }
    } else {
        return None;
    };
    Some(word & !31 | user & 31)
}

/// Lanes into lanes: `mov` of an element, and `ins` or `dup` of the lowest one.
fn copied(maker: u32, user: u32, operand: Operand) -> Option<u32> {
    if maker & 0xffe0_fc00 != 0x5e00_0400 || operand.shift != 5 {
        return None;
    }
    let lane = maker >> 16 & 31;
    let size = lane.trailing_zeros();
    let same_size = (user >> 16 & 31).trailing_zeros() == size;
    let source = n(maker) << 5;
    if user & 0xffe0_fc00 == 0x6e00_0400 && same_size {
        // The number of the source's lane is above the size's bits.
        return Some(user & !(31 << 5) | source | (lane >> (size + 1) << size) << 11);
    }
    if user & 0xbfe0_fc00 == 0x0e00_0400 && (user >> 16 & 31) == 1 << size {
        return Some(user & !(31 << 5 | 31 << 16) | source | lane << 16);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing;

    /// What becomes of a function that consists of these instructions and returns.
    fn folds(words: &[u32]) -> Vec<u32> {
        testing::passed_before_return(words, run)
    }

    /// ror w9, w14, #11
    const ROR: u32 = 0x138e_2dc9;
    /// eor w2, w2, w9
    const EOR: u32 = 0x4a09_0042;

    #[test]
    fn two_become_one() {
        let cases = [
            // ror w9, w14, #11; eor w2, w2, w9; eor w2, w9, w2
            ([ROR, EOR], 0x4ace_2c42),
            ([ROR, 0x4a02_0122], 0x4ace_2c42),
            // ror w9, w9, #11; eor w2, w2, w9
            ([0x1389_2d29, EOR], 0x4ac9_2c42),
            // lsr w9, w5, #3; add w1, w9, w2
            ([0x5303_7ca9, 0x0b02_0121], 0x0b45_0c41),
            // lsl x9, x5, #3; sub x1, x2, x9
            ([0xd37d_f0a9, 0xcb09_0041], 0xcb05_0c41),
            // cset w9, lo; add w1, w9, w2; add x1, x2, w9, uxtb
            ([0x1a9f_27e9, 0x0b02_0121], 0x1a82_2441),
            ([0x1a9f_27e9, 0x8b29_0041], 0x9a82_2441),
            // sub x9, x5, #4; ldr w1, [x9]; add x9, x5, #8; strb w1, [x9, #2]; ldr q1, [x9, #16]; ldr x1, [x9, #1]
            ([0xd100_10a9, 0xb940_0121], 0xb85f_c0a1),
            ([0x9100_20a9, 0x3900_0921], 0x3900_28a1),
            ([0x9100_40a9, 0x3dc0_0521], 0x3dc0_08a1),
            ([0x9100_04a9, 0xf940_0121], 0xf840_10a1),
            // uxtb w9, w5; add x1, x2, x9, lsl #2
            ([0x5300_1ca9, 0x8b09_0841], 0x8b25_0841),
            // sxtw x9, w5; cmp x2, x9
            ([0x9340_7ca9, 0xeb09_005f], 0xeb25_c05f),
            // mov w9, #0; str w9, [x1]; stp x2, x9, [x1]
            ([0x5280_0009, 0xb900_0029], 0xb900_003f),
            ([0x5280_0009, 0xa900_2422], 0xa900_7c22),
            // lsr w9, w5, #3; and w1, w9, #7
            ([0x5303_7ca9, 0x1200_0921], 0x5303_14a1),
            // mul v19.4s, v5.4s, v6.4s; add v1.4s, v19.4s, v1.4s; sub v1.4s, v1.4s, v19.4s
            ([0x4ea6_9cb3, 0x4ea1_8661], 0x4ea6_94a1),
            ([0x4ea6_9cb3, 0x6eb3_8421], 0x6ea6_94a1),
            // smull v19.4s, v5.4h, v6.4h; add v1.4s, v19.4s, v1.4s
            ([0x0e66_c0b3, 0x4ea1_8661], 0x0e66_80a1),
            // umull2 v19.2d, v5.4s, v6.4s; sub v1.2d, v1.2d, v19.2d
            ([0x6ea6_c0b3, 0x6ef3_8421], 0x6ea6_a0a1),
            // mov s19, v5.s[2]; mov v1.s[1], v19.s[0]; dup v1.4s, v19.s[0]
            ([0x5e14_04b3, 0x6e0c_0661], 0x6e0c_44a1),
            ([0x5e14_04b3, 0x4e04_0661], 0x4e14_04a1),
        ];
        for (words, folded) in cases {
            assert_eq!(folds(&words), [folded], "{words:x?}");
        }
    }

    #[test]
    fn complements_of_conditions_are_cleared() {
        // cset w5, mi; eor w9, w3, #1; and w1, w5, w9
        assert_eq!(folds(&[0x1a9f_57e5, 0x5200_0069, 0x0a09_00a1]), [0x1a9f_57e5, 0x0a23_00a1]);
        // The other may have more bits: mov w5, w4
        let words = [0x2a04_03e5, 0x5200_0069, 0x0a09_00a1];
        assert_eq!(folds(&words), words);
    }

    #[test]
    fn conditions_are_branched_on() {
        let cases = [
            // cset w9, lo; cbnz, cbz, tbz #0 to the return
            (0x3500_0049, 0x5400_0043),
            (0x3400_0049, 0x5400_0042),
            (0x3600_0049, 0x5400_0042),
        ];
        for (branch, folded) in cases {
            assert_eq!(folds(&[0x1a9f_27e9, branch, testing::RET]), [folded, testing::RET]);
        }
    }

    #[test]
    fn others_stay() {
        for words in [
            // The source changes in between: mov w14, w3
            vec![ROR, 0x2a03_03ee, EOR],
            // The shift's result is needed again: mov w0, w9
            vec![ROR, EOR, 0x2a09_03e0],
            // It was needed before: mov w0, w9
            vec![ROR, 0x2a09_03e0, EOR],
            // It is needed twice: eor w2, w9, w9
            vec![ROR, 0x4a09_0122],
            // It is the source, and needed as it is: ror w9, w9, #11; eor w2, w9, w9
            vec![0x1389_2d29, 0x4a09_0122],
            // A rotation has no sum: add w2, w2, w9
            vec![ROR, 0x0b09_0042],
            // Another width: lsr w9, w5, #3; add x1, x2, x9
            vec![0x5303_7ca9, 0x8b09_0041],
            // The order matters: lsr w9, w5, #3; sub w1, w9, w2
            vec![0x5303_7ca9, 0x4b02_0121],
            // A call: bl
            vec![ROR, 0x9400_0000, EOR],
            // The flags change: cset w9, lo; cmp w1, w2; cbnz w9
            vec![0x1a9f_27e9, 0x6b02_003f, 0x3500_0029],
            // The flags change: cset w9, lo; cmp w1, w2; add w1, w9, w2
            vec![0x1a9f_27e9, 0x6b02_003f, 0x0b02_0121],
            // An offset of the stack pointer, one that has no room: add x9, sp, #8; sub x9, x5, #512; ldr w1, [x9]
            vec![0x9100_23e9, 0xb940_0121],
            vec![0xd108_00a9, 0xb940_0121],
            // The base is zero: mov w9, #0; str w1, [x9]
            vec![0x5280_0009, 0xb900_0121],
            // The base is stored: add x9, x5, #8; str x9, [x9]
            vec![0x9100_20a9, 0xf900_0129],
            // The product is not added to the destination: mul v19...; add v2.4s, v19.4s, v1.4s
            vec![0x4ea6_9cb3, 0x4ea1_8662],
        ] {
            assert_eq!(folds(&words), words, "{words:x?}");
        }
    }
}
