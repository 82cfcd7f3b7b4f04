//! Operands of arithmetic with general registers.

use super::{Builder, FLAGS, Operands};

/// Data processing with an immediate (C4.1.92).
pub(super) fn immediate(instruction: u32) -> Option<Operands> {
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
pub(super) fn register(instruction: u32) -> Option<Operands> {
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
