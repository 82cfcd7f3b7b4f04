//! Operands of floating-point and vector instructions.

use super::{Builder, FLAGS, Operands, vector};

/// Floating point and vectors (C4.1.96).
pub(super) fn of(instruction: u32) -> Option<Operands> {
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
        let built = built.reads_vector(5);
        let is_long = instruction >> 23 & 1 == 1;
        let built = if is_long { built.reads_vector(16) } else { built.reads_also(m | short) };
        return built.changes(0, true, adds).done();
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
