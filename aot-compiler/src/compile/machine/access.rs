//! Which bytes a load or store touches, as far as its instruction says.

use super::frame::SP;

/// A load or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Whether it writes memory.
    pub is_store: bool,
    /// Where, if it is at a constant distance from a register that it does not change.
    pub place: Option<Place>,
}

/// Bytes at a distance from a general register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The register's number; 31 is sp.
    pub base: u32,
    /// The first byte's distance.
    pub offset: i64,
    /// Bytes.
    pub size: i64,
}

impl Place {
    /// Whether it is in the stack frame.
    pub fn is_frame(&self) -> bool {
        self.base == SP
    }

    /// Whether it has no byte in common with `other`, for the same value of the same register.
    pub fn is_apart(&self, other: &Self) -> bool {
        self.offset + self.size <= other.offset || other.offset + other.size <= self.offset
    }
}

impl Access {
    /// The access that `instruction` is (Arm ARM C4.1.94), if it is a load or store. What is not known counts as a store.
    pub fn decode(instruction: u32) -> Option<Self> {
        if instruction >> 27 & 1 == 0 || instruction >> 25 & 1 == 1 {
            return None;
        }
        let base = instruction >> 5 & 31;
        let is_vector = instruction >> 26 & 1 == 1;
        let (opc, size) = (instruction >> 22 & 3, instruction >> 30);
        let signed =
            |shift: u32, bits: u32| i64::from((instruction << (32 - bits - shift)) as i32 >> (32 - bits));
        let unknown = Self { is_store: true, place: None };
        Some(match instruction >> 27 & 7 {
            // One register.
            0b111 => {
                let is_load = if is_vector { opc & 1 == 1 } else { opc != 0 };
                let size = 1 << if is_vector && opc >= 2 { 4 } else { size };
                let (has_offset, by_register, kind) =
                    (instruction >> 24 & 1 == 1, instruction >> 21 & 1 == 1, instruction >> 10 & 3);
                let offset = match (has_offset, by_register, kind) {
                    (true, ..) => Some(i64::from(instruction >> 10 & 0xfff) * size),
                    (false, false, 0b00) => Some(signed(12, 9)),
                    _ => None,
                };
                let place = offset.map(|offset| Place { base, offset, size });
                let is_atomic = !has_offset && by_register && kind != 0b10;
                if is_atomic { unknown } else { Self { is_store: !is_load, place } }
            }
            // Two registers; without writing back.
            0b101 => {
                let each = if is_vector { 4 << size } else { 4 << (size >> 1) };
                let place = Place { base, offset: signed(15, 7) * each, size: 2 * each };
                let is_plain = instruction >> 23 & 1 == 0;
                Self { is_store: instruction >> 22 & 1 == 0, place: is_plain.then_some(place) }
            }
            // A literal.
            0b011 if instruction >> 24 & 3 == 0 => Self { is_store: false, place: None },
            // ld1, st1 of a lane, ld1r, all of eight bytes or fewer; without writing back.
            0b001 if instruction & 0xbf20_2000 == 0x0d00_0000 => {
                let place = Place { base, offset: 0, size: 8 };
                let is_plain = instruction >> 23 & 1 == 0;
                Self { is_store: instruction >> 22 & 1 == 0, place: is_plain.then_some(place) }
            }
            _ => unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_manual() {
        let at = |is_store, base, offset, size| {
            Some(Access { is_store, place: Some(Place { base, offset, size }) })
        };
        let somewhere = |is_store| Some(Access { is_store, place: None });
        let cases = [
            // ldrb w1, [x2, #3]; ldrsh x1, [x2, #4]; str x1, [x2, #8]; ldur d1, [x2, #-8]; str q1, [sp, #32]
            (0x3940_0c41, at(false, 2, 3, 1)),
            (0x7980_0841, at(false, 2, 4, 2)),
            (0xf900_0441, at(true, 2, 8, 8)),
            (0xfc5f_8041, at(false, 2, -8, 8)),
            (0x3d80_0be1, at(true, 31, 32, 16)),
            // ldr x1, [x2, w3, uxtw]; str x1, [x2], #8; ldadd w0, w1, [x2]; ldaxr x0, [x1]
            (0xf863_4841, somewhere(false)),
            (0xf800_8441, somewhere(true)),
            (0xb820_0041, somewhere(true)),
            (0xc85f_fc20, somewhere(true)),
            // ldp x1, x2, [sp], #16; stp d8, d9, [x1, #16]; ldp q1, q2, [x3, #-32]; ldpsw x1, x2, [x3, #8]; stp w1, w2, [x3]
            (0xa8c1_0be1, somewhere(false)),
            (0x6d01_2428, at(true, 1, 16, 16)),
            (0xad7f_0861, at(false, 3, -32, 32)),
            (0x6941_0861, at(false, 3, 8, 8)),
            (0x2900_0861, at(true, 3, 0, 8)),
            // ld1r {v1.4s}, [x2]; st1 {v1.d}[1], [x2]; st1 {v1.d}[1], [x2], #8; ldr x1, .+8; add x1, x2, x3
            (0x4d40_c841, at(false, 2, 0, 8)),
            (0x4d00_8441, at(true, 2, 0, 8)),
            (0x4d9f_8441, somewhere(true)),
            (0x5800_0041, somewhere(false)),
            (0x8b03_0041, None),
        ];
        for (instruction, access) in cases {
            assert_eq!(Access::decode(instruction), access, "{instruction:#x}");
        }
    }
}
