//! Lanes of vectors that are loaded and stored by themselves: `ld1 {v0.d}[1], [x1]` in the place of `ldr d1, [x1]` and
//! `mov v0.d[1], v1.d[0]`, and `st1` in the place of `mov d1, v0.d[1]` and `str d1, [x1]`.
//!
//! The access stays where it is. So a load can be one into a lane if nothing between the two reads or changes the vector, a
//! store if nothing changes it; and nobody else may need the register between them. These instructions have no offset.

use crate::compile::machine::{
    code::Code,
    effects::{Registers, general, vector},
    lines::{Line, live_after},
    operands,
};

/// How many instructions before the second the first is looked for.
const WINDOW: usize = 64;

/// Makes accesses to lanes of what `code` has two instructions for.
pub fn run(code: &mut Code) {
    code.rewrite(|lines, block| {
        let mut live = live_after(lines, block.live_out);
        for at in 1..lines.len() {
            load(lines, &live, at);
            store(lines, &mut live, at);
        }
    });
}

/// A lane of a vector register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// The vector register's number.
    pub vector: u32,
    /// The binary logarithm of the lane's bytes.
    pub size: u32,
    /// The lane's number.
    pub number: u32,
}

impl Lane {
    /// The lane `imm5` (C7.2, "INS (element)") of a vector register.
    fn of(vector: u32, imm5: u32) -> Self {
        let size = imm5.trailing_zeros();
        Self { vector, size, number: imm5 >> (size + 1) }
    }

    /// The lane that `instruction` loads or stores, which is an `ld1` or `st1`.
    pub fn loaded(instruction: u32) -> Self {
        let (q, s, bits) = (instruction >> 30 & 1, instruction >> 12 & 1, instruction >> 10 & 3);
        let size = match instruction >> 14 & 3 {
            2 => 2 + (bits & 1),
            size => size,
        };
        Self { vector: instruction & 31, size, number: (q << 3 | s << 2 | bits) >> size }
    }

    /// `ld1` or `st1` of the lane at the address in the general register `base` (C4.1.94, "Advanced SIMD load/store single
    /// structure").
    pub fn access(self, is_load: bool, base: u32) -> u32 {
        let place = self.number << self.size;
        // Q, then S, then the two bits of the size, of which lanes of 64 bits have the lowest one set.
        let (q, s, bits) = (place >> 3 & 1, place >> 2 & 1, place & 3 | u32::from(self.size == 3));
        let group = self.size.min(2) << 14;
        0x0d00_0000
            | q << 30
            | u32::from(is_load) << 22
            | group
            | s << 12
            | bits << 10
            | base << 5
            | self.vector
    }
}

/// A load or store of one register at an address without an offset.
struct Plain {
    register: Registers,
    base: u32,
    size: u32,
}

impl Plain {
    /// What `instruction` is, if it is one (C4.1.94, "Load/store register (unsigned immediate)").
    fn of(instruction: u32, is_load: bool) -> Option<Self> {
        let is_vector = instruction >> 26 & 1 == 1;
        let (size, operation) = (instruction >> 30, instruction >> 22 & 3);
        let is_one = match is_load {
            // Those of 16 bytes have another operation, those of numbers with signs two.
            true => operation == 1 || !is_vector && operation > 1 && size < 2,
            false => operation == 0,
        };
        let [register, base] = [0, 5].map(|shift| instruction >> shift & 31);
        let register = match is_vector {
            true => vector(register),
            false if register == 31 => return None,
            false => general(register),
        };
        (instruction >> 27 & 7 == 7 && instruction >> 24 & 3 == 1 && instruction >> 10 & 0xfff == 0 && is_one)
            .then_some(Self { register, base, size })
    }
}

/// Has the load of what the line at `at` puts into a lane do that.
fn load(lines: &mut [Option<Line>], live: &[Registers], at: usize) -> Option<()> {
    let line = lines[at].filter(|line| !line.is_fixed)?;
    let (lane, source) = inserted(line.word)?;
    let touched = source | vector(lane.vector);
    if source == vector(lane.vector) || live[at] & source != 0 {
        return None;
    }
    let (first, load) = before(lines, at, touched, touched)?;
    let plain =
        Plain::of(load.word, true).filter(|load| load.register == source && load.size == lane.size)?;
    lines[first] = Some(Line { word: lane.access(true, plain.base), ..load });
    lines[at] = None;
    Some(())
}

/// Has the line at `at` store a lane, if that is what it does.
fn store(lines: &mut [Option<Line>], live: &mut [Registers], at: usize) -> Option<()> {
    let line = lines[at].filter(|line| !line.is_fixed)?;
    let plain = Plain::of(line.word, false)?;
    if live[at] & plain.register != 0 {
        return None;
    }
    let (first, maker) = before(lines, at, plain.register, plain.register)?;
    let lane = extracted(maker.word, plain.register).filter(|lane| lane.size == plain.size)?;
    let (_, _) = before(lines, at, plain.register, plain.register | vector(lane.vector))
        .filter(|&(unchanged, _)| unchanged == first)?;
    lines[at] = Some(Line { word: lane.access(false, plain.base), ..line });
    lines[first] = None;
    live[first..at].iter_mut().for_each(|live| *live |= vector(lane.vector));
    Some(())
}

/// The last line before `at` that reads something of `read` or writes something of `written`, if it may be changed and all
/// between are known.
fn before(lines: &[Option<Line>], at: usize, read: Registers, written: Registers) -> Option<(usize, Line)> {
    for first in (at.saturating_sub(WINDOW)..at).rev() {
        let Some(line) = lines[first] else { continue };
        let operands = operands::of(line.word)?;
        if operands.read & read | operands.written & written != 0 {
            return (!line.is_fixed).then_some((first, line));
        }
    }
    None
}

/// The lane that `instruction` puts a register's lowest bits into, and that register (C7.2, "INS").
pub fn inserted(instruction: u32) -> Option<(Lane, Registers)> {
    let [to, from, imm5] = [0, 5, 16].map(|shift| instruction >> shift & 31);
    let source = match instruction & 0xffe0_fc00 {
        0x4e00_1c00 if from != 31 => general(from),
        // From the lowest lane.
        0x6e00_0400 => vector(from),
        _ => return None,
    };
    Some((Lane::of(to, imm5), source))
}

/// The lane that `instruction` copies to `register` (C7.2, "DUP (element)", scalar; "UMOV").
fn extracted(instruction: u32, register: Registers) -> Option<Lane> {
    let [to, from, imm5] = [0, 5, 16].map(|shift| instruction >> shift & 31);
    let copy = match instruction & 0xbfe0_fc00 {
        _ if instruction & 0xffe0_fc00 == 0x5e00_0400 => vector(to),
        0x0e00_3c00 if to != 31 => general(to),
        _ => return None,
    };
    (copy == register).then(|| Lane::of(from, imm5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing;

    /// What becomes of a function that consists of these instructions and returns.
    fn lanes(words: &[u32]) -> Vec<u32> {
        testing::passed_before_return(words, run)
    }

    /// ldr d17, [x2]
    const LDR: u32 = 0xfd40_0051;
    /// mov v0.d[1], v17.d[0]
    const INS: u32 = 0x6e18_0620;
    /// mov d17, v0.d[1]
    const MOV: u32 = 0x5e18_0411;
    /// str d17, [x2]
    const STR: u32 = 0xfd00_0051;

    #[test]
    fn two_become_one() {
        let cases = [
            // ld1 {v0.d}[1], [x2]; st1 {v0.d}[1], [x2]
            ([LDR, INS], 0x4d40_8440),
            ([MOV, STR], 0x4d00_8440),
            // ldr s17, [x2]; mov v0.s[3], v17.s[0]; ldr h17; mov v0.h[5]; ldr b17; mov v0.b[13]
            ([0xbd40_0051, 0x6e1c_0620], 0x4d40_9040),
            ([0x7d40_0051, 0x6e16_0620], 0x4d40_4840),
            ([0x3d40_0051, 0x6e1b_0620], 0x4d40_1440),
            // ldrh w9, [x2]; mov v0.h[5], w9; ldrsb w9, [x2]; mov v0.b[13], w9; ldr x9, [x2]; mov v0.d[1], x9
            ([0x7940_0049, 0x4e16_1d20], 0x4d40_4840),
            ([0x39c0_0049, 0x4e1b_1d20], 0x4d40_1440),
            ([0xf940_0049, 0x4e18_1d20], 0x4d40_8440),
            // mov s17, v0.s[3]; str s17, [x2]; umov w9, v0.h[5]; strh w9, [x2]; mov x9, v0.d[1]; str x9, [x2]
            ([0x5e1c_0411, 0xbd00_0051], 0x4d00_9040),
            ([0x0e16_3c09, 0x7900_0049], 0x4d00_4840),
            ([0x4e18_3c09, 0xf900_0049], 0x4d00_8440),
        ];
        for (words, one) in cases {
            assert_eq!(lanes(&words), [one], "{words:x?}");
        }
        // Others in between: fadd v3.2d, v3.2d, v4.2d
        assert_eq!(lanes(&[LDR, 0x4e64_d463, INS]), [0x4d40_8440, 0x4e64_d463]);
    }

    #[test]
    fn others_stay() {
        for words in [
            // The vector is made, read or changed in between: movi v0.2d, #0; fadd v3.2d, v3.2d, v0.2d; mov v0.d[0], x1
            vec![LDR, 0x6f00_e400, INS],
            vec![LDR, 0x4e60_d463, INS],
            vec![MOV, 0x4e08_1c20, STR],
            // The scalar is needed before, and behind: fadd d3, d3, d17; mov v1.16b, v17.16b
            vec![LDR, 0x1e71_2863, INS],
            vec![LDR, INS, 0x4eb1_1e21],
            vec![MOV, STR, 0x4eb1_1e21],
            // It is another one: fmov d17, d3
            vec![LDR, 0x1e60_4071, INS],
            vec![MOV, 0x1e60_4071, STR],
            // An offset: ldr d17, [x2, #8]; str d17, [x2, #8]; ldr d17, [x2, x1]
            vec![0xfd40_0451, INS],
            vec![MOV, 0xfd00_0451],
            vec![0xfc61_6851, INS],
            // Another size: ldr s17, [x2]; str s17, [x2]; ldr q17, [x2]
            vec![0xbd40_0051, INS],
            vec![MOV, 0xbd00_0051],
            vec![0x3dc0_0051, INS],
            // A call: bl
            vec![LDR, 0x9400_0000, INS],
            // Into itself: mov v17.d[1], v17.d[0]
            vec![LDR, 0x6e18_0631],
        ] {
            assert_eq!(lanes(&words), words, "{words:x?}");
        }
    }
}
