//! Addresses of linear memory in 64 bits, in the mirrored view (`sinter_abi::window`).
//!
//! An index is a sum that wraps at 2^32, so the machine's addressing modes, which do not, cannot make it. In loops, where
//! the index is a tree of additions, subtractions and shifts by constants over values t of 32 bits, this pass writes
//!
//! ```text
//! X = base + MIRROR + sext(t1) << s1 + sext(t2) << s2 + ... + constant
//! ```
//!
//! with the values of outer loops first. Then invariant parts leave the loop, accesses share sums, and constants become
//! the immediate offsets of loads and stores.
//!
//! # Why this is exact
//!
//! Let i be the index, 0 <= i < 2^32, and o the static offset. The instruction must access the bytes from i + o on, and
//! trap unless all of them are below the memory's size, which is at most `LARGEST` = 2^32 - 2^30.
//!
//! - **The sum is right modulo 2^32**: sext(t) = t modulo 2^32, and all operations are those of the ring. The constant
//!   counts modulo 2^32, too, and is taken as a signed one.
//! - **It stays in the mirrored view**, as [`Sum::of`] adds up the greatest magnitudes. Every copy there begins with the
//!   memory's bytes and ends with 2^30 unmapped ones, so no access that begins in one copy ends in the next.
//! - **With o = 0** the access is one to byte i of some copy: it faults exactly if it must trap.
//! - **With o > 0** X + o, too, is right modulo 2^32, but i + o must not wrap: from 2^32 on it must trap, where X + o would
//!   be a small index. So something must have shown that it does not ([`Shown`]): an access A that dominates this one and
//!   has the same terms, so that i = i' + d modulo 2^32, d being the difference of the constants. A did not trap, so i' + o'
//!   < `LARGEST`, in whichever view it was. If 0 <= d and d + o - o' <= 2^30, then i' + d + o < 2^32, so i is i' + d and i +
//!   o does not wrap. Values have a single assignment, so where A dominates, it ran after its terms got their values.
//! - **Otherwise** the access stays in the strict view, where all of this holds by itself.

use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    dominator_tree::DominatorTree,
    flowgraph::ControlFlowGraph,
    ir::{Block, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef, types},
    loop_analysis::{Loop, LoopAnalysis},
};
use sinter_abi::window::{COPY, LARGEST, MIRROR, REACH};
use std::{cmp::Reverse, collections::HashMap};

/// Rewrites those of `accesses` for which it saves instructions.
pub fn run(function: &mut Function, accesses: &[Access]) {
    let flow = ControlFlowGraph::with_function(function);
    let tree = DominatorTree::with_function(function, &flow);
    let mut loops = LoopAnalysis::new();
    loops.compute(function, &flow, &tree);
    if accesses.is_empty() || loops.loops().len() == 0 {
        return;
    }
    let mut pass = Addresses { function, tree, loops, bases: HashMap::new(), displaced: HashMap::new() };
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
/// Greatest sum of the terms' factors, 1 << shift: each term's magnitude is at most 2^31 times its factor, those of the
/// constant and the offset are as much at most, and an access has at most 16 bytes.
const FACTORS: u64 = REACH / (1 << 31) - 3;

impl Sum {
    /// The sum that `index` is; `None` if it might be out of reach.
    fn of(function: &Function, index: Value) -> Option<Self> {
        let mut sum = Self { terms: Vec::new(), constant: 0 };
        sum.add(function, index, 0);
        let factors: u64 = sum.terms.iter().map(|term| 1 << term.shift).sum();
        (factors <= FACTORS).then_some(sum)
    }

    /// Adds `value << shift`.
    fn add(&mut self, function: &Function, value: Value, shift: u8) {
        let value = function.dfg.resolve_aliases(value);
        let constant = |value| constant(function, value);
        if let Some(constant) = constant(value) {
            self.constant = self.constant.wrapping_add(constant.wrapping_shl(shift.into()));
            return;
        }
        if let Some((opcode, [left, right])) = operation(function, value) {
            match (opcode, constant(right)) {
                (Opcode::Iadd, _) => {
                    self.add(function, left, shift);
                    return self.add(function, right, shift);
                }
                (Opcode::Isub, Some(right)) => {
                    self.constant = self.constant.wrapping_sub(right.wrapping_shl(shift.into()));
                    return self.add(function, left, shift);
                }
                // Amounts count modulo 32; of the shifts, those up to 3 are in addressing modes.
                (Opcode::Ishl, Some(amount)) if (amount & 31) as u8 + shift <= 3 => {
                    return self.add(function, left, (amount & 31) as u8 + shift);
                }
                _ => {}
            }
        }
        self.terms.push(Term { value, shift });
    }
}

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
        InstructionData::Binary { opcode, args } => Some((opcode, args)),
        _ => None,
    }
}

struct Addresses<'f> {
    function: &'f mut Function,
    tree: DominatorTree,
    loops: LoopAnalysis,
    /// The mirrored view's base, by the block at whose end it was made.
    bases: HashMap<Block, Value>,
    /// Sums with a displacement that no load has as its offset, and the instructions that made them.
    displaced: HashMap<(Vec<Term>, i64), Vec<(Inst, Value)>>,
}

impl Addresses<'_> {
    /// The loads and stores among `accesses`, dominating ones first.
    fn uses<'a>(&self, accesses: &'a [Access]) -> Vec<Use<'a>> {
        let by_address: HashMap<_, _> = accesses.iter().map(|access| (access.address, access)).collect();
        let insts = self.tree.cfg_rpo().flat_map(|&block| self.function.layout.block_insts(block));
        let found = insts.filter_map(|inst| {
            let address = match self.function.dfg.insts[inst] {
                InstructionData::Load { arg, .. } => arg,
                InstructionData::Store { args, .. } => args[1],
                _ => return None,
            };
            let access = *by_address.get(&address)?;
            let mut sum = Sum::of(self.function, access.index)?;
            sum.terms.sort_by_key(|term| (self.level(term.value), Reverse(term.shift), term.value));
            Some(Use { inst, access, sum })
        });
        found.collect()
    }

    /// How many loops the block is in that defines `value`.
    fn level(&self, value: Value) -> usize {
        self.loops.loop_level(self.block_of(value)).level()
    }

    fn block_of(&self, value: Value) -> Block {
        match self.function.dfg.value_def(value) {
            ValueDef::Result(inst, _) => self.block(inst),
            ValueDef::Param(block, _) => block,
            ValueDef::Union(..) => unreachable!("only Cranelift's own optimiser makes unions"),
        }
    }

    fn block(&self, inst: Inst) -> Block {
        self.function.layout.inst_block(inst).expect("the instruction is in a block")
    }

    /// Whether the mirrored view saves something: in a loop, with something to add to the one value that the addressing
    /// modes of the strict view have room for.
    fn gains(&self, found: &Use, group: &Group) -> bool {
        let terms = &*found.sum.terms;
        let is_plain = matches!(terms, [] | [Term { shift: 0, .. }]);
        let in_loop = self.loops.innermost_loop(self.block(found.inst)).is_some();
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
                && self.tree.dominates(by.by, found.inst, &self.function.layout)
        };
        offset == 0
            || (shown.iter().any(|by| shows(&by))
                && !shown.iter().filter(shows).any(|by| !by.mirrored && difference(by) == 0))
    }

    /// Has the access use the mirrored view.
    fn rewrite(&mut self, found: &Use) {
        let displacement = i64::from(found.sum.constant) + i64::from(found.access.offset);
        // What loads and stores have as an offset: 12 bits, scaled by their size, or 9 bits with a sign.
        let unit = 4096 * i64::from(found.access.bytes);
        let near = if (-256..0).contains(&displacement) { 0 } else { displacement.div_euclid(unit) * unit };
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
        terms.iter().fold(base, |sum, term| {
            let mut wide = cursor.ins().sextend(types::I64, term.value);
            if term.shift > 0 {
                wide = cursor.ins().ishl_imm_s(wide, i64::from(term.shift));
            }
            cursor.ins().iadd(sum, wide)
        })
    }

    /// The sum of the use's terms and `displacement`, opaque, as the code generator would not share it.
    fn displaced(&mut self, found: &Use, displacement: i64) -> Value {
        let key = (found.sum.terms.clone(), displacement);
        let made = self.displaced.get(&key).into_iter().flatten();
        let layout = &self.function.layout;
        if let Some(&(_, value)) =
            made.into_iter().find(|(by, _)| self.tree.dominates(*by, found.inst, layout))
        {
            return value;
        }
        let place = self.outermost_place(&found.sum.terms, found.inst);
        let sum = self.sum(&found.sum.terms, found.inst, place);
        let mut cursor = FuncCursor::new(self.function).at_inst(place);
        let sum = cursor.ins().iadd_imm_s(sum, displacement);
        let (by, value) = opaque(&mut cursor, sum);
        self.displaced.entry(key).or_default().push((by, value));
        value
    }

    /// Where to compute what depends on `terms` and is for `inst`: before the outermost loop in which they do not change.
    fn outermost_place(&self, terms: &[Term], inst: Inst) -> Inst {
        let is_invariant = |within: &Loop| {
            terms.iter().all(|term| !self.loops.is_in_loop(self.block_of(term.value), *within))
        };
        let innermost = self.loops.innermost_loop(self.block(inst));
        let around = std::iter::successors(innermost, |&inner| self.loops.loop_parent(inner));
        around.take_while(is_invariant).last().map_or(inst, |outermost| self.before(outermost))
    }

    /// The end of the block from which control enters the loop, or one that it comes through before.
    fn before(&self, within: Loop) -> Inst {
        let before = self.tree.idom(self.loops.loop_header(within)).expect("the entry block is no loop's");
        self.function.layout.last_inst(before).expect("blocks have terminators")
    }

    /// The base of the mirrored view, made before the outermost loop around `inst`; opaque, as the code generator would
    /// make it again in every block.
    fn base(&mut self, inst: Inst) -> Value {
        let place = self.outermost_place(&[], inst);
        let block = self.block(place);
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

/// The same value, but nothing that Cranelift can look through, compute again or move; it costs no instruction.
fn opaque(cursor: &mut FuncCursor, value: Value) -> (Inst, Value) {
    let twice = cursor.ins().iconcat(value, value);
    let (same, _) = cursor.ins().isplit(twice);
    let ValueDef::Result(inst, _) = cursor.func.dfg.value_def(same) else {
        unreachable!("an instruction's result was just made");
    };
    (inst, same)
}
