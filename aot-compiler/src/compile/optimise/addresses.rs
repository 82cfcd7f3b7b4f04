//! Addresses of linear memory in 64 bits, in the mirrored view (`sinter_abi::window`).
//!
//! An index is a sum that wraps at 2^32, so the machine's addressing modes, which do not, cannot make it. In loops, where
//! the index is a tree of additions, subtractions and shifts by constants over values of 32 bits, this pass writes
//!
//! ```text
//! X = base + MIRROR + sext(r) + sext(t) << s + constant
//! ```
//!
//! where t is the value from the innermost loop, s is at most 3, and r the sum of the others. Then invariant parts leave the
//! loop, accesses share sums, and shifts and constants become parts of loads and stores.
//!
//! # Why this is exact
//!
//! Let i be the index, 0 <= i < 2^32, and o the static offset. The instruction must access the bytes from i + o on, and
//! trap unless all of them are below the memory's size, which is at most `LARGEST` = 2^32 - 2^30.
//!
//! - **The sum is right modulo 2^32**: sext(t) = t modulo 2^32, and all operations are those of the ring. The constant
//!   counts modulo 2^32, too, and is taken as a signed one.
//! - **It stays in the mirrored view**: r, the constant and o are within 2^31 each and t within 2^34, so with an access of 16
//!   bytes X + o is less than 12 * 2^31 = `REACH` away from the middle. Every copy there begins with the memory's bytes and
//!   ends with 2^30 unmapped ones, so no access that begins in one copy ends in the next.
//! - **With o = 0** the access is one to byte i of some copy: it faults exactly if it must trap.
//! - **With o > 0** X + o, too, is right modulo 2^32, but i + o must not wrap: from 2^32 on it must trap, where X + o would
//!   be a small index. So something must have shown that it does not ([`Shown`]): an access A that dominates this one and
//!   has the same terms, so that i = i' + d modulo 2^32, d being the difference of the constants. A did not trap, so i' + o'
//!   < `LARGEST`, in whichever view it was. If 0 <= d and d + o - o' <= 2^30, then i' + d + o < 2^32, so i is i' + d and i +
//!   o does not wrap. Values have a single assignment, so where A dominates, it ran after its terms got their values.
//! - **Otherwise** the access stays in the strict view, where all of this holds by itself.

use super::{
    loops::{self, Loops},
    opaque,
};
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef, types},
};
use sinter_abi::window::{COPY, LARGEST, MIRROR, REACH};
use std::collections::HashMap;

/// Rewrites those of `accesses` for which it saves instructions.
pub fn run(function: &mut Function, accesses: &[Access]) {
    if accesses.is_empty() {
        return;
    }
    let Some(loops) = Loops::find(function) else { return };
    let (masked, bases, displaced) = Default::default();
    let mut pass = Addresses { function, loops, masked, bases, displaced };
    let uses = pass.uses(accesses);
    let mut groups: HashMap<&[Term], Group> = HashMap::new();
    for found in &uses {
        let group = groups.entry(&found.sum.terms).or_insert(Group::new(found.sum.constant));
        group.has_several_constants |= found.sum.constant != group.constant;
    }
    for found in &uses {
        let group = groups.get_mut(&*found.sum.terms).expect("every use has a group");
        let mirrored = pass.gains(found, group) && pass.is_exact(found, &group.shown);
        group.shown.push(Shown {
            by: found.inst,
            sum: found.sum.constant,
            offset: found.access.offset,
            mirrored,
        });
        if mirrored {
            pass.rewrite(found);
        }
    }
}

/// A sign-extended value, shifted to the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Term {
    value: Value,
    shift: u8,
}

/// An index modulo 2^32.
#[derive(Debug)]
struct Sum {
    /// The outermost loop's first.
    terms: Vec<Term>,
    constant: i32,
}

/// A load or store to look at.
struct Use<'a> {
    inst: Inst,
    access: &'a Access,
    sum: Sum,
}

/// The accesses whose indices have the same terms.
struct Group {
    /// Of the first of them.
    constant: i32,
    has_several_constants: bool,
    shown: Vec<Shown>,
}

/// What an access that did not trap has shown: that its index plus its offset is within the memory.
struct Shown {
    by: Inst,
    sum: i32,
    offset: i32,
    /// Whether it was in the mirrored view.
    mirrored: bool,
}

impl Group {
    fn new(constant: i32) -> Self {
        Self { constant, has_several_constants: false, shown: Vec::new() }
    }
}

/// Bytes that an access may lie behind one that did not trap, and not wrap.
const HOLE: i64 = (COPY - LARGEST) as i64;
/// The greatest shift that addressing modes have.
const MAX_SHIFT: u8 = 3;
// r, the constant and the static offset count once each, t as often as its shift says, and the access itself a little.
const _: () = assert!(((3 + (1 << MAX_SHIFT)) << 31) + 16 <= REACH);

fn constant(function: &Function, value: Value) -> Option<i32> {
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return None };
    match function.dfg.insts[inst] {
        InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits() as i32),
        _ => None,
    }
}

fn operation(function: &Function, value: Value) -> Option<(Opcode, [Value; 2])> {
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return None };
    match function.dfg.insts[inst] {
        InstructionData::Binary { opcode, args } => {
            Some((opcode, args.map(|arg| function.dfg.resolve_aliases(arg))))
        }
        _ => None,
    }
}

struct Addresses<'f> {
    function: &'f mut Function,
    loops: Loops,
    /// Values with bits set or flipped that are left of a constant, see [`Self::add`].
    masked: HashMap<(Opcode, Value, i32), Value>,
    /// The mirrored view's base, by the block at whose end it was made.
    bases: HashMap<Block, Value>,
    /// Sums with a displacement that no load has as its offset, and the instructions that made them.
    displaced: HashMap<(Vec<Term>, i64), Vec<(Inst, Value)>>,
}

impl Addresses<'_> {
    /// The loads and stores among `accesses`, dominating ones first.
    fn uses<'a>(&mut self, accesses: &'a [Access]) -> Vec<Use<'a>> {
        let by_address: HashMap<_, _> = accesses.iter().map(|access| (access.address, access)).collect();
        let found = self.loops.insts(self.function).into_iter().filter_map(|inst| {
            let address = match self.function.dfg.insts[inst] {
                InstructionData::Load { arg, .. } => arg,
                InstructionData::Store { args, .. } => args[1],
                _ => return None,
            };
            let access = *by_address.get(&address)?;
            let mut sum = Sum { terms: Vec::new(), constant: 0 };
            self.add(&mut sum, access.index, 0);
            sum.terms
                .sort_by_key(|term| (self.loops.level(self.function, term.value), term.shift, term.value));
            Some(Use { inst, access, sum })
        });
        found.collect()
    }

    /// Adds `value << shift` to `sum`.
    fn add(&mut self, sum: &mut Sum, value: Value, shift: u8) {
        let value = self.function.dfg.resolve_aliases(value);
        if let Some(constant) = constant(self.function, value) {
            sum.constant = sum.constant.wrapping_add(constant << shift);
            return;
        }
        let Some((opcode, [left, right])) = operation(self.function, value) else {
            return sum.terms.push(Term { value, shift });
        };
        match (opcode, constant(self.function, right)) {
            (Opcode::Iadd, _) => {
                self.add(sum, left, shift);
                self.add(sum, right, shift);
            }
            (Opcode::Isub, Some(right)) => {
                sum.constant = sum.constant.wrapping_sub(right << shift);
                self.add(sum, left, shift);
            }
            // Amounts count modulo 32.
            (Opcode::Ishl, Some(amount)) if (amount & 31) as u8 + shift <= MAX_SHIFT => {
                self.add(sum, left, (amount & 31) as u8 + shift);
            }
            // What is added to zeros is added without a carry. That is how LLVM counts in an unrolled loop.
            (Opcode::Bor | Opcode::Bxor, Some(right)) => {
                let low = right & ((1i64 << self.trailing_zeros(left, &mut Vec::new())) - 1) as i32;
                sum.constant = sum.constant.wrapping_add(low << shift);
                match right - low {
                    0 => self.add(sum, left, shift),
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
    fn trailing_zeros(&self, value: Value, within: &mut Vec<Value>) -> u32 {
        let value = self.function.dfg.resolve_aliases(value);
        if let Some(constant) = constant(self.function, value) {
            return constant.trailing_zeros();
        }
        if let ValueDef::Param(block, number) = self.function.dfg.value_def(value) {
            // What a loop gives back to itself does not change what it began with.
            if within.contains(&value) {
                return 32;
            }
            if within.len() == 4 || self.loops.flow.pred_iter(block).next().is_none() {
                return 0;
            }
            within.push(value);
            let arguments =
                self.loops.flow.pred_iter(block).flat_map(|from| self.arguments(from.inst, block, number));
            let zeros = arguments
                .map(|argument| argument.map_or(0, |argument| self.trailing_zeros(argument, within)));
            let zeros = zeros.min().unwrap_or(0);
            within.pop();
            return zeros;
        }
        let Some((opcode, [left, right])) = operation(self.function, value) else { return 0 };
        match (opcode, constant(self.function, right)) {
            (Opcode::Iadd | Opcode::Isub | Opcode::Bor | Opcode::Bxor, _) => {
                self.trailing_zeros(left, within).min(self.trailing_zeros(right, within))
            }
            (Opcode::Ishl, Some(amount)) => {
                (self.trailing_zeros(left, within) + (amount & 31) as u32).min(32)
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

    /// Whether the mirrored view saves something: in a loop, with something to add to the one value that the addressing
    /// modes of the strict view have room for.
    fn gains(&self, found: &Use, group: &Group) -> bool {
        let terms = &*found.sum.terms;
        let is_plain = matches!(terms, [] | [Term { shift: 0, .. }]);
        let in_loop = self.loops.contain(self.function, found.inst);
        in_loop && !terms.is_empty() && (!is_plain || group.has_several_constants)
    }

    /// Whether the access may be in the mirrored view, see above; `false` as well if the strict view's address is there.
    fn is_exact(&self, found: &Use, shown: &[Shown]) -> bool {
        let offset = found.access.offset;
        let difference = |by: &Shown| found.sum.constant.wrapping_sub(by.sum);
        let shows = |by: &&Shown| {
            let difference = difference(by);
            difference >= 0
                && i64::from(difference) + i64::from(offset) - i64::from(by.offset) <= HOLE
                && self.loops.tree.dominates(by.by, found.inst, &self.function.layout)
        };
        offset == 0
            || (shown.iter().any(|by| shows(&by))
                && !shown.iter().filter(shows).any(|by| !by.mirrored && difference(by) == 0))
    }

    /// Has the access use the mirrored view.
    fn rewrite(&mut self, found: &Use) {
        let displacement = i64::from(found.sum.constant) + i64::from(found.access.offset);
        // What loads and stores have as an offset: 12 bits, scaled by their size, or 9 bits with a sign.
        let (bytes, unit) = (i64::from(found.access.bytes), 4096 * i64::from(found.access.bytes));
        let near = match displacement {
            -256..256 => 0,
            _ => displacement - (displacement.div_euclid(bytes) * bytes).rem_euclid(unit),
        };
        let address = match near {
            0 => self.sum(&found.sum.terms, found.inst, found.inst),
            _ => self.displaced(found, near),
        };
        let rest = ((displacement - near) as i32).into();
        match &mut self.function.dfg.insts[found.inst] {
            InstructionData::Load { arg, offset, .. } => (*arg, *offset) = (address, rest),
            InstructionData::Store { args, offset, .. } => (args[1], *offset) = (address, rest),
            _ => unreachable!("`uses` lists loads and stores"),
        }
    }

    /// The sum of `terms` in the mirrored view, for a use by `inst`, made before `place`. Cranelift moves it out of loops.
    fn sum(&mut self, terms: &[Term], inst: Inst, place: Inst) -> Value {
        let base = self.base(inst);
        let mut cursor = FuncCursor::new(self.function).at_inst(place);
        let (last, rest) = terms.split_last().expect("what is rewritten has terms");
        let shifted = |cursor: &mut FuncCursor, term: &Term| match term.shift {
            0 => term.value,
            shift => cursor.ins().ishl_imm_s(term.value, i64::from(shift)),
        };
        let mut sum = base;
        if let Some((first, rest)) = rest.split_first() {
            let first = shifted(&mut cursor, first);
            let rest = rest.iter().fold(first, |sum, term| {
                let term = shifted(&mut cursor, term);
                cursor.ins().iadd(sum, term)
            });
            let wide = cursor.ins().sextend(types::I64, rest);
            sum = cursor.ins().iadd(sum, wide);
        }
        let mut wide = cursor.ins().sextend(types::I64, last.value);
        if last.shift > 0 {
            wide = cursor.ins().ishl_imm_s(wide, i64::from(last.shift));
        }
        cursor.ins().iadd(sum, wide)
    }

    /// The sum of the use's terms and `displacement`, opaque, as the code generator would not share it.
    fn displaced(&mut self, found: &Use, displacement: i64) -> Value {
        let key = (found.sum.terms.clone(), displacement);
        let made = self.displaced.get(&key).into_iter().flatten();
        let layout = &self.function.layout;
        if let Some(&(_, value)) =
            made.into_iter().find(|(by, _)| self.loops.tree.dominates(*by, found.inst, layout))
        {
            return value;
        }
        let values: Vec<_> = found.sum.terms.iter().map(|term| term.value).collect();
        let place = self.loops.outermost_place(self.function, &values, found.inst);
        let sum = self.sum(&found.sum.terms, found.inst, place);
        let mut cursor = FuncCursor::new(self.function).at_inst(place);
        let sum = cursor.ins().iadd_imm_s(sum, displacement);
        let (by, value) = opaque(&mut cursor, sum);
        self.displaced.entry(key).or_default().push((by, value));
        value
    }

    /// The base of the mirrored view, made before the outermost loop around `inst`; opaque, as the code generator would
    /// make it again in every block.
    fn base(&mut self, inst: Inst) -> Value {
        let place = self.loops.outermost_place(self.function, &[], inst);
        let block = loops::block(self.function, place);
        if let Some(&base) = self.bases.get(&block) {
            return base;
        }
        let vmctx =
            self.function.dfg.block_params(self.function.layout.entry_block().expect("it has blocks"))[0];
        let mut cursor = FuncCursor::new(self.function).at_inst(place);
        let base = cursor.ins().iadd_imm_s(vmctx, MIRROR as i64);
        let (_, base) = opaque(&mut cursor, base);
        self.bases.insert(block, base);
        base
    }
}
