//! Vectors in the place of scalars, for loops that do the same with each element of arrays.
//!
//! In a trip each access is made in all rounds before the next one, loads first. What is loaded from or stored to
//! neighbouring places is one vector, and so is what is computed from that alone: AArch64's operations on lanes have the scalar
//! ones' results, to the last bit and for all NaNs. A round may have several elements, if its producer has unrolled
//! it. What depends on the element before, such as a sum, is computed one by one, in order, from the lanes. Where a parameter
//! is only what another value was for the element before, its vector is made of that value's.
//!
//! # Why the order makes no difference
//!
//! All rounds of a trip are done by the loop in any case, if none of them traps. If an access x is made before an access y now,
//! the places of y in a round and of x in any that came after it, with one of both a store, must have no byte in common. Where both
//! have the same terms, that is known; for all others it is tested before ([`super::overlap`]).
//!
//! If an access traps, then one of the trip's would have: a vector's is one to its lanes, and none of these can wrap to
//! the memory's beginning, as below 2^32 there are 2^30 bytes that are unmapped.

use super::{
    neighbours::stores,
    overlap::{Rounds, Span, Test},
    streams::Search,
    sums::Use,
    trips::{Body, Kind, Plan},
};
use cranelift_codegen::ir::{Inst, types};
use std::collections::HashMap;

/// Bytes of a vector.
const BYTES: usize = 16;

/// How many tests trips are worth.
const MOST_TESTS: usize = 6;

/// How many elements a round has at most.
const MOST_ELEMENTS: usize = 8;

/// Up to how many instructions a trip has two vectors of each kind.
const SHORT: usize = 48;

/// How to make trips of a loop with vectors, if that saves instructions.
pub fn plan(body: &Body) -> Option<Plan> {
    let loads = body.uses.iter().filter(|found| {
        !stores(body.function, found.inst) && found.sum.terms.iter().all(|term| body.rounds.is_same(term))
    });
    let same = body.same(&loads.map(|found| found.inst).collect());
    let summed = body.summed();
    let lane_types = [[types::F64, types::I64], [types::F32, types::I32]];
    lane_types.iter().find_map(|types| {
        let bytes = types[0].bytes() as usize;
        let lanes = BYTES / bytes;
        let elements = body.uses.iter().filter(|found| usize::from(found.bytes) == bytes);
        let elements =
            elements.filter_map(|found| Some(body.rounds.step(&found.sum.terms)? as usize / bytes));
        let elements = elements.filter(|elements| (1..=MOST_ELEMENTS).contains(elements)).min()?;
        let count = body.rounds.count()?;
        let all = count.known(body.function).map_or(usize::MAX, |after_first| after_first as usize + 1);
        let least = (0..).map(|shift| 1 << shift).find(|rounds| rounds * elements % lanes == 0)?;
        let is_short = body.data().len() * 2 * least <= SHORT;
        let two = is_short && least * elements == lanes && 2 * least <= all;
        let rounds = if two { 2 * least } else { least };
        let mut search = Search::new(body, types, elements, &same, &summed);
        if rounds > all || !search.choose(rounds, lanes) {
            return None;
        }
        let tests = tests(body, rounds, &search.stored)?;
        let Search { streams, stored, .. } = search;
        let mut homes = HashMap::new();
        for (stream, _) in streams.iter().filter(|(_, kind)| **kind == Kind::Wide) {
            for (at, &value) in stream.iter().enumerate() {
                homes.entry(value).or_insert((stream.clone(), at));
            }
        }
        let carried = streams.iter().filter_map(|(stream, kind)| match kind {
            Kind::Earlier(later) => {
                let number = (0..body.nexts.len()).find(|&number| body.param(number) == stream[0])?;
                Some((number, later.clone()))
            }
            Kind::Wide => None,
        });
        let carried = carried.collect();
        Some(Plan {
            rounds,
            lanes,
            streams,
            homes,
            stored,
            carried,
            same: same.clone(),
            tests: Some(tests),
            count,
        })
    })
}

/// What must hold for each access to be made in so many rounds before the next one, loads first and those in `stored`
/// together; `None` if it cannot be known.
fn tests(body: &Body, together: usize, stored: &[Vec<Inst>]) -> Option<Vec<Test>> {
    let function = body.function;
    let rounds = Rounds::new(function, body.loops, body.of).together(together);
    let is_store = |found: &Use| stores(function, found.inst);
    let vector = |found: &Use| stored.iter().position(|stores| stores.contains(&found.inst));
    for (at, before) in body.uses.iter().enumerate() {
        for now in &body.uses[at + 1..] {
            if !is_store(before) && !is_store(now) || before.sum.terms != now.sum.terms {
                continue;
            }
            let step = rounds.step(&before.sum.terms)?;
            let together = together as i64;
            let (first, then, mut later) = match (is_store(before), is_store(now)) {
                (true, false) => (now, before, 0..together),
                _ => (before, now, 1..together),
            };
            // A vector's stores may come before or after others.
            let are_stores = is_store(before) && is_store(now);
            if are_stores && vector(before) != vector(now) {
                later.start = 1 - together;
            }
            if !later.into_iter().all(|later| are_apart(then, first, later * step)) {
                return None;
            }
        }
    }
    let spans = Span::all(function, &body.uses);
    let mut tests = Vec::new();
    for (at, one) in spans.iter().enumerate() {
        for other in spans[..at].iter().filter(|other| one.is_stored || other.is_stored) {
            tests.push(rounds.test(one, other)?);
        }
    }
    (tests.len() <= MOST_TESTS).then_some(tests)
}

/// Whether two accesses with the same terms have no byte in common, the other being so many bytes further on.
fn are_apart(one: &Use, other: &Use, further: i64) -> bool {
    let distance = (other.displacement() + further - one.displacement()) as u32;
    distance >= one.bytes.into() && distance.wrapping_neg() >= other.bytes.into()
}
