//! Loads and stores of one register with a constant offset.

use super::{
    effects::{self, Registers},
    frame::SP,
};

/// A load or store of one register with a constant offset.
pub struct Transfer {
    /// Whether it is a load.
    pub is_load: bool,
    /// Whether its register is a vector one.
    pub is_vector: bool,
    /// Bytes.
    pub size: i64,
    /// The register's number.
    pub register: u32,
    /// The general register with the address that `offset` is added to.
    pub base: u32,
    /// Bytes.
    pub offset: i64,
}

impl Transfer {
    /// The transfer that `instruction` is, if it is one (Arm ARM C4.1.94, "Load/store register (unsigned immediate)" and
    /// "(unscaled immediate)").
    pub fn decode(instruction: u32) -> Option<Self> {
        let is_vector = instruction >> 26 & 1 == 1;
        let (size, is_load) = match (is_vector, instruction >> 30, instruction >> 22 & 3) {
            (false, 2, operation @ 0..=1) => (4, operation == 1),
            (false, 3, operation @ 0..=1) => (8, operation == 1),
            (true, 2, operation @ 0..=1) => (4, operation == 1),
            (true, 3, operation @ 0..=1) => (8, operation == 1),
            (true, 0, operation @ 2..=3) => (16, operation == 3),
            _ => return None,
        };
        let offset = match instruction >> 24 & 0x3b {
            0x39 => i64::from(instruction >> 10 & 0xfff) * size,
            0x38 if instruction >> 21 & 1 == 0 && instruction >> 10 & 3 == 0 => {
                i64::from((instruction << 11) as i32 >> 23)
            }
            _ => return None,
        };
        Some(Self {
            is_load,
            is_vector,
            size,
            register: instruction & 31,
            base: instruction >> 5 & 31,
            offset,
        })
    }

    /// Whether it is of a place on the stack that has all of a register.
    pub fn is_slot(&self) -> bool {
        let is_register = self.is_vector || self.register != 31;
        self.base == SP && is_register && self.size == if self.is_vector { 16 } else { 8 }
    }

    /// The set with its register.
    pub fn registers(&self) -> Registers {
        if self.is_vector { effects::vector(self.register) } else { effects::general(self.register) }
    }
}

/// Whether `instruction` loads all of a register from the stack.
pub fn is_slot_load(instruction: u32) -> bool {
    Transfer::decode(instruction).is_some_and(|load| load.is_load && load.is_slot())
}
