//! Which registers an instruction reads and writes, exactly, and in which of its fields they are named.
//!
//! What is not known here is `None`: such an instruction may read and write everything.

use super::effects::{Registers, general, vector};

/// The condition flags, in the place of the stack pointer, whose changes nothing here follows.
pub const FLAGS: Registers = general(31);

/// A register that a field of five bits names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand {
    /// The field's lowest bit.
    pub shift: u32,
    /// Whether it is a vector register.
    pub is_vector: bool,
    /// Whether no more than the lower 32 bits of a general register are read.
    pub is_word: bool,
}

impl Operand {
    /// The number of the register in `instruction`.
    pub const fn number(self, instruction: u32) -> u32 {
        instruction >> self.shift & 31
    }

    /// `instruction` with another register.
    pub const fn renamed(self, instruction: u32, number: u32) -> u32 {
        instruction & !(31 << self.shift) | number << self.shift
    }

    /// The set with its register; empty for xzr and sp.
    pub const fn register(self, instruction: u32) -> Registers {
        match (self.is_vector, self.number(instruction)) {
            (true, number) => vector(number),
            (false, 31) => 0,
            (false, number) => general(number),
        }
    }
}

/// What an instruction reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operands {
    /// Fields that name what is read.
    reads: [Option<Operand>; 4],
    /// The field that names what is written and not read.
    pub write: Option<Operand>,
    /// Everything that is read.
    pub read: Registers,
    /// Everything that is written.
    pub written: Registers,
    /// Whether it does nothing but write `written`.
    pub is_pure: bool,
}

impl Operands {
    /// The fields that name what is read and nothing else.
    pub fn reads(&self) -> impl Iterator<Item = Operand> + use<> {
        self.reads.into_iter().flatten()
    }
}

/// The operands of `instruction`; `None` for calls, branches without a condition, and what is not known (Arm ARM C4.1).
pub fn of(instruction: u32) -> Option<Operands> {
    match instruction >> 25 & 15 {
        0b1000 | 0b1001 => immediate(instruction),
        0b0101 | 0b1101 => register(instruction),
        0b0111 | 0b1111 => floating(instruction),
        0b0100 | 0b0110 | 0b1100 | 0b1110 => memory(instruction),
        0b1010 | 0b1011 => branch(instruction),
        _ => None,
    }
}

/// Collects operands of one instruction.
struct Builder {
    instruction: u32,
    operands: Operands,
}

impl Builder {
    fn new(instruction: u32) -> Self {
        let operands = Operands { reads: [None; 4], write: None, read: 0, written: 0, is_pure: true };
        Self { instruction, operands }
    }

    fn field(mut self, shift: u32, is_vector: bool, is_word: bool) -> Self {
        let operand = Operand { shift, is_vector, is_word };
        let free = self.operands.reads.iter_mut().find(|slot| slot.is_none());
        *free.expect("no instruction reads more") = Some(operand);
        self.operands.read |= operand.register(self.instruction);
        self
    }

    /// Reads the general register named at `shift`: its lower 32 bits if `is_word`.
    fn reads(self, shift: u32, is_word: bool) -> Self {
        self.field(shift, false, is_word)
    }

    /// Reads the vector register named at `shift`.
    fn reads_vector(self, shift: u32) -> Self {
        self.field(shift, true, false)
    }

    /// Reads the registers of `set`, which no field names, or one that also means something else.
    fn reads_also(mut self, set: Registers) -> Self {
        self.operands.read |= set;
        self
    }

    fn writes(mut self, shift: u32, is_vector: bool) -> Self {
        let operand = Operand { shift, is_vector, is_word: false };
        self.operands.write = Some(operand);
        self.operands.written |= operand.register(self.instruction);
        self
    }

    /// Writes what the field at `shift` names, all of which was read before if `keeps`.
    fn changes(mut self, shift: u32, is_vector: bool, keeps: bool) -> Self {
        self = self.writes(shift, is_vector);
        if keeps {
            self.operands.write = None;
            self.operands.read |= self.operands.written;
        }
        self
    }

    fn writes_flags(mut self, does: bool) -> Self {
        self.operands.written |= if does { FLAGS } else { 0 };
        self
    }

    /// It does something else as well.
    fn has_effects(mut self) -> Self {
        self.operands.is_pure = false;
        self
    }

    /// All of it. What writes the stack pointer is not pure.
    fn done(self) -> Option<Operands> {
        Some(self.operands)
    }
}

/// Data processing with an immediate (C4.1.92).
fn immediate(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction);
    let is_word = instruction >> 31 == 0;
    let operation = instruction >> 29 & 3;
    // Where 31 is the stack pointer.
    let stack = |built: Builder, does: bool| {
        if does && instruction & 31 == 31 { built.has_effects() } else { built }
    };
    match instruction >> 23 & 7 {
        // adr, adrp
        0b000 | 0b001 => built.writes(0, false).done(),
        // add, sub
        0b010 => {
            let sets = operation & 1 == 1;
            stack(built.reads(5, is_word).writes(0, false).writes_flags(sets), !sets).done()
        }
        // and, orr, eor, ands
        0b100 => {
            let sets = operation == 3;
            stack(built.reads(5, is_word).writes(0, false).writes_flags(sets), !sets).done()
        }
        // movn, movz; movk
        0b101 => built.changes(0, false, operation == 3).done(),
        // sbfm, ubfm; bfm
        0b110 => built.reads(5, is_word).changes(0, false, operation == 1).done(),
        // extr
        0b111 => built.reads(5, is_word).reads(16, is_word).writes(0, false).done(),
        _ => None,
    }
}

/// Data processing with registers (C4.1.95).
fn register(instruction: u32) -> Option<Operands> {
    let is_word = instruction >> 31 == 0;
    let sets = instruction >> 29 & 1 == 1;
    let two = Builder::new(instruction).reads(5, is_word);
    if instruction >> 28 & 1 == 0 {
        let is_sum = instruction >> 24 & 1 == 1;
        let is_extended = is_sum && instruction >> 21 & 1 == 1;
        // uxtx, sxtx
        let is_narrow = is_word || is_extended && instruction >> 13 & 3 != 3;
        let sets = if is_sum { sets } else { instruction >> 29 & 3 == 3 };
        let built = two.reads(16, is_narrow).writes(0, false).writes_flags(sets);
        let stack = is_extended && !sets && instruction & 31 == 31;
        return if stack { built.has_effects().done() } else { built.done() };
    }
    match instruction >> 21 & 15 {
        // adc, sbc
        0b0000 if instruction >> 10 & 63 == 0 => {
            two.reads(16, is_word).reads_also(FLAGS).writes(0, false).writes_flags(sets).done()
        }
        // ccmp, ccmn
        0b0010 => {
            let built = if instruction >> 11 & 1 == 0 { two.reads(16, is_word) } else { two };
            built.reads_also(FLAGS).writes_flags(true).done()
        }
        // csel and others
        0b0100 => two.reads(16, is_word).reads_also(FLAGS).writes(0, false).done(),
        // udiv, sdiv, shifts, crc32 with its wider source
        0b0110 if instruction >> 30 & 1 == 0 && !sets => {
            Builder::new(instruction).reads(5, is_word).reads(16, is_word).writes(0, false).done()
        }
        // rbit, rev, clz, cls
        0b0110 if !sets && instruction >> 16 & 31 == 0 => two.writes(0, false).done(),
        operation @ 0b1000..=0b1111 => {
            let built = Builder::new(instruction);
            match operation & 7 {
                // madd, msub
                0b000 => built.reads(5, is_word).reads(16, is_word).reads(10, is_word),
                // smaddl, smsubl, umaddl, umsubl
                0b001 | 0b101 => built.reads(5, true).reads(16, true).reads(10, false),
                // smulh, umulh
                0b010 | 0b110 => built.reads(5, false).reads(16, false),
                _ => return None,
            }
            .writes(0, false)
            .done()
        }
        _ => None,
    }
}

/// Floating point and vectors (C4.1.96).
fn floating(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction);
    match instruction >> 24 & 0x5f {
        0b001_1110 => scalar(instruction),
        // fmadd, fmsub, fnmadd, fnmsub
        0b001_1111 => built.reads_vector(5).reads_vector(16).reads_vector(10).writes(0, true).done(),
        0b000_1110 | 0b100_1110 => vectors(instruction),
        0b101_1110 => scalar_vectors(instruction),
        0b000_1111 | 0b100_1111 | 0b101_1111 => element(instruction),
        _ => None,
    }
}

/// Scalar floating point; conversions from and to general registers.
fn scalar(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction);
    let is_word = instruction >> 31 == 0;
    if instruction >> 29 & 1 == 1 {
        return None;
    }
    let kind = instruction >> 10 & 63;
    if instruction >> 21 & 1 == 0 || kind == 0 {
        let (mode, operation) = (instruction >> 19 & 3, instruction >> 16 & 7);
        return match operation {
            // fmov v.d[1], x
            0b111 if mode == 1 => built.reads(5, false).changes(0, true, true).done(),
            // fjcvtzs
            0b110 if mode == 3 => None,
            0b010 | 0b011 | 0b111 => built.reads(5, is_word).writes(0, true).done(),
            0b000 | 0b001 | 0b100 | 0b101 | 0b110 => built.reads_vector(5).writes(0, false).done(),
            _ => None,
        };
    }
    let two = Builder::new(instruction).reads_vector(5).reads_vector(16);
    match kind {
        // fcmp; with zero
        kind if kind & 15 == 0b1000 => {
            let with_zero = instruction >> 3 & 1 == 1;
            let built = if with_zero { built.reads_vector(5) } else { two };
            built.writes_flags(true).done()
        }
        // fmov, fabs, fneg, fsqrt, fcvt, frint
        kind if kind & 31 == 0b1_0000 => built.reads_vector(5).writes(0, true).done(),
        // fmov with an immediate
        kind if kind & 7 == 0b100 => built.writes(0, true).done(),
        kind => match kind & 3 {
            // fccmp
            0b01 => two.reads_also(FLAGS).writes_flags(true).done(),
            // fmul, fdiv, fadd and others
            0b10 => two.writes(0, true).done(),
            // fcsel
            0b11 => two.reads_also(FLAGS).writes(0, true).done(),
            _ => None,
        },
    }
}

/// Vectors, but those with one element or an immediate.
fn vectors(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction);
    let (is_unsigned, is_upper) = (instruction >> 29 & 1 == 1, instruction >> 30 & 1 == 1);
    let bit = |at: u32| instruction >> at & 1;
    if bit(21) == 1 {
        let two = Builder::new(instruction).reads_vector(5).reads_vector(16);
        return match (instruction >> 10 & 3, instruction >> 17 & 15) {
            // Three of the same; mla, saba, fmla, bsl and others add to the destination or keep some of it.
            (0b01 | 0b11, _) => {
                let operation = instruction >> 11 & 31;
                let selects = operation == 0b00011 && is_unsigned && instruction >> 22 & 3 != 0;
                let keeps = selects || matches!(operation, 0b10010 | 0b01111 | 0b11001 | 0b11101);
                two.changes(0, true, keeps).done()
            }
            // Three different; sums, and what writes the upper half alone, keep the destination.
            (0b00, _) => {
                let operation = instruction >> 12 & 15;
                let narrows = is_upper && matches!(operation, 0b0100 | 0b0110);
                let keeps = narrows || matches!(operation, 0b0101 | 0b1000 | 0b1001 | 0b1010 | 0b1011);
                two.changes(0, true, keeps).done()
            }
            // Two; suqadd, sadalp add, and xtn2, fcvtn2 and others write the upper half.
            (0b10, 0b0000) => {
                let operation = instruction >> 12 & 31;
                let narrows = is_upper && matches!(operation, 0b10010 | 0b10100 | 0b10110);
                let keeps = narrows || matches!(operation, 0b00011 | 0b00110);
                built.reads_vector(5).changes(0, true, keeps).done()
            }
            // Across lanes.
            (0b10, 0b1000) => built.reads_vector(5).writes(0, true).done(),
            _ => None,
        };
    }
    if bit(15) == 1 {
        return None;
    }
    if bit(10) == 1 {
        let is_wide = instruction >> 16 & 15 == 0b1000;
        return match (is_unsigned, instruction >> 11 & 15) {
            // ins from an element
            (true, _) => built.reads_vector(5).changes(0, true, true).done(),
            // dup
            (false, 0b0000) => built.reads_vector(5).writes(0, true).done(),
            (false, 0b0001) => built.reads(5, !is_wide).writes(0, true).done(),
            // ins
            (false, 0b0011) => built.reads(5, !is_wide).changes(0, true, true).done(),
            // smov, umov
            (false, 0b0101 | 0b0111) => built.reads_vector(5).writes(0, false).done(),
            _ => None,
        };
    }
    let two = Builder::new(instruction).reads_vector(5).reads_vector(16);
    match (is_unsigned, bit(11)) {
        // ext
        (true, 0) if instruction >> 22 & 3 == 0 => two.writes(0, true).done(),
        // zip, uzp, trn
        (false, 1) => two.writes(0, true).done(),
        // tbl, tbx, of a list of registers
        (false, 0) if instruction >> 22 & 3 == 0 => {
            let first = instruction >> 5 & 31;
            let list = (0..=(instruction >> 13 & 3)).fold(0, |list, next| list | vector(first + next));
            built.reads_also(list).reads_vector(16).changes(0, true, bit(12) == 1).done()
        }
        _ => None,
    }
}

/// Scalars in vector registers.
fn scalar_vectors(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction).reads_vector(5);
    if instruction >> 21 & 7 == 0 && instruction >> 10 & 63 == 1 && instruction >> 29 & 1 == 0 {
        // mov of an element
        return built.writes(0, true).done();
    }
    if instruction >> 21 & 1 == 0 {
        return None;
    }
    match (instruction >> 10 & 3, instruction >> 17 & 15) {
        (0b01 | 0b11, _) => built.reads_vector(16).writes(0, true).done(),
        (0b10, 0b0000) => built.changes(0, true, instruction >> 12 & 31 == 0b00011).done(),
        (0b10, 0b1000) => built.writes(0, true).done(),
        _ => None,
    }
}

/// Vectors with an immediate, and with one element of another.
fn element(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction);
    if instruction >> 10 & 1 == 0 {
        // Elements of 16 bits are in the lower half of the registers, whose numbers have four bits.
        let (m, short) = (vector(instruction >> 16), vector(instruction >> 16 & 15));
        let adds = !(8..13).contains(&(instruction >> 12 & 15));
        return built.reads_vector(5).reads_also(m | short).changes(0, true, adds).done();
    }
    if instruction >> 23 & 1 == 1 {
        return None;
    }
    if instruction >> 19 & 15 == 0 {
        // movi, mvni, fmov; orr and bic keep bits.
        let mode = instruction >> 12 & 15;
        return built.changes(0, true, mode & 1 == 1 && mode < 12).done();
    }
    // Shifts; ssra, sri and others add or insert, and shrn2 and others write the upper half.
    let operation = instruction >> 11 & 31;
    let narrows = instruction >> 30 & 1 == 1 && (0b10000..0b10100).contains(&operation);
    let inserts = matches!(operation, 0b00010 | 0b00110 | 0b01000)
        || operation == 0b01010 && instruction >> 29 & 1 == 1;
    built.reads_vector(5).changes(0, true, narrows || inserts).done()
}

/// Loads and stores (C4.1.94).
fn memory(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction).has_effects();
    let is_vector = instruction >> 26 & 1 == 1;
    let size = instruction >> 30;
    match instruction >> 27 & 7 {
        // One register.
        0b111 => {
            let operation = instruction >> 22 & 3;
            let is_load = if is_vector { operation & 1 == 1 } else { operation != 0 };
            // prfm
            if !is_vector && size == 3 && operation >= 2 {
                return None;
            }
            let based = match (instruction >> 24 & 3, instruction >> 21 & 1, instruction >> 10 & 3) {
                (1, ..) | (0, 0, 0b00) => built.reads(5, false),
                // Writes back.
                (0, 0, 0b01 | 0b11) => {
                    let base = Operand { shift: 5, is_vector: false, is_word: false }.register(instruction);
                    let mut built = built.reads_also(base);
                    built.operands.written |= base;
                    built
                }
                (0, 1, 0b10) => built.reads(5, false).reads(16, instruction >> 13 & 1 == 0),
                _ => return None,
            };
            match is_load {
                true => based.writes(0, is_vector).done(),
                false => based.field(0, is_vector, size < 3).done(),
            }
        }
        // Two registers.
        0b101 => {
            let is_load = instruction >> 22 & 1 == 1;
            let base = Operand { shift: 5, is_vector: false, is_word: false }.register(instruction);
            let both = [0, 10].map(|shift| Operand { shift, is_vector, is_word: size == 0 });
            let mut built = match instruction >> 23 & 1 == 1 {
                true => {
                    let mut built = built.reads_also(base);
                    built.operands.written |= base;
                    built
                }
                false => built.reads(5, false),
            };
            for operand in both {
                match is_load {
                    true => built.operands.written |= operand.register(instruction),
                    false => built = built.field(operand.shift, is_vector, operand.is_word),
                }
            }
            built.done()
        }
        // A literal. It has to stay where it is, as the bytes are known for data by their load alone.
        0b011 if instruction >> 24 & 3 == 0 && (is_vector || size != 3) => built.writes(0, is_vector).done(),
        // ld1r
        0b001 if instruction & 0xbfff_f000 == 0x0d40_c000 => built.reads(5, false).writes(0, true).done(),
        _ => None,
    }
}

/// Conditional branches (C4.1.93).
fn branch(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction).has_effects();
    let is_word = instruction >> 31 == 0;
    match instruction >> 24 & 0x7f {
        // cbz, cbnz
        0x34 | 0x35 => built.reads(0, is_word).done(),
        // tbz, tbnz, whose highest bit is that of the bit's number
        0x36 | 0x37 => built.reads(0, is_word).done(),
        // b.cond
        0x54 if is_word => built.reads_also(FLAGS).done(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read and written, and whether the written register has a field of its own.
    fn summary(instruction: u32) -> Option<(Registers, Registers, bool)> {
        of(instruction).map(|operands| (operands.read, operands.written, operands.write.is_some()))
    }

    #[test]
    fn operands_are_those_of_the_manual() {
        let (g, v) = (general, vector);
        let cases = [
            // add x3, x4, #8; cmp w1, w2; add x1, sp, #16; movk x1, #7; bfi w1, w2, #4, #4
            (0x9100_2083, g(4), g(3), true),
            (0x6b02_003f, g(1) | g(2), FLAGS, true),
            (0x9100_43e1, 0, g(1), true),
            (0xf280_00e1, g(1), g(1), false),
            (0x331c_0c41, g(1) | g(2), g(1), false),
            // madd x2, x3, x4, x5; csel w1, w2, w3, eq; cset w4, lo; ccmp w1, w2, #0, ne
            (0x9b04_1462, g(3) | g(4) | g(5), g(2), true),
            (0x1a83_0041, g(2) | g(3) | FLAGS, g(1), true),
            (0x1a9f_27e4, FLAGS, g(4), true),
            (0x7a42_1020, g(1) | g(2) | FLAGS, FLAGS, false),
            // add x1, x2, w3, uxtw; umull x1, w2, w3; rev w1, w2; adc x1, x2, x3
            (0x8b23_4041, g(2) | g(3), g(1), true),
            (0x9ba3_7c41, g(2) | g(3), g(1), true),
            (0x5ac0_0841, g(2), g(1), true),
            (0x9a03_0041, g(2) | g(3) | FLAGS, g(1), true),
            // fmul d1, d2, d3; fmadd d1, d2, d3, d4; fcmp d1, d2; fmov x1, d2; scvtf d1, w2; fcvtzs w1, s2
            (0x1e63_0841, v(2) | v(3), v(1), true),
            (0x1f43_1041, v(2) | v(3) | v(4), v(1), true),
            (0x1e62_2020, v(1) | v(2), FLAGS, false),
            (0x9e66_0041, v(2), g(1), true),
            (0x1e62_0041, g(2), v(1), true),
            (0x1e38_0041, v(2), g(1), true),
            // fcsel d1, d2, d3, eq; fmov d1, #1.0
            (0x1e63_0c41, v(2) | v(3) | FLAGS, v(1), true),
            (0x1e6e_1001, 0, v(1), true),
            // add v1.4s, v2.4s, v3.4s; mla v1.4s, v2.4s, v3.4s; fmla v1.2d, v2.2d, v3.2d; bsl; bit; eor
            (0x4ea3_8441, v(2) | v(3), v(1), true),
            (0x4ea3_9441, v(1) | v(2) | v(3), v(1), false),
            (0x4e63_cc41, v(1) | v(2) | v(3), v(1), false),
            (0x6e63_1c41, v(1) | v(2) | v(3), v(1), false),
            (0x6ea3_1c41, v(1) | v(2) | v(3), v(1), false),
            (0x6e23_1c41, v(2) | v(3), v(1), true),
            // umull v1.2d, v2.2s, v3.2s; umlal v1.2d, v2.2s, v3.2s; xtn v1.2s, v2.2d; xtn2 v1.4s, v2.2d; addv s1, v2.4s
            (0x2ea3_c041, v(2) | v(3), v(1), true),
            (0x2ea3_8041, v(1) | v(2) | v(3), v(1), false),
            (0x0ea1_2841, v(2), v(1), true),
            (0x4ea1_2841, v(1) | v(2), v(1), false),
            (0x4eb1_b841, v(2), v(1), true),
            // dup v1.4s, w2; dup v1.4s, v2.s[1]; ins v1.s[1], w2; ins v1.s[1], v2.s[0]; umov w1, v2.s[1]; mov s1, v2.s[1]
            (0x4e04_0c41, g(2), v(1), true),
            (0x4e0c_0441, v(2), v(1), true),
            (0x4e0c_1c41, v(1) | g(2), v(1), false),
            (0x6e0c_0441, v(1) | v(2), v(1), false),
            (0x0e0c_3c41, v(2), g(1), true),
            (0x5e0c_0441, v(2), v(1), true),
            // tbl v0.16b, {v1.16b, v2.16b}, v3.16b; tbx with one; zip1 v1.4s, v2.4s, v3.4s; ext v1.16b, v2.16b, v3.16b, #4
            (0x4e03_2020, v(1) | v(2) | v(3), v(0), true),
            (0x4e03_1020, v(0) | v(1) | v(3), v(0), false),
            (0x4e83_3841, v(2) | v(3), v(1), true),
            (0x6e03_2041, v(2) | v(3), v(1), true),
            // shl v1.4s, v2.4s, #3; usra v1.4s, v2.4s, #3; sli; shrn2; sshll v1.4s, v2.4h, #0; movi v1.4s, #1; orr v1.4s, #1
            (0x4f23_5441, v(2), v(1), true),
            (0x6f3d_1441, v(1) | v(2), v(1), false),
            (0x6f23_5441, v(1) | v(2), v(1), false),
            (0x4f1d_8441, v(1) | v(2), v(1), false),
            (0x0f10_a441, v(2), v(1), true),
            (0x4f00_0421, 0, v(1), true),
            (0x4f00_1421, v(1), v(1), false),
            // fmul v1.4s, v2.4s, v3.s[0]; fmla v1.4s, v2.4s, v3.s[0]
            (0x4f83_9041, v(2) | v(3), v(1), true),
            (0x4f83_1041, v(1) | v(2) | v(3), v(1), false),
            // ldr d1, [x2, #8]; ldr x1, [x2, w3, uxtw]; str q1, [sp, #32]; ld1r {v1.4s}, [x2]; ldr x1, .+8
            (0xfd40_0441, g(2), v(1), true),
            (0xf863_4841, g(2) | g(3), g(1), true),
            (0x3d80_0be1, v(1), 0, false),
            (0x4d40_c841, g(2), v(1), true),
            (0x5800_0041, 0, g(1), true),
            // ldp x1, x2, [sp], #16; stp d8, d9, [x1, #16]; str x1, [x2], #8
            (0xa8c1_0be1, 0, g(1) | g(2), false),
            (0x6d01_2428, g(1) | v(8) | v(9), 0, false),
            (0xf800_8441, g(1) | g(2), g(2), false),
            // cbz w1; tbnz x2, #33; b.eq
            (0x3400_0041, g(1), 0, false),
            (0xb708_0042, g(2), 0, false),
            (0x5400_0040, FLAGS, 0, false),
        ];
        for (instruction, read, written, is_apart) in cases {
            assert_eq!(summary(instruction), Some((read, written, is_apart)), "{instruction:#x}");
        }
    }

    #[test]
    fn others_are_not_known() {
        // bl, b, ret, br, udf, dmb ish, ldaxr x0, [x1], ldadd w0, w1, [x2], aese v1.16b, v2.16b, fjcvtzs w1, d2
        for instruction in [
            0x9400_0000,
            0x1400_0001,
            0xd65f_03c0,
            0xd61f_0020,
            0x0000_0001,
            0xd503_3bbf,
            0xc85f_fc20,
            0xb820_0041,
            0x4e28_4841,
            0x1e7e_0041,
        ] {
            assert_eq!(of(instruction), None, "{instruction:#x}");
        }
    }

    #[test]
    fn narrow_reads_are_known() {
        let words = |instruction: u32| -> Vec<bool> {
            of(instruction).unwrap().reads().map(|operand| operand.is_word).collect()
        };
        // add x1, x2, w3, uxtw; add x1, x2, x3, uxtx; str w1, [x2, w3, sxtw]; str x1, [x2, x3, lsl #3]; smaddl x1, w2, w3, x4
        assert_eq!(words(0x8b23_4041), [false, true]);
        assert_eq!(words(0x8b23_6041), [false, false]);
        assert_eq!(words(0xb823_c841), [false, true, true]);
        assert_eq!(words(0xf823_7841), [false, false, false]);
        assert_eq!(words(0x9b23_1041), [true, true, false]);
    }
}
