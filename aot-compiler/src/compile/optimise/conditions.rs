//! Comparisons that say what the flags say already.
//!
//! Cranelift compares anew for each use of a condition, and Wasm's conditions are numbers, which it compares with zero. In each
//! block of the finished code
//!
//! - a comparison of the same registers with the same values is left out, as long as no other one came between;
//! - a number that `cset` made is not compared with zero, if the flags are still those that it was made of: what asks
//!   whether it is zero asks for the condition itself.

use crate::compile::machine::{
    code::Code,
    effects::Registers,
    lines::{Line, live_after},
    operands::{self, FLAGS},
};

/// Takes comparisons out of `code`.
pub fn run(code: &mut Code) {
    code.rewrite(|lines, block| {
        let live = live_after(lines, block.live_out);
        let mut flags = Flags::default();
        for at in 0..lines.len() {
            flags.look(lines, at, &live);
        }
    });
}

/// What is known about the flags at one place of a block.
#[derive(Default)]
struct Flags {
    /// The comparison that set them, and what it read, as long as it would set them to the same again.
    comparison: Option<(u32, Registers)>,
    /// Conditions that are true exactly if the general register by number is not 0; it is 1 then.
    numbers: [Option<u32>; 31],
}

impl Flags {
    /// Goes on by the line at `at`, which may be taken out; `live` is needed after each line.
    fn look(&mut self, lines: &mut [Option<Line>], at: usize, live: &[Registers]) {
        let Some(line) = lines[at] else { return };
        let Some(operands) = operands::of(line.word) else {
            *self = Self::default();
            return;
        };
        let is_comparison = operands.written == FLAGS && operands.is_pure && !line.is_fixed;
        let is_known = self.comparison.is_some_and(|(word, _)| word == line.word);
        if is_comparison && (is_known || self.ask(lines, at, live)) {
            lines[at] = None;
            return;
        }
        self.forget(operands.written);
        if is_comparison && operands.read & FLAGS == 0 {
            self.comparison = Some((line.word, operands.read));
        }
        if let Some((number, condition)) = condition(line.word) {
            self.numbers[number as usize] = Some(condition);
        }
    }

    /// Drops what is not true any more when the registers of `written` change.
    fn forget(&mut self, written: Registers) {
        if written & FLAGS != 0 {
            *self = Self::default();
        }
        for number in (0..31).filter(|number| written >> number & 1 == 1) {
            self.numbers[number] = None;
        }
        self.comparison = self.comparison.filter(|(_, read)| read & written == 0);
    }

    /// Has what depends on the comparison with zero at `at` depend on the condition instead, if it is one of the flags'.
    fn ask(&self, lines: &mut [Option<Line>], at: usize, live: &[Registers]) -> bool {
        let number = lines[at].and_then(|line| compared_with_zero(line.word));
        let known = number.and_then(|number| *self.numbers.get(number as usize)?);
        let Some(condition) = known else { return false };
        let mut asked = Vec::new();
        let mut last = at;
        while live[last] & FLAGS != 0 {
            last += 1;
            // Behind the block's end, or in what is not known.
            let Some(line) = lines.get(last) else { return false };
            let Some(line) = line else { continue };
            let Some(operands) = operands::of(line.word) else { return false };
            if operands.read & FLAGS != 0 {
                let Some(word) = asking(line.word, condition).filter(|_| !line.is_fixed) else {
                    return false;
                };
                asked.push((last, Line { word, ..*line }));
            }
        }
        asked.into_iter().for_each(|(next, line)| lines[next] = Some(line));
        true
    }
}

/// If `instruction` is `cset`: the register's number, and the condition.
fn condition(instruction: u32) -> Option<(u32, u32)> {
    let number = instruction & 31;
    let is_cset = instruction & 0x7fff_0fe0 == 0x1a9f_07e0 && number != 31;
    let condition = instruction >> 12 & 15 ^ 1;
    // Two are true always.
    (is_cset && condition < 14).then_some((number, condition))
}

/// If `instruction` compares a number that is 0 or 1 with zero: the number of its register.
fn compared_with_zero(instruction: u32) -> Option<u32> {
    // cmp wN, wzr; cmp wN, #0; tst wN, #1; tst wN, #0xff; tst wN, #0xffff
    let is_zero = matches!(
        instruction & 0xffff_fc1f,
        0x6b1f_001f | 0x7100_001f | 0x7200_001f | 0x7200_1c1f | 0x7200_3c1f
    );
    is_zero.then_some(instruction >> 5 & 31)
}

/// The instruction that asks for `condition` where `instruction` asks whether a comparison with zero finds a difference.
fn asking(instruction: u32, condition: u32) -> Option<u32> {
    let shift = match instruction {
        // csel, csinc, csinv, csneg; fcsel
        _ if instruction & 0x3fe0_0800 == 0x1a80_0000 => 12,
        _ if instruction & 0xff20_0c00 == 0x1e20_0c00 => 12,
        // b.cond
        _ if instruction >> 24 == 0x54 => 0,
        _ => return None,
    };
    let [equal, different] = [0, 1];
    let asked = match instruction >> shift & 15 {
        asked if asked == different => condition,
        asked if asked == equal => condition ^ 1,
        _ => return None,
    };
    Some(instruction & !(15 << shift) | asked << shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing;

    /// What becomes of a function that consists of these instructions and returns.
    fn asked(words: &[u32]) -> Vec<u32> {
        testing::passed_before_return(words, run)
    }

    /// cmp w8, w9
    const CMP: u32 = 0x6b09_011f;
    /// cset w6, lo
    const CSET: u32 = 0x1a9f_27e6;
    /// csel w8, w19, w10, lo
    const CSEL: u32 = 0x1a8a_3268;

    #[test]
    fn the_same_is_compared_once() {
        // sub w10, w1, #12 changes neither
        assert_eq!(asked(&[CMP, CSET, 0x5100_302a, CMP, CSEL]), [CMP, CSET, 0x5100_302a, CSEL]);
        for between in [
            // A register changes: sub w8, w1, #12; other flags: cmp w1, w2; a call: bl
            0x5100_3028,
            0x6b02_003f,
            0x9400_0000,
        ] {
            let words = [CMP, CSET, between, CMP, CSEL];
            assert_eq!(asked(&words), words, "{between:x}");
        }
        // ccmp w1, w2, #0, ne depends on the flags that it changes
        let words = [CMP, 0x7a42_1020, 0x7a42_1020, CSEL];
        assert_eq!(asked(&words), words);
    }

    #[test]
    fn conditions_are_asked_for() {
        // cmp w6, wzr; tst w6, #0xff; and csel w8, w19, w10, ne; csel w8, w19, w10, eq
        for (compare, select, condition) in [(0x6b1f_00df, 0x1a8a_1268, 3), (0x7200_1cdf, 0x1a8a_0268, 2)] {
            let asking = CSEL & !0xf000 | condition << 12;
            assert_eq!(asked(&[CMP, CSET, compare, select]), [CMP, CSET, asking]);
        }
        // cmp w6, wzr; b.ne to the return
        assert_eq!(asked(&[CMP, CSET, 0x6b1f_00df, 0x5400_0021]), [CMP, CSET, 0x5400_0023]);
    }

    #[test]
    fn others_are_not() {
        let zero = 0x6b1f_00df;
        for words in [
            // The flags are others by then: cmp w1, w2
            vec![CMP, CSET, 0x6b02_003f, zero, 0x1a8a_1268],
            // So is the number: mov w6, w1
            vec![CMP, CSET, 0x2a01_03e6, zero, 0x1a8a_1268],
            // More is asked: csel w8, w19, w10, hi after one of ne
            vec![CMP, CSET, zero, 0x1a8a_1268, 0x1a8a_8268],
            // All bits of another width: cmp x6, xzr
            vec![CMP, CSET, 0xeb1f_00df, 0x1a8a_1268],
        ] {
            assert_eq!(asked(&words), words, "{words:x?}");
        }
    }
}
