//! Loops in versions: one for when the spans that a loop reads and writes have no byte in common, and the one that was there.
//!
//! WebAssembly has no `restrict`, so no access can move across a store to another array. Where a loop is one block and
//! something is gained, it is tested before the loop that each span which it writes is apart from the others
//! ([`super::overlap`]). Where that holds, a copy of the loop runs in which
//!
//! - accesses cross each other, to become pairs ([`super::neighbours`]), and
//! - if the spans are apart for the whole loop, what is loaded from the same place in each round is loaded before it, and what is
//!   stored to the same place is stored behind it.
//!
//! A loop may have one version for spans that are apart in each round, and before that one for such as are in the whole loop.

use super::{
    addresses::Gains,
    computes,
    exits::{Exits, block_like, leave_by, redirect},
    loops::{Innermost, Loops, block},
    neighbours::{Neighbours, Way, by_inst, data_type, stores},
    overlap::{Count, Extent, LONGEST, Rounds, Span, Test},
    sink,
    sums::Use,
};
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, BlockArg, Function, Inst, InstBuilder, InstructionData, Value, ValueDef},
};
use std::collections::{HashMap, HashSet};

/// How many tests a version is worth.
const MOST_TESTS: usize = 6;

/// How many instructions of a loop are worth a copy.
const MOST_INSTS: usize = 512;

/// What saves fewer instructions in a round than this does not pay for the tests.
const LEAST_GAIN: usize = 2;

/// Makes versions of those innermost loops of `function` with the accesses `uses`, which are in order, that gain by it,
/// but not of those with the headers `done`. The
/// copies' accesses are added to `accesses`; their blocks, and to what extent their spans are apart.
pub fn run(
    function: &mut Function,
    loops: &Loops,
    uses: &[Use],
    gains: Option<&Gains>,
    done: &HashSet<Block>,
    accesses: &mut Vec<Access>,
    sinks: bool,
) -> HashMap<Block, Extent> {
    let by_inst = by_inst(uses);
    let neighbours = Neighbours { function, loops, uses, by_inst: &by_inst, gains, apart: None };
    let found = loops.innermost(function).into_iter().filter(|of| !done.contains(&of.header));
    let found: Vec<(Innermost, Vec<Version>)> =
        found.filter_map(|of| plan(&neighbours, &of, sinks).map(|versions| (of, versions))).collect();
    if found.is_empty() {
        return HashMap::new();
    }

    let headers = found.iter().map(|(of, _)| of.header).collect();
    let exits = Exits::new(function, loops, &headers);
    let by_address = accesses.iter().enumerate().map(|(at, access)| (access.address, at)).collect();
    let mut maker = Maker { function, accesses, by_address, exits, copies: HashMap::new() };
    for (of, versions) in &found {
        maker.make(of, versions);
    }
    let Maker { function, accesses, exits, copies, .. } = maker;
    exits.finish(function, accesses);
    copies
}

/// A version of a loop.
struct Version {
    extent: Extent,
    tests: Vec<Test>,
    count: Option<Count>,
    /// Loads from the same place in each round, those from the same one together.
    loaded_before: Vec<Vec<Inst>>,
    /// Stores to the same place in each round, those to the same one together, in order.
    stored_behind: Vec<Vec<Inst>>,
}

/// The versions that a loop gains by, the one with the fewest tests first.
fn plan(neighbours: &Neighbours, of: &Innermost, sinks: bool) -> Option<Vec<Version>> {
    let &Neighbours { function, loops, .. } = neighbours;
    let insts: Vec<_> = function.layout.block_insts(of.header).collect();
    let (&last, rest) = insts.split_last()?;
    if last != of.again
        || !matches!(function.dfg.insts[last], InstructionData::Brif { .. })
        || insts.len() > MOST_INSTS
        || !rest.iter().all(|inst| computes(function, *inst) || neighbours.by_inst.contains_key(inst))
    {
        return None;
    }
    let uses: Vec<&Use> =
        rest.iter().filter_map(|inst| neighbours.by_inst.get(inst).map(|&at| &neighbours.uses[at])).collect();
    let spans = Span::all(function, &uses);
    if spans.iter().any(|span| span.bytes() > LONGEST) {
        return None;
    }

    let crossings = |apart: Option<&_>| {
        let neighbours = Neighbours { apart, ..*neighbours };
        let sinking = if sinks { sink::gain(&neighbours, of.header) } else { 0 };
        neighbours.find(of.header, Way::Up).len() + sinking
    };
    let mut gained = crossings(None);
    let mut versions = Vec::new();
    for extent in [Extent::Round, Extent::Loop] {
        let apart = (Rounds::new(function, loops, of), extent);
        let rounds = &apart.0;
        let tests = tests(rounds, &spans, extent);
        if !(1..=MOST_TESTS).contains(&tests.len()) {
            continue;
        }
        let (loaded_before, stored_behind) = match extent {
            Extent::Round => Default::default(),
            Extent::Loop => places(function, rounds, &uses),
        };
        let moved = loaded_before.iter().chain(&stored_behind).map(Vec::len).sum::<usize>();
        let gain = crossings(Some(&apart)) + moved;
        if gain >= gained + LEAST_GAIN {
            gained = gain;
            let is_counted = tests.iter().any(|test| test.extent() == Extent::Loop);
            let count = is_counted.then(|| rounds.count()).flatten();
            versions.push(Version { extent, tests, count, loaded_before, stored_behind });
        }
    }
    (!versions.is_empty()).then_some(versions)
}

/// All tests to this extent.
fn tests(rounds: &Rounds, spans: &[Span], extent: Extent) -> Vec<Test> {
    let mut tests = Vec::new();
    for (at, one) in spans.iter().enumerate() {
        let others = spans[..at].iter().filter(|other| one.is_stored || other.is_stored);
        tests.extend(
            others.filter_map(|other| rounds.test(one, other)).filter(|test| test.extent() <= extent),
        );
    }
    tests
}

/// The loads and the stores whose place is the same in each round and no other access's.
fn places(function: &Function, rounds: &Rounds, uses: &[&Use]) -> (Vec<Vec<Inst>>, Vec<Vec<Inst>>) {
    let is_same_place = |one: &Use, other: &Use| {
        one.sum.terms == other.sum.terms && one.displacement() == other.displacement()
    };
    let kind = |found: &Use| (function.dfg.insts[found.inst].opcode(), data_type(function, found.inst));
    let mut places: [Vec<Vec<Inst>>; 2] = Default::default();
    for (at, &found) in uses.iter().enumerate() {
        let is_first = !uses[..at].iter().any(|before| is_same_place(before, found));
        let (there, elsewhere): (Vec<&Use>, Vec<&Use>) =
            uses.iter().partition(|other| is_same_place(other, found));
        let is_stored = stores(function, found.inst);
        let is_free = is_first
            && found.sum.terms.iter().all(|term| rounds.is_same(term))
            && there.iter().all(|other| kind(other) == kind(found))
            && elsewhere.iter().all(|other| {
                let are_loads = !is_stored && !stores(function, other.inst);
                are_loads || rounds.are_apart(found, other, Extent::Loop)
            });
        if is_free {
            places[usize::from(is_stored)].push(there.iter().map(|found| found.inst).collect());
        }
    }
    let [loaded, stored] = places;
    (loaded, stored)
}

struct Maker<'a> {
    function: &'a mut Function,
    accesses: &'a mut Vec<Access>,
    /// Where an access is, by its address.
    by_address: HashMap<Value, usize>,
    exits: Exits,
    copies: HashMap<Block, Extent>,
}

impl Maker<'_> {
    /// Makes the versions of a loop.
    fn make(&mut self, of: &Innermost, versions: &[Version]) {
        let exit = self.exits.add(self.function, of);
        let mut entry = of.header;
        for version in versions {
            let copy = Copy::make(self, of, version, exit);
            entry = self.test(of, version, &copy, entry);
            self.copies.insert(copy.block, version.extent);
        }
    }

    /// Copies `inst` to the end of `to`, where values are those in `copied`, as its results are then.
    fn copy_to(&mut self, inst: Inst, to: Block, copied: &mut HashMap<Value, Value>) -> Inst {
        let function = &mut *self.function;
        let new = function.dfg.clone_inst(inst);
        function.layout.append_inst(new, to);
        function.srclocs[new] = function.srclocs[inst];
        let values: Vec<_> =
            function.dfg.inst_values(inst).map(|value| function.dfg.resolve_aliases(value)).collect();
        let values = values.iter().map(|value| *copied.get(value).unwrap_or(value));
        function.dfg.overwrite_inst_values(new, values);
        let results = function.dfg.inst_results(inst).iter().zip(function.dfg.inst_results(new));
        for (&old, &new) in results {
            copied.insert(old, new);
            if let Some(&at) = self.by_address.get(&old) {
                let index = function.dfg.resolve_aliases(self.accesses[at].index);
                let index = *copied.get(&index).unwrap_or(&index);
                self.accesses.push(Access { address: new, index, ..self.accesses[at] });
            }
        }
        new
    }

    /// Copies `inst` and what it needs from the loop to the end of `to`, outside of that.
    fn copy_outside(
        &mut self,
        inst: Inst,
        to: Block,
        header: Block,
        copied: &mut HashMap<Value, Value>,
    ) -> Inst {
        let values: Vec<_> = self.function.dfg.inst_values(inst).collect();
        for value in values {
            let value = self.function.dfg.resolve_aliases(value);
            if let ValueDef::Result(needed, _) = self.function.dfg.value_def(value)
                && !copied.contains_key(&value)
                && block(self.function, needed) == header
            {
                self.copy_outside(needed, to, header, copied);
            }
        }
        self.copy_to(inst, to, copied)
    }

    /// Has what enters the loop at `entry` enter the copy if all tests of its version hold; where it enters then.
    fn test(&mut self, of: &Innermost, version: &Version, copy: &Copy, entry: Block) -> Block {
        let function = &mut *self.function;
        let (test, params) = block_like(function, of.header);
        function.layout.insert_block(test, copy.start);
        redirect(function, of.enter, entry, test);
        let mut cursor = FuncCursor::new(function).at_bottom(test);
        let (rounds, is_counted) = version.count.as_ref().map(|count| count.emit(&mut cursor)).unzip();
        let mut all = is_counted;
        for test in &version.tests {
            let holds = test.emit(&mut cursor, rounds);
            all = Some(all.map_or(holds, |all| cursor.ins().band(all, holds)));
        }
        let args: Vec<_> = params.into_iter().map(BlockArg::from).collect();
        cursor.ins().brif(all.expect("there are tests"), copy.start, &args, entry, &args);
        test
    }
}

/// A copy of a loop.
struct Copy {
    /// Where it starts, with the parameters of the loop.
    start: Block,
    /// Its rounds.
    block: Block,
}

impl Copy {
    /// Makes the copy that is `version` of the loop. It leaves by `exit`.
    fn make(maker: &mut Maker, of: &Innermost, version: &Version, exit: Block) -> Self {
        let (block, params) = block_like(maker.function, of.header);
        maker.function.layout.insert_block(block, of.header);
        let old_params = maker.function.dfg.block_params(of.header).to_vec();
        let mut copied: HashMap<Value, Value> = old_params.into_iter().zip(params).collect();

        let mut start = block;
        if !version.loaded_before.is_empty() {
            let (before, params) = block_like(maker.function, of.header);
            maker.function.layout.insert_block(before, block);
            let mut outside = HashMap::new();
            for loads in &version.loaded_before {
                let load = maker.copy_outside(loads[0], before, of.header, &mut outside);
                let loaded = maker.function.dfg.first_result(load);
                let same = loads.iter().map(|&load| (maker.function.dfg.first_result(load), loaded));
                copied.extend(same.collect::<Vec<_>>());
            }
            let args: Vec<_> = params.into_iter().map(BlockArg::from).collect();
            FuncCursor::new(maker.function).at_bottom(before).ins().jump(block, &args);
            start = before;
        }
        let elsewhere: HashSet<_> =
            version.loaded_before.iter().chain(&version.stored_behind).flatten().copied().collect();
        let insts: Vec<_> = maker.function.layout.block_insts(of.header).collect();
        for inst in insts.into_iter().filter(|inst| !elsewhere.contains(inst)) {
            let new = maker.copy_to(inst, block, &mut copied);
            redirect(maker.function, new, of.header, block);
        }
        if !version.stored_behind.is_empty() {
            let behind = maker.function.dfg.make_block();
            maker.function.layout.insert_block_after(behind, block);
            for stores in &version.stored_behind {
                maker.copy_outside(stores[stores.len() - 1], behind, of.header, &mut copied);
            }
            let leaving = maker.exits.leaving(of.header);
            let args: Vec<_> = leaving.iter().map(|value| BlockArg::from(copied[value])).collect();
            FuncCursor::new(maker.function).at_bottom(behind).ins().jump(exit, &args);
            let branch = maker.function.layout.last_inst(block).expect("it ends with a branch");
            leave_by(maker.function, branch, exit, behind, &[]);
        }
        Self { start, block }
    }
}
