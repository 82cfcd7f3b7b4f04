//! Loads and stores of neighbours, paired: `ldp` and `stp` for two of the same base whose places touch.
//!
//! This works on the machine code that Cranelift made. The second of a pair moves up to the first, or the first down to the
//! second, across instructions that neither touch the moved one's register nor change the base. Loads do not move across
//! stores, and stores across neither.
//!
//! Traps stay what they are: what moves is crossed by no instruction that may trap for another reason. If a pair faults,
//! the trap is reported at one of its two instructions. Of two stores that become one, the first may or may not have been
//! made if the second traps; the app has ended then, and its memory is gone.

use crate::compile::{
    codegen::Compiled,
    machine::{
        WORD, edit,
        effects::{self, Access},
        instructions,
        transfer::Transfer,
        word,
    },
};
use sinter_abi::trap::TrapReason;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How many instructions on the partner is looked for.
const WINDOW: usize = 16;

/// Pairs what can be paired in `unit`.
pub fn run(unit: &mut Compiled) {
    let targets = edit::targets(unit);
    let traps = edit::traps(unit);
    let linked = unit.relocations.iter().map(|relocation| relocation.offset as usize).collect();
    let mut pairs = Pairs { code: &mut unit.code, targets, traps, linked, removed: BTreeSet::new() };
    instructions(pairs.code).for_each(|at| pairs.pair(at));
    let removed = pairs.removed;
    edit::remove(unit, &removed);
}

struct Pairs<'a> {
    code: &'a mut [u8],
    /// Where other code may come from.
    targets: BTreeSet<usize>,
    /// Why instructions may trap.
    traps: BTreeMap<usize, TrapReason>,
    /// What the linker fills in.
    linked: HashSet<usize>,
    /// Offsets of instructions that became a part of others.
    removed: BTreeSet<usize>,
}

impl Pairs<'_> {
    /// The load or store at `at` that may become a part of another.
    fn transfer(&self, at: usize) -> Option<Transfer> {
        let is_free = !self.linked.contains(&at) && !self.removed.contains(&at);
        is_free.then(|| Transfer::decode(word(self.code, at)))?
    }

    /// Pairs the instruction at `first` with one of the next, if it is a load or store and there is one.
    fn pair(&mut self, first: usize) {
        let Some(one) = self.transfer(first) else { return };
        let (mut touched, mut same_reason) = (0, true);
        for at in (first + WORD..self.code.len()).step_by(WORD).take(WINDOW) {
            if self.targets.contains(&at) {
                return;
            }
            if self.removed.contains(&at) {
                continue;
            }
            let instruction = word(self.code, at);
            let Some(effects) = effects::of(instruction) else { return };
            if let Some(other) = self.transfer(at)
                && let Some(pair) = pair(&one, &other)
                && self.traps.get(&first) == self.traps.get(&at)
                && same_reason
            {
                let moves_up = touched & other.registers() == 0;
                let moves_down = touched & one.registers() == 0;
                if moves_up || moves_down {
                    let (kept, gone) = if moves_up { (first, at) } else { (at, first) };
                    self.code[kept..kept + WORD].copy_from_slice(&pair.to_le_bytes());
                    self.removed.insert(gone);
                    return;
                }
            }
            let is_in_the_way =
                effects.access == Access::Store || !one.is_load && effects.access == Access::Load;
            touched |= effects.touched;
            same_reason &= self.traps.get(&at).is_none_or(|reason| self.traps.get(&first) == Some(reason));
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
    use crate::compile::codegen::Unit;
    use sinter_abi::sites::Site;

    /// What becomes of these instructions.
    fn paired(words: &[u32]) -> Vec<u32> {
        paired_with(words, Vec::new()).0
    }

    /// What becomes of these instructions and of these sites.
    fn paired_with(words: &[u32], sites: Vec<Site>) -> (Vec<u32>, Vec<Site>) {
        let code = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut unit = Compiled {
            unit: Unit::Function(0),
            wasm: (0, 0),
            code,
            relocations: Vec::new(),
            origins: Default::default(),
            sites,
            handlers: Vec::new(),
            ranges: Vec::new(),
            unwind: None,
        };
        run(&mut unit);
        let words = (0..unit.code.len()).step_by(WORD).map(|at| word(&unit.code, at)).collect();
        (words, unit.sites)
    }

    /// ldr d1, [x0]; ldr d2, [x0, #8]; ldr d3, [x0, #16]
    const D: [u32; 3] = [0xfd40_0001, 0xfd40_0402, 0xfd40_0803];
    /// ldp d1, d2, [x0]
    const PAIR: u32 = 0x6d40_0801;

    #[test]
    fn neighbours_are_paired() {
        assert_eq!(paired(&[D[0], D[1]]), [PAIR, 0]);
        // The higher one first: the same pair.
        assert_eq!(paired(&[D[1], D[0]]), [PAIR, 0]);
        // Three are a pair and one.
        assert_eq!(paired(&[D[0], D[1], D[2]]), [PAIR, D[2], 0]);
        // str q1, [sp, #32]; str q2, [sp, #48] become stp q1, q2, [sp, #32]
        assert_eq!(paired(&[0x3d80_0be1, 0x3d80_0fe2]), [0xad01_0be1, 0]);
    }

    #[test]
    fn pairs_move_across_what_does_not_matter() {
        // fadd d4, d4, d1 needs the first, which stays; the second moves up
        assert_eq!(paired(&[D[0], 0x1e61_2884, D[1]]), [PAIR, 0x1e61_2884, 0]);
        // fadd d4, d4, d2 needs what was in d2 before; the first moves down
        assert_eq!(paired(&[D[0], 0x1e62_2884, D[1]]), [0x1e62_2884, PAIR, 0]);
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
        let (words, sites) = paired_with(&words, vec![site(4, None), site(4, trap), site(12, trap)]);
        assert_eq!(words, [0x9400_0000, 0x1e62_2884, PAIR, 0]);
        assert_eq!(sites, [site(4, None), site(8, trap)]);
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
        assert_eq!(paired(&words), [0xb400_0063, PAIR, 0x17ff_fffe, 0]);
    }
}
