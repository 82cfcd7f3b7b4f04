//! The variables that innermost loops count: one where several are counted in step, and one that ends the loop at zero.
//!
//! All of this is arithmetic modulo 2^32, and exact in it.
//!
//! - A variable that grows by as much as another one in each round is that one plus what they differ by at first.
//! - A loop that goes on until its counter t, or t plus its step s, is K counts u = t + d - K instead, d being what the loop
//!   adds before it compares, less s. Then it goes on until u + s is zero, which takes no comparison, and does not need t
//!   and t + s at once. What used t uses u + (K - d), where the constant becomes a part of addresses ([`super::addresses`]).
//! - Behind a loop that has no other way out, such a counter is known, and need not be kept.

use super::{
    loops::{Innermost, Loops, block, definition},
    sums::{constant, operation},
};
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{
        Block, BlockCall, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef,
        ValueListPool, condcodes::IntCC, types,
    },
    loop_analysis::Loop,
};
use std::collections::HashMap;

/// Rewrites the counters of the innermost loops.
pub fn run(function: &mut Function, loops: &Loops) {
    let mut ends = HashMap::new();
    for of in loops.innermost(function) {
        let tested = Counter::all(function, &of).into_iter().find_map(|counter| {
            Some((Test::of(function, loops, &of, &counter, (of.again, of.header))?, counter))
        });
        let Some((test, counter)) = tested else {
            merge(function, &of, Counter::all(function, &of));
            continue;
        };
        let step = counter.step;
        let first = count_to_zero(function, loops, &of, counter, &test);
        let mut counters = Counter::all(function, &of);
        counters.sort_by_key(|counter| counter.value != first);
        merge(function, &of, counters);
        if loops.has_one_exit(&of) {
            let mut cursor = FuncCursor::new(function).at_inst(of.enter);
            let last = cursor.ins().iconst(types::I32, i64::from(step.wrapping_neg()));
            ends.insert(of.within, AtEnd { loops, of, known: HashMap::from([(first, Some(last))]) });
        }
    }
    use_ends(function, loops, ends);
}

/// Has what is behind loops use what is known instead of what was counted.
fn use_ends(function: &mut Function, loops: &Loops, mut ends: HashMap<Loop, AtEnd>) {
    for inst in loops.insts(function) {
        let values: Vec<_> = function.dfg.inst_values(inst).collect();
        let mut at_end = |value| {
            let within = loops.innermost_around(definition(function, value))?;
            let end = ends.get_mut(&within).filter(|end| !loops.is_in(block(function, inst), &end.of))?;
            end.known(function, value, MOST)
        };
        let known: Vec<_> = values.iter().map(|&value| at_end(value).unwrap_or(value)).collect();
        if known != values {
            function.dfg.overwrite_inst_values(inst, known.into_iter());
        }
    }
}

/// A value of 32 bits that a loop adds the same to in every round.
pub struct Counter {
    /// The parameter of the loop's header.
    pub value: Value,
    /// Its number.
    pub number: usize,
    /// What it is at first.
    pub start: Value,
    /// What is added in each round.
    pub step: i32,
}

impl Counter {
    /// The counters of a loop.
    pub fn all(function: &Function, of: &Innermost) -> Vec<Self> {
        let params = function.dfg.block_params(of.header).iter().enumerate();
        let counters = params.filter(|&(_, &value)| function.dfg.value_type(value) == types::I32);
        let counters = counters.filter_map(|(number, &value)| {
            let [start, next] = [of.enter, of.again].map(|branch| passed(function, branch, of, number));
            let (from, step) = displaced(function, next?);
            (from == value && step != 0).then_some(Self { value, number, start: start?, step })
        });
        counters.collect()
    }

    /// What the loop begins with, and what it goes on with.
    pub fn ways(&self, function: &Function, of: &Innermost) -> impl Iterator<Item = Value> {
        [of.enter, of.again].into_iter().filter_map(|branch| passed(function, branch, of, self.number))
    }
}

/// How a loop finds out whether it goes on.
pub struct Test {
    /// It does until the counter plus this
    pub added: i32,
    /// is this, or zero.
    pub limit: Option<Value>,
}

impl Test {
    /// The test of `counter` by which `branch` goes on to `next`.
    pub fn of(
        function: &Function,
        loops: &Loops,
        of: &Innermost,
        counter: &Counter,
        (branch, next): (Inst, Block),
    ) -> Option<Self> {
        let InstructionData::Brif { arg, blocks, .. } = function.dfg.insts[branch] else { return None };
        let goes_on_if = blocks[0].block(&function.dfg.value_lists) == next;
        let arg = widened(function, arg);
        let is_counter = |value| {
            let (from, added) = displaced(function, value);
            (from == counter.value).then_some(added)
        };
        if let Some(added) = is_counter(arg) {
            return goes_on_if.then_some(Self { added, limit: None });
        }
        let ValueDef::Result(inst, _) = function.dfg.value_def(arg) else { return None };
        let InstructionData::IntCompare { cond, args, .. } = function.dfg.insts[inst] else { return None };
        if cond != if goes_on_if { IntCC::NotEqual } else { IntCC::Equal } {
            return None;
        }
        let [x, y] = args.map(|arg| function.dfg.resolve_aliases(arg));
        let (added, limit) = match is_counter(x) {
            Some(added) => (added, y),
            None => (is_counter(y)?, x),
        };
        let is_limit = is_invariant(function, loops, of, limit, MOST);
        is_limit.then_some(Self { added, limit: Some(limit) })
    }
}

/// Has the loop count so that it ends at zero, and returns the new counter.
fn count_to_zero(
    function: &mut Function,
    loops: &Loops,
    of: &Innermost,
    counter: Counter,
    test: &Test,
) -> Value {
    let Counter { value, number, start, step } = counter;
    let before = test.added.wrapping_sub(step);
    // The limit less what was added.
    let mut cursor = FuncCursor::new(function).at_inst(of.enter);
    if let Some(limit) = test.limit {
        move_before(cursor.func, loops, of, limit);
    }
    let limit = match test.limit.map(|limit| (limit, constant(cursor.func, limit))) {
        Some((limit, None)) => sum(&mut cursor, limit, before.wrapping_neg()),
        Some((_, Some(limit))) => cursor.ins().iconst(types::I32, i64::from(limit.wrapping_sub(before))),
        None => cursor.ins().iconst(types::I32, i64::from(before.wrapping_neg())),
    };
    let start = difference(&mut cursor, start, limit);

    let from_zero = function.dfg.replace_block_param(value, types::I32);
    let first = function.layout.first_inst(of.header).expect("blocks have instructions");
    let mut cursor = FuncCursor::new(function).at_inst(first);
    let same = add(&mut cursor, from_zero, limit);
    cursor.func.dfg.change_to_alias(value, same);

    cursor.goto_inst(of.again);
    let next = sum(&mut cursor, from_zero, step);
    // Compared with zero it would be turned into a comparison of the counter before the step.
    let dfg = &mut cursor.func.dfg;
    if let InstructionData::Brif { arg, blocks, .. } = &mut dfg.insts[of.again] {
        *arg = next;
        if blocks[0].block(&dfg.value_lists) != of.header {
            blocks.swap(0, 1);
        }
    }
    pass(function, of.enter, of, number, start);
    pass(function, of.again, of, number, next);
    from_zero
}

/// Keeps of the counters with the same step the first one.
fn merge(function: &mut Function, of: &Innermost, counters: Vec<Counter>) {
    let mut kept: Vec<Counter> = Vec::new();
    // From the last one on, so that the numbers of those to come stay.
    let mut gone = Vec::new();
    for counter in counters {
        match kept.iter().find(|kept| kept.step == counter.step) {
            Some(same) => gone.push((counter, same.value, same.start)),
            None => kept.push(counter),
        }
    }
    gone.sort_by_key(|(counter, ..)| std::cmp::Reverse(counter.number));
    for (counter, value, start) in gone {
        let mut cursor = FuncCursor::new(function).at_inst(of.enter);
        let difference = difference(&mut cursor, counter.start, start);
        let first = function.layout.first_inst(of.header).expect("blocks have instructions");
        let mut cursor = FuncCursor::new(function).at_inst(first);
        let same = add(&mut cursor, value, difference);
        replace(function, of, &counter, same);
    }
}

/// Has `value` in the place of a counter of the loop.
pub fn replace(function: &mut Function, of: &Innermost, counter: &Counter, value: Value) {
    function.dfg.remove_block_param(counter.value);
    function.dfg.change_to_alias(counter.value, value);
    for branch in [of.enter, of.again] {
        change(function, branch, of, |way, lists| way.remove(counter.number, lists));
    }
}

/// Has the loop begin and go on with these as one more parameter.
pub fn append(function: &mut Function, of: &Innermost, [start, next]: [Value; 2]) {
    for (branch, value) in [(of.enter, start), (of.again, next)] {
        change(function, branch, of, |way, lists| way.append_argument(value, lists));
    }
}

/// What is known behind a loop that ends when its counter is zero and has no other way out.
struct AtEnd<'a> {
    loops: &'a Loops,
    of: Innermost,
    /// Values of the loop and what they are at its end.
    known: HashMap<Value, Option<Value>>,
}

impl AtEnd<'_> {
    /// What `value` is at the end, if it is a sum with the counter of at most `most` parts.
    fn known(&mut self, function: &mut Function, value: Value, most: u32) -> Option<Value> {
        let value = function.dfg.resolve_aliases(value);
        if let Some(&known) = self.known.get(&value) {
            return known;
        }
        let (opcode, args) = operation(function, value)?;
        if most == 0
            || !matches!(opcode, Opcode::Iadd)
            || !self.loops.is_in(definition(function, value), &self.of)
        {
            return None;
        }
        let ends = args.map(|arg| self.known(function, arg, most - 1));
        let sum = (ends != [None, None]).then(|| {
            let mut cursor = FuncCursor::new(function).at_inst(self.of.enter);
            let parts = [0, 1].map(|at| match (ends[at], constant(cursor.func, args[at])) {
                (Some(end), _) => Some(end),
                (None, Some(constant)) => Some(cursor.ins().iconst(types::I32, i64::from(constant))),
                (None, None) => {
                    let is_outside = !self.loops.is_in(definition(cursor.func, args[at]), &self.of);
                    is_outside.then_some(args[at])
                }
            });
            let [Some(left), Some(right)] = parts else { return None };
            Some(add(&mut cursor, left, right))
        });
        self.known.insert(value, sum.flatten());
        sum.flatten()
    }
}

/// The sum of two values.
fn add(cursor: &mut FuncCursor, x: Value, y: Value) -> Value {
    match (constant(cursor.func, x), constant(cursor.func, y)) {
        (Some(x), Some(y)) => cursor.ins().iconst(types::I32, i64::from(x.wrapping_add(y))),
        (Some(x), None) => sum(cursor, y, x),
        (None, Some(y)) => sum(cursor, x, y),
        (None, None) => cursor.ins().iadd(x, y),
    }
}

/// `value` with `added` to it.
fn sum(cursor: &mut FuncCursor, value: Value, added: i32) -> Value {
    match added {
        0 => value,
        _ => cursor.ins().iadd_imm_s(value, i64::from(added)),
    }
}

/// How many operations are looked at to find out about a value.
const MOST: u32 = 4;

/// Whether `value` is the same in all rounds: a constant, from before the loop, or computed from such.
fn is_invariant(function: &Function, loops: &Loops, of: &Innermost, value: Value, most: u32) -> bool {
    let value = function.dfg.resolve_aliases(value);
    let is_computed = || {
        let (opcode, args) = operation(function, value)?;
        let is_pure = !opcode.can_trap() && most > 0;
        Some(is_pure && args.iter().all(|&arg| is_invariant(function, loops, of, arg, most - 1)))
    };
    constant(function, value).is_some()
        || !loops.is_in(definition(function, value), of)
        || is_computed().unwrap_or(false)
}

/// Moves what computes an invariant value in front of the loop.
fn move_before(function: &mut Function, loops: &Loops, of: &Innermost, value: Value) {
    let value = function.dfg.resolve_aliases(value);
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return };
    if loops.is_in(block(function, inst), of) {
        for arg in function.dfg.inst_args(inst).to_vec() {
            move_before(function, loops, of, arg);
        }
        function.layout.remove_inst(inst);
        function.layout.insert_inst(inst, of.enter);
    }
}

/// What must be added to `to` for `from`; a constant if they are constants, or the same one plus constants.
fn difference(cursor: &mut FuncCursor, from: Value, to: Value) -> Value {
    let ((x, plus), (y, minus)) = (displaced(cursor.func, from), displaced(cursor.func, to));
    let added = plus.wrapping_sub(minus);
    match (constant(cursor.func, x), constant(cursor.func, y)) {
        (Some(x), Some(y)) => {
            let known = x.wrapping_sub(y).wrapping_add(added);
            cursor.ins().iconst(types::I32, i64::from(known))
        }
        _ if x == y => cursor.ins().iconst(types::I32, i64::from(added)),
        (None, Some(y)) => sum(cursor, x, added.wrapping_sub(y)),
        _ => cursor.ins().isub(from, to),
    }
}

/// The value that `value` is a constant more than, and the constant.
fn displaced(function: &Function, value: Value) -> (Value, i32) {
    let mut value = function.dfg.resolve_aliases(value);
    let mut added = 0i32;
    while let Some((opcode, [left, right])) = operation(function, value) {
        added = match (opcode, constant(function, right)) {
            (Opcode::Iadd, Some(right)) => added.wrapping_add(right),
            (Opcode::Isub, Some(right)) => added.wrapping_sub(right),
            _ => break,
        };
        value = left;
    }
    (value, added)
}

/// What was made wider, if `value` was.
fn widened(function: &Function, value: Value) -> Value {
    let value = function.dfg.resolve_aliases(value);
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return value };
    match function.dfg.insts[inst] {
        InstructionData::Unary { opcode: Opcode::Uextend, arg } => function.dfg.resolve_aliases(arg),
        _ => value,
    }
}

/// What `branch` passes to the header as the parameter `number`.
pub fn passed(function: &Function, branch: Inst, of: &Innermost, number: usize) -> Option<Value> {
    let dfg = &function.dfg;
    let mut ways = dfg.insts[branch].branch_destination(&dfg.jump_tables, &dfg.exception_tables).iter();
    let way = ways.find(|way| way.block(&dfg.value_lists) == of.header)?;
    way.args(&dfg.value_lists).nth(number)?.as_value().map(|value| dfg.resolve_aliases(value))
}

/// Has `branch` pass `value` to the header as the parameter `number`.
fn pass(function: &mut Function, branch: Inst, of: &Innermost, number: usize, value: Value) {
    change(function, branch, of, |way, lists| {
        let mut at = 0..;
        way.update_args(lists, |old| match at.next() == Some(number) {
            true => value.into(),
            false => old,
        });
    });
}

/// Changes how `branch` goes to the header.
fn change(
    function: &mut Function,
    branch: Inst,
    of: &Innermost,
    change: impl Fn(&mut BlockCall, &mut ValueListPool),
) {
    let dfg = &mut function.dfg;
    let ways = dfg.insts[branch].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
    for way in ways {
        if way.block(&dfg.value_lists) == of.header {
            change(way, &mut dfg.value_lists);
        }
    }
}
