//! Loads and stores of neighbours, paired: `ldp` and `stp` for two of the same base whose places touch.
//!
//! This works on the machine code that Cranelift made. The second of a pair moves up to the first, or the first down to the
//! second, across instructions that neither touch the moved one's register nor change the base. Loads do not move across
//! stores, and stores across neither.
//!
//! Traps stay what they are: what moves is crossed by no instruction that may trap for another reason. If a pair faults,
//! the trap is reported at one of its two instructions. Of two stores that become one, the first may or may not have been
//! made if the second traps; the app has ended then, and its memory is gone.

use crate::compile::machine::{
    WORD,
    code::Code,
    edit,
    effects::{self, Access},
    lines::Line,
    transfer::Transfer,
};
use sinter_abi::trap::TrapReason;
use std::collections::BTreeMap;

/// How many instructions on the partner is looked for.
const WINDOW: usize = 16;

/// Pairs what can be paired in `code`.
pub fn run(code: &mut Code) {
    let traps = edit::traps(code.unit);
    let linked = edit::linked(code.unit);
    code.rewrite(|lines, block| {
        let pairs = Pairs { start: block.range.start, traps: &traps, linked: &linked };
        (0..lines.len()).for_each(|first| pairs.pair(lines, first));
    });
}

/// What is known about a block.
struct Pairs<'a> {
    /// Where it begins.
    start: usize,
    /// Why instructions may trap, by byte offset.
    traps: &'a BTreeMap<usize, TrapReason>,
    /// What the linker fills in, by words.
    linked: &'a [bool],
}

impl Pairs<'_> {
    /// The load or store in the line at `at` that may become a part of another.
    fn transfer(&self, lines: &[Option<Line>], at: usize) -> Option<Transfer> {
        let line = lines[at].filter(|_| !self.linked[self.start / WORD + at])?;
        Transfer::decode(line.word)
    }

    /// Why the line at `at` may trap.
    fn trap(&self, at: usize) -> Option<&TrapReason> {
        self.traps.get(&(self.start + at * WORD))
    }

    /// Pairs the line at `first` with one of the next, if it is a load or store and there is one.
    fn pair(&self, lines: &mut [Option<Line>], first: usize) {
        let Some(one) = self.transfer(lines, first) else { return };
        let (mut touched, mut same_reason) = (0, true);
        for at in (first + 1..lines.len()).take(WINDOW) {
            let Some(line) = lines[at] else { continue };
            let Some(effects) = effects::of(line.word) else { return };
            if let Some(other) = self.transfer(lines, at)
                && let Some(pair) = pair(&one, &other)
                && self.trap(first) == self.trap(at)
                && same_reason
            {
                let moves_up = touched & other.registers() == 0;
                let moves_down = touched & one.registers() == 0;
                if moves_up || moves_down {
                    let (kept, gone) = if moves_up { (first, at) } else { (at, first) };
                    lines[kept] = Some(Line { word: pair, ..line });
                    lines[gone] = None;
                    return;
                }
            }
            let is_in_the_way =
                effects.access == Access::Store || !one.is_load && effects.access == Access::Load;
            touched |= effects.touched;
            same_reason &= self.trap(at).is_none_or(|reason| self.trap(first) == Some(reason));
            if is_in_the_way || effects.written & effects::general(one.base) != 0 {
                return;
            }
        }
    }
}

/// The instruction that does both (C4.1.94, "Load/store register pair (offset)").
fn pair(one: &Transfer, other: &Transfer) -> Option<u32> {
    let same = |one: &Transfer| (one.is_load, one.is_vector, one.size, one.base);
    let (low, high) = if one.offset < other.offset { (one, other) } else { (other, one) };
    let field = low.offset / one.size;
    let overwrites =
        one.is_load && (one.register == other.register || !one.is_vector && one.register == one.base);
    if same(one) != same(other)
        || high.offset - low.offset != one.size
        || low.offset % one.size != 0
        || !(-64..64).contains(&field)
        || overwrites
    {
        return None;
    }
    let size = match (one.is_vector, one.size) {
        (false, 4) | (true, 4) => 0,
        (true, 8) => 1,
        _ => 2,
    };
    let fixed = 0x2900_0000 | size << 30 | u32::from(one.is_vector) << 26 | u32::from(one.is_load) << 22;
    Some(fixed | (field as u32 & 0x7f) << 15 | high.register << 10 | low.base << 5 | low.register)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing;
    use sinter_abi::sites::Site;

    /// What becomes of these instructions.
    fn paired(words: &[u32]) -> Vec<u32> {
        testing::passed(words, run)
    }

    /// ldr d1, [x0]; ldr d2, [x0, #8]; ldr d3, [x0, #16]
    const D: [u32; 3] = [0xfd40_0001, 0xfd40_0402, 0xfd40_0803];
    /// ldp d1, d2, [x0]
    const PAIR: u32 = 0x6d40_0801;

    #[test]
    fn neighbours_are_paired() {
        assert_eq!(paired(&[D[0], D[1]]), [PAIR]);
        // The higher one first: the same pair.
        assert_eq!(paired(&[D[1], D[0]]), [PAIR]);
        // Three are a pair and one.
        assert_eq!(paired(&[D[0], D[1], D[2]]), [PAIR, D[2]]);
        // str q1, [sp, #32]; str q2, [sp, #48] become stp q1, q2, [sp, #32]
        assert_eq!(paired(&[0x3d80_0be1, 0x3d80_0fe2]), [0xad01_0be1]);
    }

    #[test]
    fn pairs_move_across_what_does_not_matter() {
        // fadd d4, d4, d1 needs the first, which stays; the second moves up
        assert_eq!(paired(&[D[0], 0x1e61_2884, D[1]]), [PAIR, 0x1e61_2884]);
        // fadd d4, d4, d2 needs what was in d2 before; the first moves down
        assert_eq!(paired(&[D[0], 0x1e62_2884, D[1]]), [0x1e62_2884, PAIR]);
    }

    #[test]
    fn others_stay() {
        for between in [
            // str d5, [x1] may change what the second loads
            0xfd00_0025,
            // add x0, x0, #8 changes the base
            0x9100_2000,
            // b.eq ends the block
            0x5400_0020,
            // fadd d2, d2, d1 needs the first and what was in the second's register
            0x1e61_2842,
        ] {
            let words = [D[0], between, D[1]];
            assert_eq!(paired(&words), words);
        }
        // ldr x0, [x0]; ldr x1, [x0, #8]: the second has another base
        let words = [0xf940_0000, 0xf940_0401];
        assert_eq!(paired(&words), words);
    }

    /// A call returns to where the first of a pair was that moved down to the second.
    #[test]
    fn calls_before_removed_loads_keep_their_sites() {
        let site = |code_offset, trap| Site { code_offset, wasm_offset: 7, trap };
        let trap = Some(TrapReason::MemoryOutOfBounds);
        // bl, two loads with fadd d4, d4, d2 between them
        let words = [0x9400_0000, D[0], 0x1e62_2884, D[1]];
        let mut unit = testing::function(&words);
        unit.sites = vec![site(4, None), site(4, trap), site(12, trap)];
        run(&mut Code::new(&mut unit));
        assert_eq!(testing::words(&unit), [0x9400_0000, 0x1e62_2884, PAIR]);
        assert_eq!(unit.sites, [site(4, None), site(8, trap)]);
    }

    /// Words of a constant that are those of loads must stay what they are.
    #[test]
    fn constants_that_look_like_loads_stay() {
        // ldr q0, .+8; ret; 16 bytes
        let words = [0x9c00_0040, 0xd65f_03c0, D[0], D[1], D[0], D[1]];
        assert_eq!(paired(&words), words);
    }

    #[test]
    fn branches_follow() {
        // cbz x3, +16 (to the end); two loads; b -12
        let words = [0xb400_0083, D[0], D[1], 0x17ff_fffd];
        assert_eq!(paired(&words), [0xb400_0063, PAIR, 0x17ff_fffe]);
    }
}
