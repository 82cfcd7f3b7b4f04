//! Whether two accesses of linear memory in a loop can be to the same bytes.
//!
//! Each is to the bytes from index + offset on, and that sum does not wrap unless the access traps. So two accesses that do
//! not trap lie as far from each other as their sums do, modulo 2^32. If one of them traps, whether it comes before or after
//! the other makes no difference to anybody: the app ends, and its memory with it.
//!
//! The accesses of a round with the same terms are a span, from their first byte to their last. Two spans of m and n bytes
//! with a distance d from the one's start to the other's have no byte in common exactly if d + n - 1 modulo 2^32 is not less
//! than m + n - 1. There are two tests for that:
//!
//! - **Round by round**: where the sums have the same variable part, d is the same in all rounds.
//! - **For the whole loop**: where the variable parts are counters and the loop counts to zero, what a span covers in all
//!   rounds is known before the loop. It grows by the step times the number of rounds less one, r. The counter is zero after
//!   the round in which it is what it has been at first plus r times its step, modulo 2^32; if that difference, taken as
//!   positive in the direction of the step, is divisible by the step, r is the quotient.

use super::{
    counters::{Counter, Test as CounterTest},
    loops::{Innermost, Loops, definition},
    neighbours::stores,
    sums::{Term, Use, constant},
};
use cranelift_codegen::{
    cursor::FuncCursor,
    ir::{Function, InstBuilder, Value, condcodes::IntCC, types},
};

/// Bytes that a span grows by in a round, at most, so that two of them cover less than 2^63 in 2^32 rounds.
const GREATEST_STEP: i64 = 1 << 30;

/// Bytes that a span has, at most.
pub const LONGEST: i64 = 1 << 24;

/// Whether two accesses with the same terms have no byte in common.
pub fn are_apart(one: &Use, other: &Use) -> bool {
    let distance = (other.displacement() - one.displacement()) as u32;
    one.sum.terms == other.sum.terms
        && distance >= one.bytes.into()
        && distance.wrapping_neg() >= other.bytes.into()
}

/// The accesses of a round with the same terms.
#[derive(Debug, Clone)]
pub struct Span {
    /// Of all of them.
    pub terms: Vec<Term>,
    /// Where the first byte is, less the terms.
    pub start: i64,
    /// Where the last byte ends, less the terms.
    pub end: i64,
    /// Whether one of them is a store.
    pub is_stored: bool,
}

impl Span {
    /// The spans of a round with these accesses.
    pub fn all(function: &Function, uses: &[&Use]) -> Vec<Self> {
        let mut spans: Vec<Self> = Vec::new();
        for found in uses {
            let (start, end) = (found.displacement(), found.displacement() + i64::from(found.bytes));
            let is_stored = stores(function, found.inst);
            match spans.iter_mut().find(|span| span.terms == found.sum.terms) {
                Some(span) => {
                    span.is_stored |= is_stored;
                    (span.start, span.end) = (span.start.min(start), span.end.max(end));
                }
                None => spans.push(Self { terms: found.sum.terms.clone(), start, end, is_stored }),
            }
        }
        spans
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> i64 {
        self.end - self.start
    }
}

/// A loop, and what is known of its rounds.
pub struct Rounds<'a> {
    function: &'a Function,
    loops: &'a Loops,
    of: &'a Innermost,
    counters: Vec<Counter>,
    /// The counter that ends the loop, by its number among the others, and what it is in the last round.
    last: Option<(usize, i32)>,
    /// How many rounds are done together, whose accesses cross each other.
    together: i64,
}

/// How to find out before a loop whether two spans have a byte in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// In the same round.
    Round,
    /// In any two rounds.
    Loop,
}

impl<'a> Rounds<'a> {
    /// Looks at a loop.
    pub fn new(function: &'a Function, loops: &'a Loops, of: &'a Innermost) -> Self {
        let counters = Counter::all(function, of);
        let last = counters.iter().enumerate().find_map(|(number, counter)| {
            let test = CounterTest::of(function, loops, of, counter, (of.again, of.header))?;
            test.limit.is_none().then_some((number, test.added.wrapping_neg()))
        });
        Self { function, loops, of, counters, last, together: 1 }
    }

    /// The same loop, of which so many rounds are done together.
    pub fn together(self, rounds: usize) -> Self {
        Self { together: rounds as i64, ..self }
    }

    /// Whether `term` is the same in all rounds.
    pub fn is_same(&self, term: &Term) -> bool {
        !self.loops.is_in(definition(self.function, term.value), self.of)
    }

    /// How it can be tested whether accesses with these terms have a byte in common, if it can.
    pub fn extent(&self, one: &[Term], other: &[Term]) -> Option<Extent> {
        let (plus, minus) = difference(one, other);
        let is_same = plus.iter().chain(&minus).all(|term| self.is_same(term));
        let is_counted = || self.last.is_some() && self.step(one).is_some() && self.step(other).is_some();
        is_same.then_some(Extent::Round).or_else(|| is_counted().then_some(Extent::Loop))
    }

    /// Whether two accesses have no byte in common after all tests to this extent.
    pub fn are_apart(&self, one: &Use, other: &Use, extent: Extent) -> bool {
        let (terms, others) = (&one.sum.terms, &other.sum.terms);
        let is_tested = || self.extent(terms, others).is_some_and(|needed| needed <= extent);
        if terms == others { are_apart(one, other) } else { is_tested() }
    }

    /// What `terms` grow by in a round, if their variable parts are counters.
    pub fn step(&self, terms: &[Term]) -> Option<i64> {
        let step = |term: &Term| match self.counter(term) {
            Some(counter) => Some(i64::from(counter.step) << term.shift),
            None => self.is_same(term).then_some(0),
        };
        let step: i64 = terms.iter().map(step).sum::<Option<i64>>()?;
        (step.abs() <= GREATEST_STEP).then_some(step)
    }

    fn counter(&self, term: &Term) -> Option<&Counter> {
        self.counters.iter().find(|counter| counter.value == term.value)
    }

    /// What `span` covers in the rounds that are done together.
    fn covered(&self, span: &Span) -> Option<Span> {
        let more = match self.together {
            1 => 0,
            rounds => self.step(&span.terms)? * (rounds - 1),
        };
        Some(Span { start: span.start + more.min(0), end: span.end + more.max(0), ..span.clone() })
    }

    /// The test of two spans, if there is one and neither is too long.
    pub fn test(&self, one: &Span, other: &Span) -> Option<Test> {
        let extent = self.extent(&one.terms, &other.terms)?;
        let [one, other] = match extent {
            Extent::Round => [self.covered(one)?, self.covered(other)?],
            Extent::Loop => [one.clone(), other.clone()],
        };
        if one.bytes().max(other.bytes()) > LONGEST {
            return None;
        }
        let grow = |span: &Span| match extent {
            Extent::Round => Some(0),
            Extent::Loop => self.step(&span.terms),
        };
        let (one_grows, other_grows) = (grow(&one)?, grow(&other)?);
        // At first.
        let at_first = |term: Term| match self.counter(&term) {
            Some(counter) => Term { value: counter.start, ..term },
            None => term,
        };
        let (plus, minus) = difference(&one.terms, &other.terms);
        let [plus, minus] = [plus, minus].map(|terms| terms.into_iter().map(at_first).collect());
        Some(Test {
            plus,
            minus,
            added: other.end - one.start - 1,
            least: one.bytes() + other.bytes() - 1,
            one_grows,
            other_grows,
        })
    }

    /// The counters, and which of them ends the loop.
    pub fn counters(&self) -> (&[Counter], Option<usize>) {
        (&self.counters, self.last.map(|(number, _)| number))
    }

    /// What tells how many rounds there are.
    pub fn count(&self) -> Option<Count> {
        let (number, last) = self.last?;
        let Counter { start, step, .. } = self.counters[number];
        Some(Count { start, step, last })
    }
}

/// The terms that only the other sum has, and those that only the one has.
fn difference(one: &[Term], other: &[Term]) -> (Vec<Term>, Vec<Term>) {
    let (mut plus, mut minus) = (Vec::new(), one.to_vec());
    for term in other {
        match minus.iter().position(|same| same == term) {
            Some(same) => drop(minus.swap_remove(same)),
            None => plus.push(*term),
        }
    }
    (plus, minus)
}

/// A test that two spans have no byte in common.
pub struct Test {
    /// What only the other span has.
    plus: Vec<Term>,
    /// What only the one has.
    minus: Vec<Term>,
    /// What makes d + n - 1 of the terms, in the first round.
    added: i64,
    /// m + n - 1 in one round.
    least: i64,
    one_grows: i64,
    other_grows: i64,
}

impl Test {
    /// For how long it holds.
    pub fn extent(&self) -> Extent {
        if (self.one_grows, self.other_grows) == (0, 0) { Extent::Round } else { Extent::Loop }
    }

    /// Whether it holds, for a loop of `rounds` rounds and one.
    pub fn emit(&self, cursor: &mut FuncCursor, rounds: Option<Value>) -> Value {
        let mut sum = cursor.ins().iconst(types::I32, i64::from(self.added as i32));
        let mut least = cursor.ins().iconst(types::I64, self.least);
        let shifted = |cursor: &mut FuncCursor, term: &Term| match term.shift {
            0 => term.value,
            shift => cursor.ins().ishl_imm_s(term.value, i64::from(shift)),
        };
        for term in &self.plus {
            let value = shifted(cursor, term);
            sum = cursor.ins().iadd(value, sum);
        }
        for term in &self.minus {
            let value = shifted(cursor, term);
            sum = cursor.ins().isub(sum, value);
        }
        // What covers more begins earlier if it grows downwards, and else n is more.
        let growth = self.other_grows.max(0) - self.one_grows.min(0);
        let both = self.one_grows.abs() + self.other_grows.abs();
        if let Some(rounds) = rounds.filter(|_| both != 0) {
            let added = cursor.ins().imul_imm_s(rounds, growth);
            let added = cursor.ins().ireduce(types::I32, added);
            sum = cursor.ins().iadd(sum, added);
            let added = cursor.ins().imul_imm_s(rounds, both);
            least = cursor.ins().iadd(least, added);
        }
        let sum = cursor.ins().uextend(types::I64, sum);
        cursor.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, sum, least)
    }
}

/// What tells how many rounds a loop has.
pub struct Count {
    start: Value,
    step: i32,
    /// The counter in the last round.
    last: i32,
}

impl Count {
    /// The counter at first.
    pub fn start(&self) -> Value {
        self.start
    }

    /// How many rounds there are after the first one, if the compiler knows.
    pub fn known(&self, function: &Function) -> Option<u64> {
        let way = self.last.wrapping_sub(constant(function, self.start)?);
        let way = if self.step < 0 { way.wrapping_neg() } else { way } as u32;
        let step = self.step.unsigned_abs();
        way.is_multiple_of(step).then_some(u64::from(way / step))
    }

    /// How many rounds there are after the first one, of 64 bits, and whether that is so.
    pub fn emit(&self, cursor: &mut FuncCursor) -> (Value, Value) {
        let last = cursor.ins().iconst(types::I32, i64::from(self.last));
        let way = match self.step {
            0.. => cursor.ins().isub(last, self.start),
            _ => cursor.ins().isub(self.start, last),
        };
        let step = cursor.ins().iconst(types::I32, i64::from(self.step.unsigned_abs()));
        let rounds = cursor.ins().udiv(way, step);
        let all = cursor.ins().imul(rounds, step);
        let is_so = cursor.ins().icmp(IntCC::Equal, all, way);
        (cursor.ins().uextend(types::I64, rounds), is_so)
    }
}
