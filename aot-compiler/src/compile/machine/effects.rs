//! What an instruction reads and writes, as far as moving loads and stores across it needs to know.

/// Registers by number: the general ones in the lower half, where 31 is sp, the vector ones in the upper half.
pub type Registers = u64;

/// The set with one general register.
pub const fn general(number: u32) -> Registers {
    1 << (number & 31)
}

/// The set with one vector register.
pub const fn vector(number: u32) -> Registers {
    1 << (32 + (number & 31))
}

/// What an instruction does besides computing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    None,
    /// It reads memory.
    Load,
    /// It writes memory.
    Store,
}

/// The effects of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// Registers that it reads or writes, and maybe some more.
    pub touched: Registers,
    /// Those that it writes, and maybe some more of `touched`.
    pub written: Registers,
    /// What it does to memory.
    pub access: Access,
}

/// The effects of `instruction`; `None` for branches and whatever else nothing is to be moved across (Arm ARM C4.1).
pub fn of(instruction: u32) -> Option<Effects> {
    match instruction >> 25 & 15 {
        0b1000 | 0b1001 => Some(immediate(instruction)),
        0b0101 | 0b1101 => Some(register(instruction)),
        0b0111 | 0b1111 => floating(instruction),
        0b0100 | 0b0110 | 0b1100 | 0b1110 => memory(instruction),
        _ => None,
    }
}

fn computing(touched: Registers, written: Registers) -> Effects {
    Effects { touched, written, access: Access::None }
}

/// Data processing with an immediate (C4.1.92).
fn immediate(instruction: u32) -> Effects {
    let (d, n) = (instruction & 31, instruction >> 5 & 31);
    // adr, adrp, movn, movz, movk have no source but the destination itself.
    let has_source = !matches!(instruction >> 23 & 0x3f, 0b10_0000 | 0b10_0001 | 0b10_0101);
    let sets_flags = instruction >> 29 & 1 == 1;
    let written = if d == 31 && sets_flags { 0 } else { general(d) };
    computing(general(d) | if has_source { general(n) } else { 0 }, written)
}

/// Data processing with registers (C4.1.95).
fn register(instruction: u32) -> Effects {
    let (d, n, m) = (instruction & 31, instruction >> 5 & 31, instruction >> 16 & 31);
    let third = if instruction >> 24 & 31 == 0b11011 { general(instruction >> 10) } else { 0 };
    // Only additions with an extended register know sp.
    let is_extended = instruction >> 24 & 31 == 0b01011 && instruction >> 21 & 1 == 1;
    let written = if d == 31 && !is_extended { 0 } else { general(d) };
    computing(general(d) | general(n) | general(m) | third, written)
}

/// Floating point and vectors (C4.1.96).
fn floating(instruction: u32) -> Option<Effects> {
    let (d, n, m) = (instruction & 31, instruction >> 5 & 31, instruction >> 16 & 31);
    // Tables are lists of registers.
    if instruction & 0xbfe0_8c00 == 0x0e00_0000 {
        return None;
    }
    let copies_lane = instruction & 0x9fe0_8400 == 0x0e00_0400;
    let converts = instruction & 0x5f20_fc00 == 0x1e20_0000 || instruction & 0x5f20_0000 == 0x1e00_0000;
    let either = |number| match copies_lane || converts {
        true => general(number) | vector(number),
        false => vector(number),
    };
    let third = if instruction >> 24 & 31 == 0b11111 { vector(instruction >> 10) } else { 0 };
    Some(computing(either(d) | either(n) | vector(m) | third, either(d)))
}

/// Loads and stores (C4.1.94).
fn memory(instruction: u32) -> Option<Effects> {
    let (n, second) = (instruction >> 5 & 31, instruction >> 10 & 31);
    let is_vector = instruction >> 26 & 1 == 1;
    let named = |number| if is_vector { vector(number) } else { general(number) };
    let first = named(instruction);
    let (touched, written, is_load) = match instruction >> 27 & 7 {
        // One register.
        0b111 => {
            let is_load = if is_vector { instruction >> 22 & 1 == 1 } else { instruction >> 22 & 3 != 0 };
            let has_offset = instruction >> 24 & 3 == 1;
            let kind = if has_offset { 0 } else { instruction >> 10 & 3 };
            let is_indexed_by_register = !has_offset && instruction >> 21 & 1 == 1;
            let (base, index) = match (is_indexed_by_register, kind) {
                // Other than that, these are atomic operations.
                (true, 0b10) => (0, general(instruction >> 16)),
                (true, _) => return None,
                // Writes back.
                (false, 0b01 | 0b11) => (general(n), 0),
                (false, _) => (0, 0),
            };
            (first | general(n) | index, base | if is_load { first } else { 0 }, is_load)
        }
        // Two registers.
        0b101 => {
            let both = first | named(second);
            let is_load = instruction >> 22 & 1 == 1;
            let writes_back = instruction >> 23 & 1 == 1;
            let base = if writes_back { general(n) } else { 0 };
            (both | general(n), base | if is_load { both } else { 0 }, is_load)
        }
        // A literal.
        0b011 if instruction >> 24 & 3 == 0 => (first, first, true),
        _ => return None,
    };
    Some(Effects { touched, written, access: if is_load { Access::Load } else { Access::Store } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_those_of_the_manual() {
        let cases = [
            // add x3, x4, #8
            (0x9100_2083, general(3) | general(4), general(3), Access::None),
            // cmp w1, w2 names wzr, not sp
            (0x6b02_003f, general(31) | general(1) | general(2), 0, Access::None),
            // madd x2, x3, x4, x5
            (0x9b04_1462, general(2) | general(3) | general(4) | general(5), general(2), Access::None),
            // fmul d1, d2, d3
            (0x1e63_0841, vector(1) | vector(2) | vector(3), vector(1), Access::None),
            // ldr d1, [x2, #8]
            (0xfd40_0441, vector(1) | general(2), vector(1), Access::Load),
            // ldr x1, [x2, w3, uxtw]
            (0xf863_4841, general(1) | general(2) | general(3), general(1), Access::Load),
            // str q1, [sp, #32]
            (0x3d80_0be1, vector(1) | general(31), 0, Access::Store),
            // ldp x1, x2, [sp], #16
            (
                0xa8c1_0be1,
                general(1) | general(2) | general(31),
                general(1) | general(2) | general(31),
                Access::Load,
            ),
            // stp d8, d9, [sp, #16]
            (0x6d01_27e8, vector(8) | vector(9) | general(31), 0, Access::Store),
        ];
        for (instruction, touched, written, access) in cases {
            assert_eq!(of(instruction), Some(Effects { touched, written, access }), "{instruction:#x}");
        }
        // fmov x1, d2 touches a register of each kind
        let moved = of(0x9e66_0041).unwrap();
        assert!(moved.written & general(1) != 0 && moved.touched & vector(2) != 0);
    }

    #[test]
    fn nothing_moves_across_these() {
        // b.eq, bl, ret, svc, dmb ish, ldaxr x0, [x1], ldadd w0, w1, [x2], tbl v0.16b, {v1.16b, v2.16b}, v3.16b
        let barriers = [
            0x5400_0000,
            0x9400_0000,
            0xd65f_03c0,
            0xd400_0001,
            0xd503_3bbf,
            0xc85f_fc20,
            0xb820_0041,
            0x4e03_2020,
        ];
        for instruction in barriers {
            assert_eq!(of(instruction), None, "{instruction:#x}");
        }
    }
}
