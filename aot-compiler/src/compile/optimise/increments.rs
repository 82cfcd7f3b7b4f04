//! Additions to a base that a load or store before them does as well: `ldr q0, [x1], #16`, or `ldr q0, [x1, #16]!`.
//!
//! Of `ldr q0, [x1]`, ..., `add x1, x1, #16` the addition goes, if in between nothing but loads and stores with a constant offset
//! names its register: their offsets become smaller by what is added. An access to a lane can also add a register, which must
//! be the same there. One that loads the lowest lane alone and puts zeros above it can be one of a lane, if nobody reads
//! those.
//!
//! An access that faults leaves its base as it was, and the app has ended then.

use super::lanes::{Lane, inserted};
use crate::compile::machine::{
    code::Code,
    effects::{Registers, general, vector},
    increment::Access,
    lines::{Line, live_after},
    operands,
};

/// How many instructions before the addition the access is looked for.
const WINDOW: usize = 128;

/// Has accesses of `code` do additions.
pub fn run(code: &mut Code) {
    code.rewrite(|lines, block| {
        for at in (1..lines.len()).rev() {
            if let Some(addition) =
                lines[at].filter(|line| !line.is_fixed).and_then(|line| Addition::of(line.word))
            {
                addition.fold(lines, block.live_out, at);
            }
        }
    });
}

/// What is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Constant(i64),
    Register(u32),
}

/// An addition to a general register.
struct Addition {
    base: u32,
    step: Step,
}

impl Addition {
    /// The addition that `instruction` is, if it is one of 64 bits without flags (C4.1.92 and C4.1.95, "Add/subtract").
    fn of(instruction: u32) -> Option<Self> {
        let [to, n, m] = [0, 5, 16].map(|shift| instruction >> shift & 31);
        let constant = i64::from(instruction >> 10 & 0xfff);
        let step = match instruction >> 21 {
            _ if to == 31 => return None,
            0b100_1000_1000 | 0b100_1000_1001 if n == to => Step::Constant(constant),
            0b110_1000_1000 | 0b110_1000_1001 if n == to => Step::Constant(-constant),
            0b100_0101_1000 if constant & 63 == 0 && n == to && m != to && m != 31 => Step::Register(m),
            0b100_0101_1000 if constant & 63 == 0 && m == to && n != to && n != 31 => Step::Register(n),
            _ => return None,
        };
        Some(Self { base: to, step })
    }

    /// Has an access before it do the addition at `at`.
    fn fold(&self, lines: &mut [Option<Line>], live_out: Registers, at: usize) -> Option<()> {
        let mut between: Vec<(usize, Line)> = Vec::new();
        for first in (at.saturating_sub(WINDOW)..at).rev() {
            let Some(line) = lines[first] else { continue };
            let operands = operands::of(line.word)?;
            if let Step::Register(step) = self.step
                && operands.written & general(step) != 0
            {
                return None;
            }
            if (operands.read | operands.written) & general(self.base) == 0 {
                continue;
            }
            let access = Access::decode(line.word)
                .filter(|access| access.base() == self.base && access.has_base_alone())?;
            if line.is_fixed {
                return None;
            }
            if let Some(word) = self.counting(&access, lines, live_out, first)
                && let Some(moved) = self.moved(&between)
            {
                for (place, word) in moved.into_iter().chain([(first, word)]) {
                    lines[place] = Some(Line { word, is_fixed: false, passed: 0 });
                }
                lines[at] = None;
                return Some(());
            }
            between.push((first, line));
        }
        None
    }

    /// The access with the addition.
    fn counting(
        &self,
        access: &Access,
        lines: &[Option<Line>],
        live_out: Registers,
        at: usize,
    ) -> Option<u32> {
        match self.step {
            Step::Constant(step) if access.offset == step => access.counted(),
            Step::Constant(step) => access.counting(step),
            Step::Register(step) => access.counting_by(step).or_else(|| {
                let lane = lowest_lane(lines[at]?.word)?;
                let is_enough = reads_lane_alone(lines, live_out, at, lane);
                let word = lane.access(true, self.base);
                is_enough.then(|| Access::decode(word)?.counting_by(step))?
            }),
        }
    }

    /// The accesses `between` when the addition comes before them.
    fn moved(&self, between: &[(usize, Line)]) -> Option<Vec<(usize, u32)>> {
        let moved = between.iter().map(|(at, line)| {
            let Step::Constant(step) = self.step else { return None };
            let access = Access::decode(line.word)?;
            Some((*at, access.with_offset(access.offset - step)?))
        });
        moved.collect()
    }
}

/// The lane that `instruction` loads, if it loads a part of a vector register from an address without an offset.
fn lowest_lane(instruction: u32) -> Option<Lane> {
    let is_load = instruction & 0x3fff_fc00 == 0x3d40_0000;
    is_load.then_some(Lane { vector: instruction & 31, size: instruction >> 30, number: 0 })
}

/// Whether nobody reads more than `lane` of what the line at `at` loads, before all other lanes are changed.
fn reads_lane_alone(lines: &[Option<Line>], live_out: Registers, at: usize, lane: Lane) -> bool {
    let live = live_after(lines, live_out);
    let loaded = vector(lane.vector);
    let mut others = (1u32 << (16 >> lane.size)) - 2;
    for next in at..lines.len() {
        if next > at
            && let Some(line) = lines[next]
        {
            let Some(operands) = operands::of(line.word) else { return false };
            let filled =
                filled(line.word).filter(|filled| filled.vector == lane.vector && filled.size == lane.size);
            match filled {
                Some(filled) => others &= !(1 << filled.number),
                None if operands.read & loaded != 0 && !is_scalar(line.word, lane.size) => return false,
                None if operands.written & loaded != 0 => return true,
                None => {}
            }
        }
        if others == 0 || live[next] & loaded == 0 {
            return true;
        }
    }
    false
}

/// The lane that `instruction` changes, if it reads nothing else of its vector.
fn filled(instruction: u32) -> Option<Lane> {
    if instruction & 0xbf60_2000 == 0x0d40_0000 && instruction >> 14 & 3 != 3 {
        return Some(Lane::loaded(instruction));
    }
    let (lane, source) = inserted(instruction)?;
    (source != vector(lane.vector)).then_some(lane)
}

/// Whether `instruction` computes with no more of vector registers than scalars of at most 32 or 64 bits, in lanes of that size
/// (C4.1.96, floating-point data processing).
fn is_scalar(instruction: u32, size: u32) -> bool {
    let is_double = instruction >> 22 & 1 == 1;
    matches!(instruction >> 24, 0x1e | 0x1f) && instruction >> 23 & 1 == 0 && size >= 2 + u32::from(is_double)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing;

    /// What becomes of a function that consists of these instructions and returns.
    fn increments(words: &[u32]) -> Vec<u32> {
        testing::passed_before_return(words, run)
    }

    /// ldr q0, [x1]
    const LDR: u32 = 0x3dc0_0020;
    /// add x1, x1, #16
    const ADD: u32 = 0x9100_4021;
    /// ldr q0, [x1], #16
    const POST: u32 = 0x3cc1_0420;
    /// ldp d2, d3, [x1]
    const LDP: u32 = 0x6d40_0c22;
    /// add x1, x1, x3
    const BY: u32 = 0x8b03_0021;
    /// ldr d17, [x1]
    const SCALAR: u32 = 0xfd40_0031;

    #[test]
    fn accesses_count() {
        let cases = [
            ([LDR, ADD], POST),
            // sub x1, x1, #16
            ([LDR, 0xd100_4021], 0x3cdf_0420),
            // ldr q0, [x1, #16]: before the access
            ([0x3dc0_0420, ADD], 0x3cc1_0c20),
            // ldp and add x1, x1, #32; strb w9, [x1] and add x1, x1, #1
            ([LDP, 0x9100_8021], 0x6cc2_0c22),
            ([0x3900_0029, 0x9100_0421], 0x3800_1429),
            // ld1 {v0.d}[1], [x1] and x3, in either order; and 8
            ([0x4d40_8420, BY], 0x4dc3_8420),
            ([0x4d40_8420, 0x8b01_0061], 0x4dc3_8420),
            ([0x4d40_8420, 0x9100_2021], 0x4ddf_8420),
            // ld1r {v0.4s}, [x1]
            ([0x4d40_c820, BY], 0x4dc3_c820),
        ];
        for (words, one) in cases {
            assert_eq!(increments(&words), [one], "{words:x?}");
        }
    }

    #[test]
    fn offsets_behind_become_smaller() {
        // ldp d2, d3, [x1, #32]; str d4, [x1, #8]: ldp d2, d3, [x1, #16]; stur d4, [x1, #-8]
        assert_eq!(increments(&[LDR, 0x6d42_0c22, 0xfd00_0424, ADD]), [POST, 0x6d41_0c22, 0xfc1f_8024]);
        // The last one that can counts.
        assert_eq!(increments(&[LDR, LDP, ADD]), [LDR, 0x6cc1_0c22]);
    }

    #[test]
    fn scalars_become_lanes() {
        // fmul d0, d17, d1; ld1 {v17.d}[1], [x2]
        let (user, other) = (0x1e61_0a20, 0x4d40_8451);
        assert_eq!(increments(&[SCALAR, BY, user]), [0x0dc3_8431, user]);
        // fmul v0.2d, v17.2d, v1.2d
        let vectors = 0x6e61_de20;
        assert_eq!(increments(&[SCALAR, other, BY, vectors]), [0x0dc3_8431, other, vectors]);
        // Zeros above are read; movi v17.2d, #0
        for words in [
            vec![SCALAR, BY, vectors],
            vec![SCALAR, vectors, other, BY],
            // fmov x9, v17.d[1]; mov v1.16b, v17.16b; str q17, [x2]
            vec![SCALAR, 0x9eae_0229, BY],
            vec![SCALAR, 0x4eb1_1e21, BY],
            vec![SCALAR, 0x3d80_0051, BY],
            // ldr s17, [x1] and a user of 64 bits
            vec![0xbd40_0031, BY, user],
        ] {
            assert_eq!(increments(&words), words, "{words:x?}");
        }
        // ldr d0, [x1] is a result
        assert_eq!(increments(&[0xfd40_0020, BY]), [0xfd40_0020, BY]);
    }

    #[test]
    fn others_stay() {
        for words in [
            // Too far: add x1, x1, #256; ldp by 8 and by 4095
            vec![LDR, 0x9104_0021],
            vec![LDP, 0x9100_1021],
            vec![LDP, 0x913f_fc21],
            // The base is read in between: mov x9, x1; ldr q0, [x1, x9]; str x1, [x1]
            vec![LDR, 0xaa01_03e9, ADD],
            vec![LDR, 0x3ce9_6820, ADD],
            vec![0xf900_0021, ADD],
            // It is changed: mov x1, x9; ldr x1, [x1]
            vec![LDR, 0xaa09_03e1, ADD],
            vec![0xf940_0021, ADD],
            // No access is at the base: ldr q0, [x1, #32]
            vec![0x3dc0_0820, ADD],
            // An offset behind has no room for what is added: ldp d2, d3, [x1, #-512]
            vec![LDR, 0x6d60_0c22, ADD],
            // What is added changes: mov x3, x9
            vec![0x4d40_8420, 0xaa09_03e3, BY],
            // An access behind, or one that has no register to count by
            vec![0x4d40_8420, LDR, BY],
            vec![LDR, BY],
            // A call; 32 bits; flags; the stack pointer
            vec![LDR, 0x9400_0000, ADD],
            vec![LDR, 0x1100_4021],
            vec![LDR, 0xb100_4021],
            vec![0x3dc0_03e0, 0x9100_43ff],
        ] {
            assert_eq!(increments(&words), words, "{words:x?}");
        }
    }
}
