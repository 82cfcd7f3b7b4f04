//! Loops that do several rounds in one trip, before the loop that was there does those that are left over.
//!
//! The loop is one block that counts to zero. How many rounds there are is known before it ([`super::overlap`]). If there are
//! enough, and the accesses may cross each other as they will, all whole trips are made:
//!
//! ```text
//! test:  enough rounds, and spans apart?  else the loop
//! start: what is the same in all rounds
//! trip:  the rounds of a trip, again until all are made
//! rest:  none left over?  exit, else the loop
//! ```
//!
//! A trip counts from the number of rounds that all trips have together, negative and times the step, to zero. That
//! is less than 2^32, as the counter is not zero before.

use super::{
    Pass, Passes, computes,
    counters::passed,
    exits::{Exits, block_like, redirect},
    loops::{Innermost, Loops, definition},
    neighbours::by_inst,
    overlap::{Count, Extent, Rounds, Test},
    rounds::Copier,
    sums::{Use, constant},
    unroll, vectorise,
};
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{Block, BlockArg, Function, Inst, InstBuilder, InstructionData, Value, condcodes::IntCC, types},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many instructions a loop has at most.
const MOST_INSTS: usize = 96;

/// A loop whose rounds can be done some at a time.
pub struct Body<'a> {
    pub function: &'a Function,
    pub loops: &'a Loops,
    pub of: &'a Innermost,
    /// Without the branch at the end.
    pub insts: Vec<Inst>,
    /// What the parameters are in the next round.
    pub nexts: Vec<Value>,
    /// The accesses in order.
    pub uses: Vec<&'a Use>,
    pub rounds: Rounds<'a>,
}

impl<'a> Body<'a> {
    fn new(
        function: &'a Function,
        loops: &'a Loops,
        of: &'a Innermost,
        uses: &'a [Use],
        by_inst: &HashMap<Inst, usize>,
    ) -> Option<Self> {
        let mut insts: Vec<_> = function.layout.block_insts(of.header).take(MOST_INSTS + 1).collect();
        let last = insts.pop()?;
        if last != of.again
            || !matches!(function.dfg.insts[last], InstructionData::Brif { .. })
            || !insts.iter().all(|inst| computes(function, *inst) || by_inst.contains_key(inst))
        {
            return None;
        }
        let rounds = Rounds::new(function, loops, of);
        rounds.count()?;
        let params = 0..function.dfg.block_params(of.header).len();
        let nexts = params.map(|number| passed(function, of.again, of, number)).collect::<Option<_>>()?;
        let uses = insts.iter().filter_map(|inst| by_inst.get(inst).map(|&at| &uses[at])).collect();
        Some(Self { function, loops, of, insts, nexts, uses, rounds })
    }

    /// Whether `value` is from before the loop.
    pub fn is_outside(&self, value: Value) -> bool {
        definition(self.function, value) != self.of.header
    }

    /// The header's parameter `number`.
    pub fn param(&self, number: usize) -> Value {
        self.function.dfg.block_params(self.of.header)[number]
    }

    /// The operands of `inst`, without the address of an access.
    pub fn operands(&self, inst: Inst) -> impl Iterator<Item = Value> {
        let dfg = &self.function.dfg;
        let operands = match dfg.insts[inst] {
            InstructionData::Load { .. } => &[][..],
            InstructionData::Store { .. } => &dfg.inst_args(inst)[..1],
            _ => dfg.inst_args(inst),
        };
        operands.iter().map(|&operand| dfg.resolve_aliases(operand))
    }

    /// The parameters that depend on themselves in a round before, other than counters, and what depends on those.
    pub fn summed(&self) -> HashSet<Value> {
        let counters = self.rounds.counters().0;
        let params = self.function.dfg.block_params(self.of.header).iter().enumerate();
        let summed = params.filter(|&(number, &param)| {
            let is_counter = counters.iter().any(|counter| counter.value == param);
            !is_counter && self.depending(HashSet::from([param])).contains(&self.nexts[number])
        });
        self.depending(summed.map(|(_, &param)| param).collect())
    }

    /// `values`, and what depends on them in the same round or a later one.
    fn depending(&self, mut values: HashSet<Value>) -> HashSet<Value> {
        let dfg = &self.function.dfg;
        loop {
            let known = values.len();
            for &inst in &self.insts {
                if dfg.inst_values(inst).any(|value| values.contains(&dfg.resolve_aliases(value))) {
                    values.extend(dfg.inst_results(inst));
                }
            }
            let params = dfg.block_params(self.of.header).iter().zip(&self.nexts);
            let params: Vec<_> =
                params.filter(|(_, next)| values.contains(next)).map(|(&param, _)| param).collect();
            values.extend(params);
            if values.len() == known {
                return values;
            }
        }
    }

    /// The accesses, and what computes with what they load or what was computed in the round before: all but what makes
    /// addresses.
    pub fn data(&self) -> Vec<Inst> {
        let dfg = &self.function.dfg;
        let counters = self.rounds.counters().0;
        let params = dfg.block_params(self.of.header).iter().copied();
        let mut values: HashSet<Value> =
            params.filter(|param| counters.iter().all(|counter| counter.value != *param)).collect();
        let is_data = |inst: &Inst| {
            let is_access = self.uses.iter().any(|found| found.inst == *inst);
            let is_data = is_access || self.operands(*inst).any(|operand| values.contains(&operand));
            if is_data {
                values.extend(dfg.inst_results(*inst));
            }
            is_data
        };
        self.insts.iter().copied().filter(is_data).collect()
    }

    /// The values that instructions compute from such as are from before the loop, or load, if they are among `loads`.
    pub fn same(&self, loads: &HashSet<Inst>) -> HashSet<Value> {
        let mut same = HashSet::new();
        for &inst in &self.insts {
            let dfg = &self.function.dfg;
            let is_same = (computes(self.function, inst) || loads.contains(&inst))
                && dfg.inst_values(inst).all(|value| {
                    let value = dfg.resolve_aliases(value);
                    self.is_outside(value) || same.contains(&value)
                });
            if is_same {
                same.extend(dfg.inst_results(inst));
            }
        }
        same
    }
}

/// What one value is for each element, if a round does several elements: its first element's value and so on.
pub type Stream = Vec<Value>;

/// How a stream is made as vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// As the values are, by an instruction for all lanes.
    Wide,
    /// Of this stream, from the element before each.
    Earlier(Stream),
}

/// How a trip is made.
pub struct Plan {
    /// How many rounds it has, a power of two.
    pub rounds: usize,
    /// How many lanes vectors have.
    pub lanes: usize,
    /// What is vectors in the trip, and how.
    pub streams: BTreeMap<Stream, Kind>,
    /// In which of these a value is, and where.
    pub homes: HashMap<Value, (Stream, usize)>,
    /// Stores that are vectors', for each element one.
    pub stored: Vec<Vec<Inst>>,
    /// The parameters, by number, of which the trip passes on what they are made of as vectors.
    pub carried: HashMap<usize, Stream>,
    /// What is the same in all rounds.
    pub same: HashSet<Value>,
    /// What must hold for it, and whether it is each access that is made in all rounds before the next, loads first.
    pub tests: Option<Vec<Test>>,
    /// How many rounds there are after the first.
    pub count: Count,
}

/// What was made.
#[derive(Default)]
pub struct Made {
    /// The trips in which spans are apart.
    pub apart: HashMap<Block, Extent>,
    /// The loops that do what is left over, and those trips.
    pub done: HashSet<Block>,
}

/// Has those innermost loops of `function` with the accesses `uses` that gain by it make trips. The accesses of these are added
/// to `accesses`. `None` if there is none.
pub fn run(
    function: &mut Function,
    loops: &Loops,
    uses: &[Use],
    accesses: &mut Vec<Access>,
    passes: Passes,
) -> Option<Made> {
    let by_inst = by_inst(uses);
    let innermost = loops.innermost(function);
    let planned = innermost.iter().filter_map(|of| {
        let body = Body::new(function, loops, of, uses, &by_inst)?;
        let vectors = || passes.has(Pass::Vectorise).then(|| vectorise::plan(&body)).flatten();
        let rounds = || passes.has(Pass::Unroll).then(|| unroll::plan(&body)).flatten();
        let plan = vectors().or_else(rounds)?;
        let counters = body.rounds.counters();
        let steps = counters.0.iter().map(|counter| (counter.number, counter.step)).collect();
        let counter = counters.1.map(|at| counters.0[at].number)?;
        let accesses = body.uses.iter().map(|found| found.inst).collect();
        Some(Trips { of, nexts: body.nexts, accesses, steps, counter, plan })
    });
    let planned: Vec<Trips> = planned.collect();
    if planned.is_empty() {
        return None;
    }
    let headers = planned.iter().map(|trips| trips.of.header).collect();
    let mut exits = Exits::new(function, loops, &headers);
    let mut made = Made { done: headers, ..Made::default() };
    for trips in &planned {
        let block = trips.make(function, accesses, &mut exits);
        if trips.plan.tests.is_some() {
            made.apart.insert(block, Extent::Loop);
            made.done.insert(block);
        }
    }
    exits.finish(function, accesses);
    Some(made)
}

/// A loop that is to make trips.
pub struct Trips<'a> {
    pub of: &'a Innermost,
    pub nexts: Vec<Value>,
    /// In order.
    pub accesses: Vec<Inst>,
    /// What is added to the parameters that are counters, by number.
    pub steps: HashMap<usize, i32>,
    /// The number of the one that ends the loop.
    pub counter: usize,
    pub plan: Plan,
}

/// What is known of the rounds before the loop.
struct Whole {
    /// The first trip's counter.
    first: Value,
    /// The loop's counter after all trips, less the trip's.
    after: Value,
    /// Whether there are rounds left over.
    rest: Rest,
    /// What must hold for trips.
    holds: Option<Value>,
}

enum Rest {
    Known(bool),
    Counted(Value),
}

impl Trips<'_> {
    /// Makes the trips, and returns their block.
    fn make(&self, function: &mut Function, accesses: &mut Vec<Access>, exits: &mut Exits) -> Block {
        let header = self.of.header;
        let exit = exits.add(function, self.of);
        let leaving = exits.leaving(header);
        let (test, at_test) = block_like(function, header);
        let [start, trip, rest] = [(); 3].map(|()| function.dfg.make_block());
        for block in [test, start, trip, rest] {
            function.layout.insert_block(block, header);
        }
        redirect(function, self.of.enter, header, test);

        let mut cursor = FuncCursor::new(function).at_bottom(test);
        let whole = self.whole(&mut cursor, at_test[self.counter]);
        let args: Vec<_> = at_test.iter().map(|&param| BlockArg::from(param)).collect();
        match whole.holds {
            Some(holds) => cursor.ins().brif(holds, start, &[], header, &args),
            None => cursor.ins().jump(start, &[]),
        };

        let counted = function.dfg.append_block_param(trip, types::I32);
        let mut copier = Copier::new(function, accesses, self, [start, trip]);
        let mut first = vec![BlockArg::from(whole.first)];
        for (number, &before) in at_test.iter().enumerate() {
            if number == self.counter {
                copier.count(number, counted, whole.after);
            } else {
                first.push(copier.enter(number, before).into());
            }
        }
        match self.plan.tests {
            Some(_) => copier.accesses_by_access(),
            None => copier.accesses_by_round(),
        }
        let step = self.steps[&self.counter].wrapping_mul(self.plan.rounds as i32);
        let others = (0..at_test.len()).filter(|number| *number != self.counter);
        let nexts: Vec<_> = others.map(|number| copier.next(number)).collect();
        let mut cursor = FuncCursor::new(copier.function).at_bottom(trip);
        let next = cursor.ins().iadd_imm_s(counted, i64::from(step));
        let again: Vec<_> = [next].into_iter().chain(nexts).map(BlockArg::from).collect();
        cursor.ins().brif(next, trip, &again, rest, &[]);

        copier.go_to(rest);
        let left = |copier: &mut Copier| -> Vec<BlockArg> {
            leaving.iter().map(|&value| copier.last(value).into()).collect()
        };
        let over = |copier: &mut Copier| -> Vec<BlockArg> {
            (0..at_test.len())
                .map(|number| if number == self.counter { whole.after } else { copier.left_over(number) })
                .map(BlockArg::from)
                .collect()
        };
        match whole.rest {
            Rest::Known(false) => {
                let left = left(&mut copier);
                FuncCursor::new(copier.function).at_bottom(rest).ins().jump(exit, &left);
            }
            Rest::Known(true) => {
                let over = over(&mut copier);
                FuncCursor::new(copier.function).at_bottom(rest).ins().jump(header, &over);
            }
            Rest::Counted(rounds) => {
                let (left, over) = (left(&mut copier), over(&mut copier));
                FuncCursor::new(copier.function)
                    .at_bottom(rest)
                    .ins()
                    .brif(rounds, header, &over, exit, &left);
            }
        }
        // At last, as what is the same in all rounds may only be needed behind them.
        FuncCursor::new(function).at_bottom(start).ins().jump(trip, &first);
        trip
    }

    /// Finds out about the rounds before the loop, whose counter is `counter` there.
    fn whole(&self, cursor: &mut FuncCursor, counter: Value) -> Whole {
        let Plan { rounds, count, tests, .. } = &self.plan;
        let (rounds, step) = (*rounds as u64, self.steps[&self.counter]);
        let known = count.known(cursor.func);
        let (mut holds, after_first, first, after, rest);
        if let Some(known) = known {
            let whole = (known + 1) & !(rounds - 1);
            let before = (whole as i32).wrapping_mul(step).wrapping_neg();
            let start = constant(cursor.func, count.start()).expect("it is known");
            first = cursor.ins().iconst(types::I32, i64::from(before));
            after = cursor.ins().iconst(types::I32, i64::from(start.wrapping_sub(before)));
            rest = Rest::Known((known + 1) % rounds != 0);
            after_first = Some(cursor.ins().iconst(types::I64, known as i64));
            holds = None;
        } else {
            let (counted, is_so) = count.emit(cursor);
            let all = cursor.ins().iadd_imm_s(counted, 1);
            let whole = cursor.ins().band_imm_s(all, -(rounds as i64));
            let enough = cursor.ins().icmp_imm_u(IntCC::UnsignedGreaterThanOrEqual, all, rounds as i64);
            let whole = cursor.ins().ireduce(types::I32, whole);
            first = cursor.ins().imul_imm_s(whole, i64::from(step.wrapping_neg()));
            after = cursor.ins().isub(counter, first);
            rest = Rest::Counted(cursor.ins().band_imm_s(all, rounds as i64 - 1));
            after_first = Some(counted);
            holds = Some(cursor.ins().band(is_so, enough));
        }
        for test in tests.iter().flatten() {
            let test = test.emit(cursor, after_first);
            holds = Some(holds.map_or(test, |all| cursor.ins().band(all, test)));
        }
        Whole { first, after, rest, holds }
    }
}
