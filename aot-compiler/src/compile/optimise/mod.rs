//! What the compiler does to a function before and after Cranelift, one pass in each file.

mod addresses;
mod bits;
mod branches;
mod coalesce;
mod conditions;
mod constants;
mod contract;
mod copies;
mod counters;
mod exits;
mod fields;
mod folds;
mod increments;
mod lanes;
mod leaves;
mod loops;
mod neighbours;
mod offsets;
mod order;
mod overlap;
mod pairs;
mod pointers;
mod rotate;
mod rounds;
mod schedule;
mod sink;
mod slots;
mod spills;
mod stores;
mod streams;
mod sums;
mod trips;
mod unroll;
mod vectorise;
mod versions;

use super::{codegen::Compiled, machine::code::Code, sandbox::Access};
use addresses::Gains;
use cranelift_codegen::{
    cursor::FuncCursor,
    ir::{Function, Inst, InstBuilder, Value},
};
use loops::Loops;
use pointers::Counted;

/// A pass, which can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Bodies in the place of calls (super::inline).
    Inline,
    /// No code for functions that nothing calls (super::reach).
    Unused,
    /// Counters of loops (counters.rs, rotate.rs).
    Counters,
    /// Addresses of linear memory by 64-bit arithmetic (addresses.rs).
    Addresses,
    /// One address for all fields of an object (fields.rs).
    Fields,
    /// Pointers that loads and stores count (pointers.rs, increments.rs).
    Pointers,
    /// Constants before loops (constants.rs).
    Constants,
    /// Vectors in the place of scalars in loops (vectorise.rs, trips.rs, rounds.rs).
    Vectorise,
    /// Several rounds of loops in one trip (unroll.rs, trips.rs, rounds.rs).
    Unroll,
    /// Loops in versions for arrays that do and do not overlap (versions.rs, overlap.rs).
    Versions,
    /// Stores behind the loads of later rounds (sink.rs).
    Sink,
    /// Values that do not wait on the stack (order.rs, spills.rs).
    Spills,
    /// Sums with parts of offsets that are too long (offsets.rs).
    Offsets,
    /// Copies of registers, and what nobody reads (copies.rs).
    Copies,
    /// Values on the stack in registers that are free (slots.rs).
    Slots,
    /// Values that are copied, in one register (coalesce.rs).
    Coalesce,
    /// Comparisons that say what the flags say already (conditions.rs).
    Conditions,
    /// Two instructions that are one (folds.rs).
    Folds,
    /// One branch at the end of a loop's round (branches.rs).
    Branches,
    /// Loads and stores of two registers (pairs.rs, neighbours.rs).
    Pairs,
    /// Loads and stores of lanes (lanes.rs).
    Lanes,
    /// No frame record in functions that call nothing (leaves.rs).
    Leaves,
    /// The order of instructions within blocks (schedule.rs).
    Schedule,
    /// One rounding for a product and a sum (contract.rs). It changes results, so it is in no set unless asked for.
    Contract,
}

/// All passes that change no result, with the names by which they are left out.
pub const PASSES: [(Pass, &str); 23] = [
    (Pass::Inline, "inline"),
    (Pass::Unused, "unused"),
    (Pass::Counters, "counters"),
    (Pass::Addresses, "addresses"),
    (Pass::Fields, "fields"),
    (Pass::Pointers, "pointers"),
    (Pass::Constants, "constants"),
    (Pass::Vectorise, "vectorise"),
    (Pass::Unroll, "unroll"),
    (Pass::Versions, "versions"),
    (Pass::Sink, "sink"),
    (Pass::Spills, "spills"),
    (Pass::Offsets, "offsets"),
    (Pass::Copies, "copies"),
    (Pass::Slots, "slots"),
    (Pass::Coalesce, "coalesce"),
    (Pass::Conditions, "conditions"),
    (Pass::Folds, "folds"),
    (Pass::Branches, "branches"),
    (Pass::Pairs, "pairs"),
    (Pass::Lanes, "lanes"),
    (Pass::Leaves, "leaves"),
    (Pass::Schedule, "schedule"),
];

/// A set of passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passes(u32);

impl Passes {
    /// All of [`PASSES`].
    pub const ALL: Self = Self(!(1 << Pass::Contract as u32));

    /// The same set with `pass`.
    #[must_use]
    pub const fn with(self, pass: Pass) -> Self {
        Self(self.0 | 1 << pass as u32)
    }

    /// The same set without `pass`.
    #[must_use]
    pub const fn without(self, pass: Pass) -> Self {
        Self(self.0 & !(1 << pass as u32))
    }

    /// All but those with the given names.
    ///
    /// # Errors
    /// The first name that is not in [`PASSES`].
    pub fn without_named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let find = |name| PASSES.iter().find(|pass| pass.1 == name).ok_or(name);
        names.into_iter().try_fold(Self::ALL, |passes, name| Ok(passes.without(find(name)?.0)))
    }

    /// The set as a number.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether `pass` is in the set.
    pub const fn has(self, pass: Pass) -> bool {
        self.0 & 1 << pass as u32 != 0
    }
}

/// Runs `passes` on a translated function with these accesses to linear memory.
pub fn run(function: &mut Function, mut accesses: Vec<Access>, passes: Passes) {
    if passes.has(Pass::Contract) {
        contract::run(function);
    }
    in_loops(function, &mut accesses, passes);
    if passes.has(Pass::Fields) {
        fields::run(function, &accesses);
    }
}

/// Runs those of `passes` that are about loops.
fn in_loops(function: &mut Function, accesses: &mut Vec<Access>, passes: Passes) {
    let Some(mut loops) = Loops::find(function) else { return };
    if passes.has(Pass::Counters) {
        if rotate::run(function, &loops)
            && let Some(rotated) = Loops::find(function)
        {
            loops = rotated;
        }
        counters::run(function, &loops);
    }
    if passes.has(Pass::Addresses) || passes.has(Pass::Pairs) {
        let mut uses = sums::uses(function, &loops, accesses);
        let mut gains = Gains::new(&uses);
        let is_mirrored = passes.has(Pass::Addresses);
        let mut made = trips::run(function, &loops, &uses, accesses, passes).unwrap_or_default();
        if !made.done.is_empty()
            && let Some(found) = Loops::find(function)
        {
            loops = found;
            uses = sums::uses(function, &loops, accesses);
            gains = Gains::new(&uses);
        }
        if passes.has(Pass::Versions) && passes.has(Pass::Pairs) {
            let gains_there = is_mirrored.then_some(&gains);
            let copies = versions::run(
                function,
                &loops,
                &uses,
                gains_there,
                &made.done,
                accesses,
                passes.has(Pass::Sink),
            );
            if !copies.is_empty()
                && let Some(found) = Loops::find(function)
            {
                loops = found;
                uses = sums::uses(function, &loops, accesses);
                gains = Gains::new(&uses);
            }
            made.apart.extend(copies);
        }
        let found = loops.innermost(function).into_iter();
        let tested = found.filter_map(|of| Some((of.header, (*made.apart.get(&of.header)?, of))));
        let apart = tested.map(|(block, (extent, of))| (block, (of, extent))).collect();
        if passes.has(Pass::Pairs) {
            neighbours::run(function, &loops, &mut uses, is_mirrored.then_some(&gains), &apart);
        }
        if passes.has(Pass::Sink) {
            sink::run(function, &loops, &mut uses, &apart);
        }
        if is_mirrored {
            let counted = match passes.has(Pass::Pointers) {
                true => Counted::all(function, &loops),
                false => Vec::new(),
            };
            addresses::run(function, &loops, &uses, &gains, &counted);
        }
    }
    if passes.has(Pass::Constants) {
        constants::run(function, &loops);
        constants::integers(function, &loops);
    }
}

/// Runs `passes` on a function whose instructions Cranelift has placed.
pub fn place(function: &mut Function, passes: Passes) {
    if passes.has(Pass::Spills) {
        order::run(function);
    }
    if passes.has(Pass::Offsets) {
        offsets::run(function);
    }
    if passes.has(Pass::Pairs) {
        stores::run(function);
    }
}

/// Runs `passes` on machine code.
pub fn finish(unit: &mut Compiled, passes: Passes) {
    let code = &mut Code::new(unit);
    if passes.has(Pass::Spills) {
        spills::run(code);
    }
    if passes.has(Pass::Copies) {
        copies::run(code);
    }
    let has_changed = passes.has(Pass::Slots) && slots::run(code);
    let has_changed = passes.has(Pass::Coalesce) && coalesce::run(code) || has_changed;
    if has_changed && passes.has(Pass::Copies) {
        copies::run(code);
    }
    if passes.has(Pass::Conditions) {
        conditions::run(code);
    }
    if passes.has(Pass::Folds) {
        folds::run(code);
    }
    if passes.has(Pass::Branches) {
        branches::run(code);
    }
    if passes.has(Pass::Pairs) {
        pairs::run(code);
    }
    if passes.has(Pass::Lanes) {
        lanes::run(code);
    }
    if passes.has(Pass::Pointers) {
        increments::run(code);
    }
    if passes.has(Pass::Leaves) {
        leaves::run(code);
    }
    if passes.has(Pass::Schedule) {
        schedule::run(code);
    }
}

/// Has `value` in the place of the result of `inst`.
fn replace(function: &mut Function, inst: Inst, value: Value) {
    let result = function.dfg.first_result(inst);
    function.layout.remove_inst(inst);
    function.dfg.clear_results(inst);
    function.dfg.change_to_alias(result, value);
}

/// Whether `inst` does nothing but compute.
fn computes(function: &Function, inst: Inst) -> bool {
    let opcode = function.dfg.insts[inst].opcode();
    let has_effects = opcode.is_terminator()
        || opcode.is_call()
        || opcode.can_trap()
        || opcode.can_load()
        || opcode.can_store()
        || opcode.other_side_effects();
    !has_effects
}

/// The same value, but nothing that Cranelift looks through, makes again or moves; it costs no instruction. And what
/// made it.
fn opaque(cursor: &mut FuncCursor, value: Value) -> (Inst, Value) {
    let twice = cursor.ins().iconcat(value, value);
    let (same, _) = cursor.ins().isplit(twice);
    (cursor.func.dfg.value_def(same).unwrap_inst(), same)
}
