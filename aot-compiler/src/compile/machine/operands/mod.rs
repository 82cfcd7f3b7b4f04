//! Which registers an instruction reads and writes, exactly, and in which of its fields they are named.
//!
//! What is not known here is `None`: such an instruction may read and write everything.

mod floating;
mod integer;
mod memory;
#[cfg(test)]
mod tests;

use super::effects::{Registers, general, vector};

/// The condition flags, in the place of the stack pointer, whose changes nothing here follows.
pub const FLAGS: Registers = general(31);

/// A register that a field of five bits names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand {
    /// The field's lowest bit.
    pub shift: u8,
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
    /// The fields of a load of two registers that name what is written and not read.
    both: [Option<Operand>; 2],
    /// The field that names what is read and written.
    changed: Option<Operand>,
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

    /// The fields that name what is read, also if it is written, too.
    pub fn sources(&self) -> impl Iterator<Item = Operand> + use<> {
        self.reads().chain(self.changed)
    }

    /// The field that names what is read and written.
    pub fn changed(&self) -> Option<Operand> {
        self.changed
    }

    /// The fields that name what is written and not read.
    pub fn results(&self) -> impl Iterator<Item = Operand> + use<> {
        self.write.into_iter().chain(self.both.into_iter().flatten())
    }
}

/// The operands of `instruction`; `None` for calls, branches without a condition, and what is not known (Arm ARM C4.1).
pub fn of(instruction: u32) -> Option<Operands> {
    match instruction >> 25 & 15 {
        0b1000 | 0b1001 => integer::immediate(instruction),
        0b0101 | 0b1101 => integer::register(instruction),
        0b0111 | 0b1111 => floating::of(instruction),
        0b0100 | 0b0110 | 0b1100 | 0b1110 => memory::of(instruction),
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
        let operands = Operands {
            reads: [None; 4],
            write: None,
            both: [None; 2],
            changed: None,
            read: 0,
            written: 0,
            is_pure: true,
        };
        Self { instruction, operands }
    }

    fn field(mut self, shift: u8, is_vector: bool, is_word: bool) -> Self {
        let operand = Operand { shift, is_vector, is_word };
        let free = self.operands.reads.iter_mut().find(|slot| slot.is_none());
        *free.expect("no instruction reads more") = Some(operand);
        self.operands.read |= operand.register(self.instruction);
        self
    }

    /// Reads the general register named at `shift`: its lower 32 bits if `is_word`.
    fn reads(self, shift: u8, is_word: bool) -> Self {
        self.field(shift, false, is_word)
    }

    /// Reads the vector register named at `shift`.
    fn reads_vector(self, shift: u8) -> Self {
        self.field(shift, true, false)
    }

    /// Reads the registers of `set`, which no field names, or one that also means something else.
    fn reads_also(mut self, set: Registers) -> Self {
        self.operands.read |= set;
        self
    }

    fn writes(mut self, shift: u8, is_vector: bool) -> Self {
        let operand = Operand { shift, is_vector, is_word: false };
        self.operands.write = Some(operand);
        self.operands.written |= operand.register(self.instruction);
        self
    }

    /// Writes what the field at `shift` names, all of which was read before if `keeps`.
    fn changes(mut self, shift: u8, is_vector: bool, keeps: bool) -> Self {
        self = self.writes(shift, is_vector);
        if keeps {
            self.operands.changed = self.operands.write.take();
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
