//! Pointers that a loop counts, where it would count indices and add them to bases.
//!
//! A load or store can count its base as it goes: `ldr q0, [x1], #16` ([`super::increments`]). So in a loop of one block, accesses
//! whose address grows by the same in every round get a pointer of 64 bits in the mirrored view, made before the loop. The
//! index goes where nothing else needs it, and so does the sum of base and index.
//!
//! # Why this is exact
//!
//! In the first round the pointer is the sum that [`super::addresses`] would make, and then it grows by the counter's step
//! in each round. So it is right modulo 2^32 in all of them, and whether the index plus the static offset wraps is answered
//! as there. It must stay in the mirrored view, too, as the counter wraps at 2^32 and the pointer does not: each round
//! accesses memory through the pointer before it grows. If that did not trap, it was within the `LARGEST` bytes of one copy.
//! The next round's accesses are no more than [`NEAR`] away, so they are in the same copy, or in one of the 2^30 unmapped bytes
//! before and behind it and trap, as they must.

use super::{
    addresses::{Addresses, Gains, has_room, nears},
    computes,
    counters::{self, Counter},
    loops::{Innermost, Loops, definition},
    opaque,
    sums::{Term, Use},
};
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef, types},
};
use sinter_abi::window::{COPY, LARGEST};
use std::collections::{HashMap, HashSet};

/// Bytes that an access may be away from those of the round before.
const NEAR: i64 = 1 << 29;

// A pointer's step and what two accesses of a round differ by.
const _: () = assert!(NEAR + 2 * FAR + 16 < (COPY - LARGEST) as i64);

/// More than what any instruction has room for as an offset.
const FAR: i64 = 1 << 17;

/// How many pointers a loop may count.
const MOST: usize = 12;

/// A loop of one block and what it counts.
pub struct Counted {
    of: Innermost,
    counters: Vec<Counter>,
}

impl Counted {
    /// The loops in which pointers can be counted.
    pub fn all(function: &Function, loops: &Loops) -> Vec<Self> {
        let innermost = loops.innermost(function).into_iter();
        let of_one_block = innermost.filter(|of| {
            let block = of.header;
            let has_call =
                || function.layout.block_insts(block).any(|inst| function.dfg.insts[inst].opcode().is_call());
            function.layout.inst_block(of.again) == Some(block) && !has_call()
        });
        of_one_block.map(|of| Self { counters: Counter::all(function, &of), of }).collect()
    }

    /// The counter that is the variable part of the use's index, if that is all that changes.
    fn counter(&self, function: &Function, loops: &Loops, found: &Use) -> Option<usize> {
        let (last, rest) = found.sum.terms.split_last()?;
        let is_inside = |term: &Term| loops.is_in(definition(function, term.value), &self.of);
        let counter = self.counters.iter().position(|counter| counter.value == last.value)?;
        let is_near = step(&self.counters[counter], last.shift).abs() <= NEAR;
        (is_near && !rest.iter().any(is_inside)).then_some(counter)
    }

    /// The uses that may have a pointer of this loop, with their counters.
    fn uses<'u>(&self, function: &Function, loops: &Loops, uses: &[&'u Use]) -> Vec<(usize, &'u Use)> {
        let inside =
            uses.iter().filter(|found| function.layout.inst_block(found.inst) == Some(self.of.header));
        inside.filter_map(|&found| Some((self.counter(function, loops, found)?, found))).collect()
    }
}

/// What is added to an address when its last term is this counter.
fn step(counter: &Counter, shift: u8) -> i64 {
    i64::from(counter.step) << shift
}

/// Whether the use may have a pointer.
pub fn may_be_counted(function: &Function, loops: &Loops, counted: &[Counted], found: &Use) -> bool {
    counted.iter().any(|counted| !counted.uses(function, loops, &[found]).is_empty())
}

/// A pointer to be counted.
struct Pointer<'u> {
    counter: usize,
    uses: Vec<&'u Use>,
    /// What is added to the uses' terms.
    near: i64,
    step: i64,
    /// Whether an access to a lane counts it, so that the step has to be in a register.
    by_lane: bool,
    /// Whether an access counts it, so that it takes no instruction.
    is_free: bool,
}

/// Has those of `uses` that gain by it use pointers, and returns which ones these are.
pub fn run(pass: &mut Addresses, counted: &[Counted], uses: &[&Use], gains: &Gains) -> HashSet<Inst> {
    let mut done = HashSet::new();
    if uses.is_empty() {
        return done;
    }
    let loops = pass.loops;
    let users = Users::of(pass.function);
    let inside: Vec<_> = counted.iter().map(|of| of.uses(pass.function, loops, uses)).collect();
    let candidates = inside.iter().flatten().map(|(_, found)| found.inst).collect();
    let needed = needed(pass.function, loops, counted, &candidates);
    for (counted, inside) in counted.iter().zip(&inside) {
        let pointers = chosen(pass.function, loops, &users, counted, inside, gains, &needed);
        let mut steps = HashMap::new();
        for pointer in pointers {
            done.extend(pointer.uses.iter().map(|found| found.inst));
            count(pass, counted, &pointer, &mut steps);
        }
    }
    if !done.is_empty() {
        let needed = self::needed(pass.function, loops, counted, &HashSet::new());
        counted.iter().for_each(|counted| forget(pass.function, counted, &needed));
    }
    done
}

/// The pointers by which a loop has fewer additions.
fn chosen<'u>(
    function: &Function,
    loops: &Loops,
    users: &Users,
    counted: &Counted,
    inside: &[(usize, &'u Use)],
    gains: &Gains,
    needed: &HashSet<Value>,
) -> Vec<Pointer<'u>> {
    let mut chosen = Vec::new();
    for (number, counter) in counted.counters.iter().enumerate() {
        let mut groups: Vec<Vec<&Use>> = Vec::new();
        for &(_, found) in inside.iter().filter(|&&(of, _)| of == number) {
            match groups.iter_mut().find(|group| group[0].sum.terms == found.sum.terms) {
                Some(group) => group.push(found),
                None => groups.push(vec![found]),
            }
        }
        let groups: Vec<_> = groups
            .into_iter()
            .map(|group| {
                let before = additions(function, loops, users, &group, gains);
                let pointers = pointers(function, users, number, counter, group);
                let after = pointers.iter().filter(|pointer| !pointer.is_free).count();
                (before, after, pointers)
            })
            .collect();
        let before: usize = groups.iter().map(|group| group.0).sum();
        let after: usize = groups.iter().map(|group| group.1).sum();
        let goes = !needed.contains(&counter.value);
        let all = before + usize::from(goes) > after;
        let pays = |group: &(usize, usize, Vec<Pointer>)| all && goes || group.0 > group.1;
        chosen.extend(groups.into_iter().filter(pays).flat_map(|group| group.2));
    }
    if chosen.len() > MOST { Vec::new() } else { chosen }
}

/// How many instructions in the loop are there for the addresses of uses with the same terms, if they have no pointer.
fn additions(function: &Function, loops: &Loops, users: &Users, uses: &[&Use], gains: &Gains) -> usize {
    let lanes = uses.iter().filter(|found| users.has_lane(function, found)).count();
    let [mirrored, strict] = [true, false]
        .map(|is| uses.iter().copied().filter(move |found| gains.has(function, loops, found) == is));
    let mirrored: Vec<_> = mirrored.collect();
    let sums = nears(&mirrored).into_values().flatten().filter(|&near| {
        let mut uses = mirrored.iter().filter(|found| has_room(found, near));
        uses.any(|found| {
            let shift = found.sum.terms.last().map_or(0, |term| term.shift);
            let is_index = shift == 0 || 1 << shift == found.bytes;
            found.paired || found.displacement() != near || !is_index
        })
    });
    sums.count() + usize::from(strict.into_iter().any(|found| found.offset != 0)) + lanes
}

/// The pointers for uses with the same terms.
fn pointers<'u>(
    function: &Function,
    users: &Users,
    counter: usize,
    counts: &Counter,
    mut uses: Vec<&'u Use>,
) -> Vec<Pointer<'u>> {
    let mut pointers = Vec::new();
    while let Some(&last) = uses.last() {
        let step = step(counts, last.sum.terms.last().map_or(0, |term| term.shift));
        let lane = users.has_lane(function, last);
        let below = |found: &&Use| {
            found.paired && found.displacement() + i64::from(found.bytes) == last.displacement()
        };
        let near = match last.paired && uses.iter().any(below) {
            true => last.displacement() - i64::from(last.bytes),
            false => last.displacement(),
        };
        let fits = |found: &&Use| {
            let rest = found.displacement() - near;
            match lane || users.has_lane(function, found) {
                true => rest == 0,
                false => has_room(found, near) || !found.paired && (-256..256).contains(&rest),
            }
        };
        let (here, others) = uses.into_iter().partition::<Vec<_>, _>(fits);
        uses = others;
        let bytes = i64::from(last.bytes);
        let has_room = match last.paired {
            true => step % bytes == 0 && (-64..64).contains(&(step / bytes)),
            false => (-256..256).contains(&step),
        };
        pointers.push(Pointer { counter, uses: here, near, step, by_lane: lane, is_free: lane || has_room });
    }
    pointers
}

/// Makes the pointer and has its uses use it.
fn count(pass: &mut Addresses, counted: &Counted, pointer: &Pointer, steps: &mut HashMap<i64, Value>) {
    let of = &counted.of;
    let (last, rest) = pointer.uses[0].sum.terms.split_last().expect("what is counted has terms");
    let prefix = pass.prefix(rest, 0, of.enter);
    let mut cursor = FuncCursor::new(pass.function).at_inst(of.enter);
    let mut start = cursor.ins().sextend(types::I64, counted.counters[pointer.counter].start);
    if last.shift > 0 {
        start = cursor.ins().ishl_imm_s(start, i64::from(last.shift));
    }
    start = cursor.ins().iadd(prefix, start);
    if pointer.near != 0 {
        start = cursor.ins().iadd_imm_s(start, pointer.near);
    }
    let step = pointer.by_lane.then(|| {
        *steps.entry(pointer.step).or_insert_with(|| {
            let step = cursor.ins().iconst(types::I64, pointer.step);
            opaque(&mut cursor, step).1
        })
    });
    let address = pass.function.dfg.append_block_param(of.header, types::I64);
    let mut cursor = FuncCursor::new(pass.function).at_inst(of.again);
    let next = match step {
        Some(step) => cursor.ins().iadd(address, step),
        None => cursor.ins().iadd_imm_s(address, pointer.step),
    };
    counters::append(pass.function, of, [start, next]);
    for found in &pointer.uses {
        super::addresses::redirect(pass.function, found, address, pointer.near);
    }
}

/// Has the loop no longer count what nobody needs.
fn forget(function: &mut Function, counted: &Counted, needed: &HashSet<Value>) {
    for counter in counted.counters.iter().rev().filter(|counter| !needed.contains(&counter.value)) {
        let first = function.layout.first_inst(counted.of.header).expect("blocks have instructions");
        let zero = FuncCursor::new(function).at_inst(first).ins().iconst(types::I32, 0);
        // What is computed from it is not needed either.
        counters::replace(function, &counted.of, counter, zero);
    }
}

/// Which values are needed, if counters are only where something else needs them and addresses of `candidates` are not.
fn needed(
    function: &Function,
    loops: &Loops,
    counted: &[Counted],
    candidates: &HashSet<Inst>,
) -> HashSet<Value> {
    let dfg = &function.dfg;
    let counters: HashMap<Value, (&Innermost, &Counter)> = counted
        .iter()
        .flat_map(|counted| counted.counters.iter().map(|counter| (counter.value, (&counted.of, counter))))
        .collect();
    let mut stack = Vec::new();
    for inst in loops.insts(function) {
        if computes(function, inst) {
            continue;
        }
        match dfg.insts[inst] {
            InstructionData::Load { .. } if candidates.contains(&inst) => {}
            InstructionData::Store { args, .. } if candidates.contains(&inst) => stack.push(args[0]),
            _ => stack.extend(dfg.inst_args(inst)),
        }
        for way in dfg.insts[inst].branch_destination(&dfg.jump_tables, &dfg.exception_tables) {
            let params = dfg.block_params(way.block(&dfg.value_lists));
            let mut params = params.iter();
            for argument in way.args(&dfg.value_lists) {
                // What is not a value is no parameter of a loop's header.
                let is_counter = params.next().is_some_and(|param| counters.contains_key(param));
                stack.extend(argument.as_value().filter(|_| !is_counter));
            }
        }
    }
    let mut needed = HashSet::new();
    while let Some(value) = stack.pop() {
        let value = dfg.resolve_aliases(value);
        if !needed.insert(value) {
            continue;
        }
        match dfg.value_def(value) {
            ValueDef::Result(inst, _) if computes(function, inst) => stack.extend(dfg.inst_args(inst)),
            _ => {
                if let Some((of, counter)) = counters.get(&value) {
                    stack.extend(counter.ways(function, of));
                }
            }
        }
    }
    needed
}

/// Who uses values.
struct Users(HashMap<Value, Option<Inst>>);

impl Users {
    /// The only users of all values that have one.
    fn of(function: &Function) -> Self {
        let mut users = HashMap::new();
        for block in function.layout.blocks() {
            for inst in function.layout.block_insts(block) {
                for value in function.dfg.inst_values(inst) {
                    let value = function.dfg.resolve_aliases(value);
                    users.entry(value).and_modify(|user| *user = None).or_insert(Some(inst));
                }
            }
        }
        Self(users)
    }

    /// The only user of a value, and what it makes.
    fn only(&self, function: &Function, value: Value) -> Option<(Inst, Value)> {
        let inst = self.0.get(&function.dfg.resolve_aliases(value)).copied().flatten()?;
        match function.dfg.insts[inst] {
            InstructionData::LoadNoOffset { opcode: Opcode::Bitcast, .. } => {
                self.only(function, function.dfg.first_result(inst))
            }
            _ => Some((inst, *function.dfg.inst_results(inst).first()?)),
        }
    }

    /// Whether the use is a load or store of a lane by itself, or a load of all lanes from one place.
    fn has_lane(&self, function: &Function, found: &Use) -> bool {
        let dfg = &function.dfg;
        match dfg.insts[found.inst] {
            _ if found.paired => false,
            InstructionData::Load { opcode: Opcode::Load, .. } => {
                let Some((user, vector)) = self.only(function, dfg.first_result(found.inst)) else {
                    return false;
                };
                match dfg.insts[user].opcode() {
                    Opcode::Insertlane | Opcode::Splat => true,
                    Opcode::ScalarToVector => self.is_filled(function, vector),
                    _ => false,
                }
            }
            InstructionData::Store { opcode: Opcode::Store, args, .. } => {
                let data = dfg.resolve_aliases(args[0]);
                let ValueDef::Result(maker, _) = dfg.value_def(data) else { return false };
                let is_only = self.0.get(&data).is_some_and(Option::is_some);
                matches!(dfg.insts[maker], InstructionData::BinaryImm8 { imm: 1.., .. }) && is_only
            }
            _ => false,
        }
    }

    /// Whether all lanes of `vector` but the lowest are put into it before anybody uses it.
    fn is_filled(&self, function: &Function, mut vector: Value) -> bool {
        let ty = function.dfg.value_type(vector);
        let mut left = (1u32 << ty.lane_count()) - 2;
        while left != 0 {
            let Some((user, next)) = self.only(function, vector) else { return false };
            match function.dfg.insts[user] {
                InstructionData::TernaryImm8 { opcode: Opcode::Insertlane, imm, .. }
                    if function.dfg.value_type(next) == ty =>
                {
                    left &= !(1 << imm);
                    vector = next;
                }
                _ => return false,
            }
        }
        true
    }
}
