//! Several rounds of short loops in one trip, each of them as it was.
//!
//! They share one counter and one branch, and accesses of neighbouring rounds become pairs ([`super::pairs`]).

use super::trips::{Body, Plan};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many instructions a trip has at most, without those that only make addresses.
const MOST: usize = 32;

/// How many rounds a trip has at most.
const MOST_ROUNDS: usize = 4;

/// How to make trips of a loop, if it is short enough.
pub fn plan(body: &Body) -> Option<Plan> {
    let count = body.rounds.count()?;
    let all = count.known(body.function).map_or(usize::MAX, |after_first| after_first as usize + 1);
    let most = all.min(MOST_ROUNDS).min(MOST / body.data().len().max(1));
    // A power of two.
    let rounds = 1 << most.checked_ilog2()?;
    (rounds > 1 && !body.uses.is_empty()).then(|| Plan {
        rounds,
        lanes: 1,
        streams: BTreeMap::new(),
        homes: HashMap::new(),
        stored: Vec::new(),
        carried: HashMap::new(),
        same: body.same(&HashSet::new()),
        tests: None,
        count,
    })
}
