//! When the Cortex-A53 issues instructions: two in a cycle, in their order.
//!
//! Latencies and units are those of LLVM's public model (AArch64SchedA53.td), by which `llvm-mca` estimates cycles; so is
//! that an instruction waits until its result is not written before those of earlier ones.

use super::{
    effects::Registers,
    operands::{self, FLAGS},
};

/// What computes; there are two for integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Integer,
    Product,
    Quotient,
    Memory,
    Branch,
    Float,
    /// Products, quotients and roots in floating point.
    FloatProduct,
}

/// Units, and where the second one for integers is.
const UNITS: usize = 8;
const SECOND: usize = 7;

/// What the processor needs to know to issue an instruction.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    unit: Unit,
    /// Cycles until its unit takes another.
    busy: u32,
    /// How many of the two places of a cycle it takes.
    slots: u32,
    /// Cycles until its results are written.
    latency: u32,
    /// Registers by how many cycles they may be written after it is issued, if integer instructions write them.
    reads: [Registers; 3],
    written: Registers,
}

impl Step {
    /// That of `instruction`, which [`operands::of`] knows.
    pub fn of(instruction: u32) -> Self {
        let operands = operands::of(instruction);
        let (read, written) = operands.map_or((0, 0), |operands| (operands.read, operands.written));
        let (unit, busy, slots, latency) = resources(instruction);
        let mut reads = [0; 3];
        let fields = operands.iter().flat_map(operands::Operands::reads);
        for operand in fields {
            reads[early(instruction, operand.shift)] |= operand.register(instruction);
        }
        // Where it is read twice, the earlier one counts; and what no field of its own names is changed.
        let changed = if matches!(unit, Unit::Integer) { 2 } else { 0 };
        reads[changed] |= read & !FLAGS & !(reads[0] | reads[1] | reads[2]);
        reads[0] |= read & FLAGS;
        reads[1] &= !reads[0];
        reads[2] &= !(reads[0] | reads[1]);
        Self { unit, busy, slots, latency, reads, written }
    }

    /// Cycles from its issue to that of `reader`, which reads its result in one of `registers`.
    pub fn distance(&self, reader: &Self, registers: Registers) -> u32 {
        let forwarded = match registers {
            any if any & reader.reads[0] != 0 => 0,
            any if any & reader.reads[1] != 0 => 1,
            _ => 2,
        };
        self.latency - if self.is_forwarded() { forwarded } else { 0 }
    }

    fn is_forwarded(&self) -> bool {
        matches!(self.unit, Unit::Integer | Unit::Product | Unit::Quotient)
    }
}

/// Unit, cycles for which it is busy, slots and latency.
fn resources(instruction: u32) -> (Unit, u32, u32, u32) {
    let bits = |at: u32, count: u32| instruction >> at & ((1 << count) - 1);
    match instruction >> 25 & 15 {
        // Fields of bits are ready earlier than other results.
        0b1000 | 0b1001 => (Unit::Integer, 1, 1, if bits(23, 3) == 0b110 { 2 } else { 3 }),
        0b0101 | 0b1101 => match (bits(28, 1), bits(21, 4)) {
            (1, 0b1000..) => (Unit::Product, 1, 1, 4),
            (1, 0b0110) if bits(30, 1) == 0 && bits(11, 5) == 1 => (Unit::Quotient, 1, 1, 4),
            (1, 0b0110) if bits(30, 1) == 0 && bits(12, 4) == 2 => (Unit::Integer, 1, 1, 2),
            _ => (Unit::Integer, 1, 1, 3),
        },
        0b0111 | 0b1111 => floating(instruction),
        0b1010 | 0b1011 => (Unit::Branch, 1, 1, 1),
        _ => {
            let (is_pair, is_load) = (bits(27, 3) == 0b101, bits(22, 1) == 1);
            let is_single = bits(27, 3) == 0b111 && bits(24, 1) == 0 && bits(21, 1) == 0;
            let is_lane = bits(27, 3) == 0b001;
            let writes_back = (is_pair || is_lane) && bits(23, 1) == 1 || is_single && bits(10, 1) == 1;
            let both = u32::from(is_pair && is_load);
            (Unit::Memory, 1 + both, (1 + both + u32::from(writes_back)).min(2), 4)
        }
    }
}

/// The same for floating point and vectors (Arm ARM C4.1.96).
fn floating(instruction: u32) -> (Unit, u32, u32, u32) {
    let bits = |at: u32, count: u32| instruction >> at & ((1 << count) - 1);
    let slow = |is_double: bool| match is_double {
        true => (Unit::FloatProduct, 29, 1, 33),
        false => (Unit::FloatProduct, 14, 1, 18),
    };
    let fused = (Unit::FloatProduct, 1, 1, 10);
    let other = (Unit::Float, 1, 1, 6);
    match bits(24, 5) {
        // fmadd and others; then fmul, fnmul; fdiv; fsqrt
        0b11111 if bits(30, 1) == 0 => fused,
        0b11110 if bits(30, 1) == 0 && bits(21, 1) == 1 => match (bits(10, 2), bits(12, 4)) {
            (0b10, 0 | 8) => (Unit::FloatProduct, 1, 1, 6),
            (0b10, 1) => slow(bits(22, 1) == 1),
            (0, 12 | 4) if bits(10, 11) == 0b000_0111_0000 => slow(true),
            _ => other,
        },
        // Three vectors: fmla, fmls; fdiv. Two: fsqrt.
        0b01110 if bits(21, 1) == 1 => match (bits(10, 2), bits(11, 5), bits(29, 1)) {
            (0b11, 0b11001, 0) => fused,
            (0b11, 0b11111, 1) if bits(23, 1) == 0 => slow(bits(22, 1) == 1),
            (0b10, 0b11111, 1) if bits(23, 1) == 1 => slow(bits(22, 1) == 1),
            _ => other,
        },
        // fmla, fmls by an element
        0b01111 | 0b11111 if bits(10, 1) == 0 && bits(29, 1) == 0 && matches!(bits(12, 4), 1 | 5) => fused,
        _ => other,
    }
}

/// How many cycles before it is written the register in the field at `shift` is needed, if it comes from an integer instruction.
fn early(instruction: u32, shift: u8) -> usize {
    match instruction >> 25 & 15 {
        0b1000 | 0b1001 => 2,
        0b0101 | 0b1101 if instruction >> 28 & 1 == 0 => {
            let is_extended = instruction >> 24 & 1 == 1 && instruction >> 21 & 1 == 1;
            let is_shifted = is_extended || instruction >> 10 & 63 != 0;
            if shift == 16 && is_shifted { 1 } else { 2 }
        }
        0b0101 | 0b1101 => match resources(instruction).0 {
            Unit::Product if shift == 10 => 2,
            Unit::Product | Unit::Quotient => 1,
            _ => 2,
        },
        _ => 0,
    }
}

/// The processor as far as the order of instructions matters to it.
#[derive(Debug, Clone)]
pub struct Pipeline {
    cycle: u32,
    /// Places taken in this cycle.
    slots: u32,
    /// When each unit is free.
    free: [u32; UNITS],
    /// When each register is written, and whether its value is there earlier for those who can wait.
    ready: [(u32, bool); 64],
    /// When the last result is written.
    written: u32,
}

impl Pipeline {
    /// Idle.
    pub fn new() -> Self {
        Self { cycle: 0, slots: 0, free: [0; UNITS], ready: [(0, false); 64], written: 0 }
    }

    /// The cycle in which `step` would be issued as the next one.
    pub fn earliest(&self, step: &Step) -> u32 {
        let mut cycle = self.cycle + u32::from(self.slots + step.slots > 2);
        for (early, &set) in (0..).zip(&step.reads) {
            let mut left = set;
            while left != 0 {
                let (ready, is_forwarded) = self.ready[left.trailing_zeros() as usize];
                cycle = cycle.max(ready.saturating_sub(if is_forwarded { early } else { 0 }));
                left &= left - 1;
            }
        }

        cycle.max(self.free[self.unit(step)]).max(self.written.saturating_sub(step.latency))
    }

    /// Issues `step`.
    pub fn issue(&mut self, step: &Step) {
        let cycle = self.earliest(step);
        if cycle > self.cycle {
            (self.cycle, self.slots) = (cycle, 0);
        }
        self.slots += step.slots;
        self.free[self.unit(step)] = cycle + step.busy;
        self.written = cycle + step.latency;
        let mut left = step.written;
        while left != 0 {
            self.ready[left.trailing_zeros() as usize] = (cycle + step.latency, step.is_forwarded());
            left &= left - 1;
        }
    }

    /// When all results are written.
    pub fn end(&self) -> u32 {
        self.written
    }

    fn unit(&self, step: &Step) -> usize {
        match step.unit {
            Unit::Integer if self.free[SECOND] < self.free[Unit::Integer as usize] => SECOND,
            unit => unit as usize,
        }
    }
}
