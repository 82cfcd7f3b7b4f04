//! Operands of loads and stores.

use super::{Builder, Operand, Operands};

/// Loads and stores (C4.1.94).
pub(super) fn of(instruction: u32) -> Option<Operands> {
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
                (0, 0, 0b01 | 0b11) => writes_back(built),
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
            let both = [0, 10].map(|shift| Operand { shift, is_vector, is_word: size == 0 });
            let mut built = match instruction >> 23 & 1 == 1 {
                true => writes_back(built),
                false => built.reads(5, false),
            };
            if is_load {
                built.operands.both = both.map(Some);
            }
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
        0b001 if instruction & 0xbf20_2000 == 0x0d00_0000 => lane(instruction),
        _ => None,
    }
}

/// Loads and stores of one lane, and loads of all lanes from one place (C4.1.94, "Advanced SIMD load/store single structure").
fn lane(instruction: u32) -> Option<Operands> {
    let built = Builder::new(instruction).has_effects();
    let built = match instruction >> 23 & 1 == 1 {
        // 31 stands for the number of bytes.
        true => writes_back(built).reads(16, false),
        false => built.reads(5, false),
    };
    let (is_load, is_all) = (instruction >> 22 & 1 == 1, instruction >> 14 & 3 == 3);
    match (is_load, is_all) {
        (true, _) => built.changes(0, true, !is_all).done(),
        (false, false) => built.field(0, true, false).done(),
        (false, true) => None,
    }
}

/// With a base that is read and written, so that it is not to be renamed.
fn writes_back(mut built: Builder) -> Builder {
    let base = Operand { shift: 5, is_vector: false, is_word: false }.register(built.instruction);
    built.operands.written |= base;
    built.reads_also(base)
}
