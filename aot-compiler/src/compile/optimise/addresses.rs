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
//! loop, accesses share sums, and shifts and constants become parts of loads and stores. If only some of the others leave the
//! loop, r is the sum of those, and the rest, as far as there is room, are added like t: an addition for each, and none for
//! the base.
//!
//! # Why this is exact
//!
//! Let i be the index, 0 <= i < 2^32, and o the static offset. The instruction must access the bytes from i + o on, and
//! trap unless all of them are below the memory's size, which is at most `LARGEST` = 2^32 - 2^30.
//!
//! - **The sum is right modulo 2^32**: sext(t) = t modulo 2^32, and all operations are those of the ring. The constant
//!   counts modulo 2^32, too, and is taken as a signed one.
//! - **It stays in the mirrored view**: r, the constant and o are within 2^31 each and t within 2^34, so with an access of 16
//!   bytes X + o is less than 12 * 2^31 = `REACH` away from the middle. What is added like t has its weight, 2^s, in units of
//!   2^31, and all weights together are at most the 8 ([`WEIGHT`]) that t alone may have. Every copy there begins with the
//!   memory's bytes and ends with 2^30 unmapped ones, so no access that begins in one copy ends in the next.
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
    pointers::{self, Counted},
    sums::{MAX_SHIFT, Term, Use},
};
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, Function, Inst, InstBuilder, InstructionData, Value, types},
};
use sinter_abi::window::{COPY, LARGEST, MIRROR, REACH};
use std::collections::{HashMap, HashSet};

/// What the shifts of terms that are extended each by itself add up to, at most.
const WEIGHT: u64 = 1 << MAX_SHIFT;

// The sum of the others, the constant and the static offset count once each, the terms that are extended as often as their
// shifts say, and the access itself a little.
const _: () = assert!(((3 + WEIGHT) << 31) + 16 <= REACH);

/// Bytes that an access may lie behind one that did not trap, and not wrap.
const HOLE: i64 = (COPY - LARGEST) as i64;

/// Which sums the mirrored view saves something for: those in loops that are more than the one value which the strict
/// view's addressing modes have room for.
pub struct Gains {
    /// Terms that occur with several constants.
    several: HashSet<Vec<Term>>,
}

impl Gains {
    /// Looks at all uses of the function.
    pub fn new(uses: &[Use]) -> Self {
        let mut first = HashMap::new();
        let mut several = HashSet::new();
        for found in uses {
            if *first.entry(&found.sum.terms).or_insert(found.sum.constant) != found.sum.constant {
                several.insert(found.sum.terms.clone());
            }
        }
        Self { several }
    }

    /// Whether something is saved for this one.
    pub fn has(&self, function: &Function, loops: &Loops, found: &Use) -> bool {
        let terms = &found.sum.terms;
        let is_plain = matches!(**terms, [] | [Term { shift: 0, .. }]) && found.sum.constant == 0;
        !terms.is_empty()
            && loops.contain(function, found.inst)
            && (!is_plain || self.several.contains(terms))
    }
}

/// Rewrites those of `uses`, which are in order, for which it saves instructions: not where the strict view's address is
/// there, which costs nothing, unless there are more to come with other constants. In the loops `counted`, pointers may be
/// counted.
pub fn run(function: &mut Function, loops: &Loops, uses: &[Use], gains: &Gains, counted: &[Counted]) {
    let mut shown: HashMap<&[Term], Vec<Shown>> = HashMap::new();
    let mirrored = uses.iter().filter(|found| {
        let shown = shown.entry(&found.sum.terms).or_default();
        let has_strict = !gains.several.contains(&found.sum.terms)
            && shown.iter().rev().take(ASKED).any(|by| by.is_strict_address(function, loops, found));
        let gains = || {
            gains.has(function, loops, found) && !has_strict
                || pointers::may_be_counted(function, loops, counted, found)
        };
        let mirrored = gains() && is_exact(function, loops, found, shown);
        shown.push(Shown { by: found.inst, constant: found.sum.constant, offset: found.offset, mirrored });
        mirrored
    });
    let mut mirrored: Vec<_> = mirrored.collect();
    let (bases, prefixes, opaque, nears) = Default::default();
    let mut pass = Addresses { function, loops, bases, prefixes, opaque, nears };
    let done = pointers::run(&mut pass, counted, &mirrored, gains);
    mirrored.retain(|found| !done.contains(&found.inst) && gains.has(pass.function, loops, found));
    pass.nears = self::nears(&mirrored);
    for found in mirrored {
        pass.rewrite(found);
    }
}

/// What an access that did not trap has shown: that its index plus its offset is within the memory.
struct Shown {
    by: Inst,
    constant: i32,
    offset: i32,
    /// Whether it was in the mirrored view.
    mirrored: bool,
}

impl Shown {
    /// Whether the strict view's address for `found` is there.
    fn is_strict_address(&self, function: &Function, loops: &Loops, found: &Use) -> bool {
        !self.mirrored
            && self.constant == found.sum.constant
            && loops.tree.dominates(self.by, found.inst, &function.layout)
    }
}

/// How many of the latest accesses with the same terms are asked what they have shown.
const ASKED: usize = 64;

/// Whether the access may be in the mirrored view, see above; `false` as well if the strict view's address is there.
fn is_exact(function: &Function, loops: &Loops, found: &Use, shown: &[Shown]) -> bool {
    let difference = |by: &Shown| found.sum.constant.wrapping_sub(by.constant);
    let shows = |by: &&Shown| {
        let difference = difference(by);
        difference >= 0
            && i64::from(difference) + i64::from(found.offset) - i64::from(by.offset) <= HOLE
            && loops.tree.dominates(by.by, found.inst, &function.layout)
    };
    let mut by = shown.iter().rev().take(ASKED).filter(shows).peekable();
    found.offset == 0 || by.peek().is_some() && by.all(|by| by.mirrored || difference(by) != 0)
}

/// The parts of the uses' displacements that are added before, by the uses' terms: as few as there can be. Where all uses
/// have the same displacement, it is all of that, so that their instructions have room for an index.
pub fn nears(uses: &[&Use]) -> HashMap<Vec<Term>, Vec<i64>> {
    let mut by_terms: HashMap<&[Term], Vec<&Use>> = HashMap::new();
    for &found in uses {
        by_terms.entry(&found.sum.terms).or_default().push(found);
    }
    let nears = by_terms.into_iter().map(|(terms, mut uses)| {
        uses.sort_by_key(|found| found.displacement());
        let is_alone = uses.iter().all(|found| found.displacement() == uses[0].displacement());
        let mut nears = Vec::new();
        for found in uses {
            if !nears.iter().any(|&near| has_room(found, near)) {
                nears.push(if has_room(found, 0) && !is_alone { 0 } else { found.displacement() });
            }
        }
        (terms.to_vec(), nears)
    });
    nears.collect()
}

/// Whether the instruction has room for the rest of the use's displacement: 12 bits, scaled by its size; 7 bits, with a sign,
/// if it is one of a pair. Cranelift would not share sums for the 9 bits with a sign that there are as well.
pub fn has_room(found: &Use, near: i64) -> bool {
    let (rest, bytes) = (found.displacement() - near, i64::from(found.bytes));
    let room = if found.paired { -64..64 } else { 0..4096 };
    rest % bytes == 0 && room.contains(&(rest / bytes))
}

/// Has the access use `address`, which is the sum of its terms and `near`.
pub fn redirect(function: &mut Function, found: &Use, address: Value, near: i64) {
    let rest = ((found.displacement() - near) as i32).into();
    match &mut function.dfg.insts[found.inst] {
        InstructionData::Load { arg, offset, .. } => (*arg, *offset) = (address, rest),
        InstructionData::Store { args, offset, .. } => (args[1], *offset) = (address, rest),
        _ => unreachable!("uses are loads and stores"),
    }
}

/// Terms, and a displacement that is added to them.
type Displaced = (Vec<Term>, i64);

/// What has been made of addresses.
pub struct Addresses<'f> {
    /// The function.
    pub function: &'f mut Function,
    /// Its loops.
    pub loops: &'f Loops,
    /// The mirrored view's base, by the block at whose end it was made.
    bases: HashMap<Block, Value>,
    /// Sums without their last term, by the block at whose end they were made.
    prefixes: HashMap<(Displaced, Block), Value>,
    /// Opaque whole sums, and the instructions that made them.
    opaque: HashMap<Displaced, Vec<(Inst, Value)>>,
    /// Parts of displacements that are added before, by terms.
    nears: HashMap<Vec<Term>, Vec<i64>>,
}

impl Addresses<'_> {
    /// Has the access use the mirrored view.
    fn rewrite(&mut self, found: &Use) {
        let mut nears = self.nears[&found.sum.terms].iter();
        let near = *nears.find(|&&near| has_room(found, near)).expect("there is one for each use");
        let address = self.address(found, near);
        redirect(self.function, found, address, near);
    }

    /// The sum of the use's terms and `near` in the mirrored view.
    fn address(&mut self, found: &Use, near: i64) -> Value {
        let (last, rest) = found.sum.terms.split_last().expect("what is rewritten has terms");
        let together = self.together(rest, *last, found.inst);
        let is_in_prefix = near == 0 || self.place(&rest[..together], found.inst) != found.inst;
        // A part of one of a pair has no room for anything but a base; another would be merged into the instruction.
        let is_opaque = found.paired || !is_in_prefix;
        let key = (found.sum.terms.clone(), near);
        let made = self.opaque.get(&key).into_iter().flatten();
        let mut made =
            made.filter(|(by, _)| self.loops.tree.dominates(*by, found.inst, &self.function.layout));
        if let Some(&(_, sum)) = made.next().filter(|_| is_opaque) {
            return sum;
        }
        // Cranelift moves sums out of loops, and shares them.
        let displacement = if is_in_prefix { near } else { 0 };
        let prefix = self.prefix(&rest[..together], displacement, found.inst);
        let mut cursor = FuncCursor::new(self.function).at_inst(found.inst);
        let mut sum = prefix;
        for term in &found.sum.terms[together..] {
            let mut wide = cursor.ins().sextend(types::I64, term.value);
            if term.shift > 0 {
                wide = cursor.ins().ishl_imm_s(wide, i64::from(term.shift));
            }
            sum = cursor.ins().iadd(sum, wide);
        }
        if !is_in_prefix {
            sum = cursor.ins().iadd_imm_s(sum, near);
        }
        if is_opaque {
            let (by, sum) = opaque(&mut cursor, sum);
            self.opaque.entry(key).or_default().push((by, sum));
            return sum;
        }
        sum
    }

    /// How many of `rest` are added in 32 bits: those that leave the loop, if the others and `last` have no more than
    /// [`WEIGHT`]; otherwise all.
    fn together(&self, rest: &[Term], last: Term, inst: Inst) -> usize {
        let leaves = |count: &usize| self.place(&rest[..*count], inst) != inst;
        let outer = (1..=rest.len()).rev().find(leaves).unwrap_or(rest.len());
        let weight: u64 = rest[outer..].iter().chain([&last]).map(|term| 1u64 << term.shift).sum();
        if weight <= WEIGHT { outer } else { rest.len() }
    }

    /// Where what depends on `terms` is computed for `inst`.
    fn place(&self, terms: &[Term], inst: Inst) -> Inst {
        let values: Vec<_> = terms.iter().map(|term| term.value).collect();
        self.loops.outermost_place(self.function, &values, inst)
    }

    /// The sum of the base, `terms` and `displacement`, which is 0 unless the terms do not change in the loop around
    /// `inst`. The terms are added in 32 bits.
    pub fn prefix(&mut self, terms: &[Term], displacement: i64, inst: Inst) -> Value {
        let place = if displacement == 0 { inst } else { self.place(terms, inst) };
        let key = ((terms.to_vec(), displacement), loops::block(self.function, place));
        if let Some(&prefix) = self.prefixes.get(&key) {
            return prefix;
        }
        let base = self.base(inst);
        let mut cursor = FuncCursor::new(self.function).at_inst(place);
        let shifted = |cursor: &mut FuncCursor, term: &Term| match term.shift {
            0 => term.value,
            shift => cursor.ins().ishl_imm_s(term.value, i64::from(shift)),
        };
        let mut prefix = base;
        if let Some((first, rest)) = terms.split_first() {
            let first = shifted(&mut cursor, first);
            let sum = rest.iter().fold(first, |sum, term| {
                let term = shifted(&mut cursor, term);
                cursor.ins().iadd(sum, term)
            });
            let wide = cursor.ins().sextend(types::I64, sum);
            prefix = cursor.ins().iadd(base, wide);
        }
        if displacement != 0 {
            prefix = cursor.ins().iadd_imm_s(prefix, displacement);
            // Else it would be made again in every block.
            prefix = opaque(&mut cursor, prefix).1;
            self.prefixes.insert(key, prefix);
        }
        prefix
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
