//! Indices of linear memory as sums: what [`super::addresses`] and [`super::neighbours`] know of accesses.

use super::loops::{self, Loops};
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef},
};
use std::collections::HashMap;

/// A value, shifted to the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    /// Of 32 bits.
    pub value: Value,
    /// At most [`MAX_SHIFT`].
    pub shift: u8,
}

/// The greatest shift that addressing modes have.
pub const MAX_SHIFT: u8 = 3;

/// An index modulo 2^32.
#[derive(Debug, Clone)]
pub struct Sum {
    /// The outermost loop's first.
    pub terms: Vec<Term>,
    /// What is added to them.
    pub constant: i32,
}

/// A load or store of linear memory.
#[derive(Debug, Clone)]
pub struct Use {
    /// The instruction.
    pub inst: Inst,
    /// Its index.
    pub index: Value,
    /// The same.
    pub sum: Sum,
    /// Its static offset, not negative.
    pub offset: i32,
    /// How many bytes it has.
    pub bytes: u8,
    /// Whether it and another one are to be one instruction.
    pub paired: bool,
}

impl Use {
    /// What is added to the terms, with the static offset.
    pub fn displacement(&self) -> i64 {
        i64::from(self.sum.constant) + i64::from(self.offset)
    }
}

/// The loads and stores among `accesses`, dominating ones first.
pub fn uses(function: &mut Function, loops: &Loops, accesses: &[Access]) -> Vec<Use> {
    let by_address: HashMap<_, _> = accesses.iter().map(|access| (access.address, access)).collect();
    let mut sums = Sums { function, loops, masked: HashMap::new() };
    let found = loops.insts(sums.function).into_iter().filter_map(|inst| {
        let address = match sums.function.dfg.insts[inst] {
            InstructionData::Load { arg, .. } => arg,
            InstructionData::Store { args, .. } => args[1],
            _ => return None,
        };
        let &&Access { index, offset, bytes, .. } = by_address.get(&address)?;
        let mut sum = Sum { terms: Vec::new(), constant: 0 };
        sums.add(&mut sum, index, 0, &mut FUEL.clone());
        sum.terms.sort_by_key(|term| (loops.level(sums.function, term.value), term.shift, term.value));
        Some(Use { inst, index, sum, offset, bytes, paired: false })
    });
    found.collect()
}

/// How many values are looked at to find out about one.
const FUEL: u32 = 24;

struct Sums<'a> {
    function: &'a mut Function,
    loops: &'a Loops,
    /// Values with bits set or flipped that are left of a constant, see [`Self::add`].
    masked: HashMap<(Opcode, Value, i32), Value>,
}

impl Sums<'_> {
    /// Adds `value << shift` to `sum`.
    fn add(&mut self, sum: &mut Sum, value: Value, shift: u8, fuel: &mut u32) {
        let value = self.function.dfg.resolve_aliases(value);
        if let Some(constant) = constant(self.function, value) {
            sum.constant = sum.constant.wrapping_add(constant << shift);
            return;
        }
        let operation = operation(self.function, value).filter(|_| burn(fuel));
        let Some((opcode, [left, right])) = operation else {
            return sum.terms.push(Term { value, shift });
        };
        match (opcode, constant(self.function, right)) {
            (Opcode::Iadd, _) => {
                self.add(sum, left, shift, fuel);
                self.add(sum, right, shift, fuel);
            }
            (Opcode::Isub, Some(right)) => {
                sum.constant = sum.constant.wrapping_sub(right << shift);
                self.add(sum, left, shift, fuel);
            }
            // Amounts count modulo 32.
            (Opcode::Ishl, Some(amount)) if (amount & 31) as u8 + shift <= MAX_SHIFT => {
                self.add(sum, left, (amount & 31) as u8 + shift, fuel);
            }
            // What is added to zeros is added without a carry. That is how LLVM counts in an unrolled loop.
            (Opcode::Bor | Opcode::Bxor, Some(right)) => {
                let low = right
                    & ((1i64 << self.trailing_zeros(left, &mut Vec::new(), &mut FUEL.clone())) - 1) as i32;
                sum.constant = sum.constant.wrapping_add(low << shift);
                match right - low {
                    0 => self.add(sum, left, shift, fuel),
                    _ if low == 0 => sum.terms.push(Term { value, shift }),
                    high => {
                        let value = self.masked(opcode, left, high);
                        sum.terms.push(Term { value, shift });
                    }
                }
            }
            _ => sum.terms.push(Term { value, shift }),
        }
    }

    /// How many of the lowest bits of `value`, of 32 bits, are known to be zeros; `within` are the parameters of blocks that this
    /// is being asked for.
    fn trailing_zeros(&self, value: Value, within: &mut Vec<Value>, fuel: &mut u32) -> u32 {
        let value = self.function.dfg.resolve_aliases(value);
        if let Some(constant) = constant(self.function, value) {
            return constant.trailing_zeros();
        }
        if let ValueDef::Param(block, number) = self.function.dfg.value_def(value) {
            // What a loop gives back to itself does not change what it began with.
            if within.contains(&value) {
                return 32;
            }
            if !burn(fuel) || self.loops.flow.pred_iter(block).next().is_none() {
                return 0;
            }
            within.push(value);
            let arguments =
                self.loops.flow.pred_iter(block).flat_map(|from| self.arguments(from.inst, block, number));
            let zeros = arguments
                .map(|argument| argument.map_or(0, |argument| self.trailing_zeros(argument, within, fuel)));
            let zeros = zeros.min().unwrap_or(0);
            within.pop();
            return zeros;
        }
        let operation = operation(self.function, value).filter(|_| burn(fuel));
        let Some((opcode, [left, right])) = operation else { return 0 };
        match (opcode, constant(self.function, right)) {
            (Opcode::Iadd | Opcode::Isub | Opcode::Bor | Opcode::Bxor, _) => {
                self.trailing_zeros(left, within, fuel).min(self.trailing_zeros(right, within, fuel))
            }
            (Opcode::Ishl, Some(amount)) => {
                (self.trailing_zeros(left, within, fuel) + (amount & 31) as u32).min(32)
            }
            (Opcode::Imul | Opcode::Band, Some(constant)) => constant.trailing_zeros(),
            _ => 0,
        }
    }

    /// What `branch` passes as the parameter `number` of `block`, for each way that it goes there.
    fn arguments(&self, branch: Inst, block: Block, number: usize) -> Vec<Option<Value>> {
        let dfg = &self.function.dfg;
        let ways = dfg.insts[branch].branch_destination(&dfg.jump_tables, &dfg.exception_tables).iter();
        let ways = ways.filter(|way| way.block(&dfg.value_lists) == block);
        ways.map(|way| way.args(&dfg.value_lists).nth(number).and_then(|argument| argument.as_value()))
            .collect()
    }

    /// `value` with `bits` set or flipped, made where `value` is.
    fn masked(&mut self, opcode: Opcode, value: Value, bits: i32) -> Value {
        if let Some(&masked) = self.masked.get(&(opcode, value, bits)) {
            return masked;
        }
        let place = match self.function.dfg.value_def(value) {
            ValueDef::Result(inst, _) => self.function.layout.next_inst(inst),
            _ => self.function.layout.first_inst(loops::definition(self.function, value)),
        };
        let place = place.expect("blocks end with other instructions");
        let mut cursor = FuncCursor::new(self.function).at_inst(place);
        let masked = match opcode {
            Opcode::Bor => cursor.ins().bor_imm_s(value, i64::from(bits)),
            _ => cursor.ins().bxor_imm_s(value, i64::from(bits)),
        };
        self.masked.insert((opcode, value, bits), masked);
        masked
    }
}

/// Whether there is some left.
fn burn(fuel: &mut u32) -> bool {
    *fuel = fuel.saturating_sub(1);
    *fuel > 0
}

/// The constant that `value` is.
pub fn constant(function: &Function, value: Value) -> Option<i32> {
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return None };
    match function.dfg.insts[inst] {
        InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits() as i32),
        _ => None,
    }
}

/// The operation that makes `value`, and its operands.
pub fn operation(function: &Function, value: Value) -> Option<(Opcode, [Value; 2])> {
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return None };
    match function.dfg.insts[inst] {
        InstructionData::Binary { opcode, args } => {
            Some((opcode, args.map(|arg| function.dfg.resolve_aliases(arg))))
        }
        _ => None,
    }
}
