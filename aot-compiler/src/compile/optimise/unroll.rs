//! Several rounds of short loops in one trip, each of them as it was.
//!
//! They share one counter and one branch, and accesses of neighbouring rounds become pairs ([`super::pairs`]).

use super::{
    neighbours::stores,
    overlap::Rounds,
    trips::{Body, Plan},
};
use cranelift_codegen::ir::{Inst, Opcode};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many instructions a trip has at most, without those that only make addresses.
const MOST: usize = 32;

/// How many rounds a trip has at most.
const MOST_ROUNDS: usize = 4;

/// How to make trips of a loop, if it is short enough.
pub fn plan(body: &Body, sinks: bool) -> Option<Plan> {
    let count = body.rounds.count()?;
    let all = count.known(body.function).map_or(usize::MAX, |after_first| after_first as usize + 1);
    let is_free = |inst: &Inst| body.function.dfg.insts[*inst].opcode() == Opcode::Bitcast;
    let insts = body.data().into_iter().filter(|inst| !is_free(inst)).count();
    let most = all.min(MOST_ROUNDS).min(MOST / insts.max(1));
    // A power of two.
    let rounds = 1 << most.checked_ilog2()?;
    // Loads of later rounds are free of stores before them.
    let stored = body.uses.iter().filter(|found| stores(body.function, found.inst)).count();
    let tests = (sinks && (1..body.uses.len()).contains(&stored))
        .then(|| body.tests(&Rounds::new(body.function, body.loops, body.of).together(rounds)))
        .flatten();
    (rounds > 1 && !body.uses.is_empty()).then(|| Plan {
        rounds,
        lanes: 1,
        streams: BTreeMap::new(),
        homes: HashMap::new(),
        stored: Vec::new(),
        carried: HashMap::new(),
        same: body.same(&HashSet::new()),
        tests,
        by_access: false,
        count,
    })
}
