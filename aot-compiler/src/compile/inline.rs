//! Which functions are inlined, and where the code in the place of their calls comes from.
//!
//! A function is inlined at all of its calls or at none, except in functions that would grow too much, where none is. So
//! the translator of a function only asks whether another is inlined there, in any order and on any thread. What counts is
//! instructions of WebAssembly and locals, together with those of the functions inlined in turn.

use super::{
    features::Features,
    module::{Body, Module},
    reach::Reach,
    uses::Uses,
};
use std::{collections::HashMap, ops::Range};
use wasmparser::FunctionBody;

/// The most that a function counts which is inlined wherever it is called: with twice as much, code grows by several
/// per cent, and some programs get slower.
const SMALL: u32 = 30;

/// The most that a function counts which is called in one place and has no other use.
const ONCE: u32 = 200;

/// What an inlined call counts beyond the body in its place. It bounds the depth of inlining, too.
const CALL: u32 = 4;

/// By how much a function may grow: by its own count, but this much in any case, and no more than that.
const GROWTH: Range<u32> = 200..10_000;

/// The decision for each function of a module, by index.
#[derive(Default)]
pub struct Decisions {
    /// Whether it is inlined.
    inlined: Vec<bool>,
    /// Whether others are inlined in it.
    open: Vec<bool>,
}

impl Decisions {
    /// For `module`, whose function bodies have these `uses` and are needed as far as `reach` says.
    pub fn new(module: &Module, uses: &[Uses], reach: &Reach) -> Self {
        let count = module.functions.len();
        let first = module.imported_functions as usize;
        let mut calls = vec![0_u32; count];
        for (_, body) in (first..).zip(uses).filter(|(function, _)| reach.used[*function]) {
            // Bodies are not validated yet: an index may be one of no function.
            for &callee in &body.calls {
                if let Some(calls) = calls.get_mut(callee as usize) {
                    *calls += 1;
                }
            }
        }
        let mut decisions = Self { inlined: vec![false; count], open: vec![false; count] };
        let mut costs = vec![0_u32; count];
        for (function, is_looped) in callees_first(first, uses) {
            let body = &uses[function - first];
            let inlined =
                body.calls.iter().filter(|&&callee| decisions.inlined.get(callee as usize) == Some(&true));
            let growth =
                inlined.fold(0, |sum: u32, &callee| sum.saturating_add(costs[callee as usize] + CALL));
            let own = body.size;
            let is_open = growth <= own.clamp(GROWTH.start, GROWTH.end);
            decisions.open[function] = is_open;
            costs[function] = own.saturating_add(if is_open { growth } else { 0 });
            let most = if calls[function] == 1 && !reach.pinned[function] { ONCE } else { SMALL };
            // In the place of a call, a tail call would leave the caller, too.
            let is_simple = !is_looped && !body.features.contains(Features::TAIL_CALL);
            decisions.inlined[function] = is_simple && costs[function] <= most;
        }
        decisions
    }

    /// Whether the calls of `callee` in the body of `caller` are replaced by its body.
    pub fn inlines(&self, caller: u32, callee: u32) -> bool {
        let is = |which: &[bool], function: u32| which.get(function as usize) == Some(&true);
        is(&self.open, caller) && is(&self.inlined, callee)
    }
}

/// What the translator needs to know.
pub struct Inlining<'a> {
    decisions: Decisions,
    /// The bodies that are inlined anywhere, by index.
    bodies: HashMap<u32, FunctionBody<'a>>,
}

impl<'a> Inlining<'a> {
    /// With the bodies that it needs out of `bodies`.
    pub fn new(decisions: Decisions, bodies: &[Body<'a>]) -> Self {
        let inlined = bodies
            .iter()
            .filter(|(validator, _)| decisions.inlined.get(validator.index as usize) == Some(&true))
            .map(|(validator, body)| (validator.index, body.clone()));
        Self { bodies: inlined.collect(), decisions }
    }

    /// What is to be in the place of a call of `callee` in the body of `caller`.
    pub fn body(&self, caller: u32, callee: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(&callee).filter(|_| self.decisions.inlines(caller, callee))
    }

    /// Byte in the Wasm file at which the body of `function` begins.
    ///
    /// # Panics
    /// If it is not inlined anywhere.
    pub fn wasm_offset(&self, function: u32) -> u32 {
        self.bodies[&function].range().start as u32
    }

    /// Whether `function` is inlined anywhere.
    pub fn has(&self, function: u32) -> bool {
        self.bodies.contains_key(&function)
    }
}

/// The functions that have `bodies`, of which the first is function `first`, each behind all that it calls. With those
/// that begin a loop of calls, where that cannot be: every loop has one.
fn callees_first(first: usize, bodies: &[Uses]) -> Vec<(usize, bool)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; bodies.len()];
    let mut is_looped = vec![false; bodies.len()];
    let mut order = Vec::with_capacity(bodies.len());
    let mut path = Vec::new();
    for start in 0..bodies.len() {
        if states[start] == State::New {
            path.push((start, 0));
        }
        while let Some((body, call)) = path.last_mut() {
            states[*body] = State::Open;
            let Some(&callee) = bodies[*body].calls.get(*call) else {
                states[*body] = State::Done;
                order.push((first + *body, is_looped[*body]));
                path.pop();
                continue;
            };
            *call += 1;
            let callee = (callee as usize).wrapping_sub(first);
            match states.get(callee) {
                Some(State::New) => path.push((callee, 0)),
                Some(State::Open) => is_looped[callee] = true,
                Some(State::Done) | None => {}
            }
        }
    }
    order
}

/// Where the code of a function comes from. A position up to the end of the file is a byte offset there. Those beyond
/// stand for the bodies in the place of calls, each for its own call.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<Origin>);

#[derive(Debug, Clone, Copy)]
struct Origin {
    /// The positions of the body's bytes.
    start: u32,
    end: u32,
    /// The byte offset in the file that the first of them stands for.
    wasm_offset: u32,
    /// The function that has the body.
    function: u32,
    /// The position of the call.
    call: u32,
}

impl Origins {
    /// Adds the body of `function`, which is at `range` of a file of `end` bytes, in the place of the call at position
    /// `call`; gives what to add to its byte offsets, modulo 2^32.
    pub fn add(&mut self, end: u32, function: u32, range: Range<u32>, call: u32) -> u32 {
        let start = self.0.last().map_or(end, |last| last.end);
        let end = start.wrapping_add(range.end - range.start);
        self.0.push(Origin { start, end, wasm_offset: range.start, function, call });
        start.wrapping_sub(range.start)
    }

    /// The numbers of the bodies, in the order in which they were added, that the code at `position` is of, innermost first.
    pub fn bodies_at(&self, position: u32) -> impl Iterator<Item = usize> {
        let find = |position| self.0.partition_point(|origin| origin.start <= position).checked_sub(1);
        std::iter::successors(find(position), move |&body| find(self.0[body].call))
    }

    /// The byte offset in the file that `position` stands for.
    pub fn wasm_offset(&self, position: u32) -> u32 {
        self.bodies_at(position).next().map_or(position, |body| {
            let Origin { start, wasm_offset, .. } = self.0[body];
            wasm_offset + (position - start)
        })
    }

    /// The positions of the calls that the code at `position` is in the place of, innermost first.
    pub fn calls(&self, position: u32) -> impl Iterator<Item = u32> {
        self.bodies_at(position).map(|body| self.0[body].call)
    }

    /// All bodies: whose each is, and the position of the call that it is in the place of.
    pub fn bodies(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(|origin| (origin.function, origin.call))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_lead_back_through_all_calls() {
        let mut origins = Origins::default();
        // Function 5 at 10..20 is in the place of the call at 50; in it, at 14, is function 6; at 60 is 5 again.
        let outer = origins.add(100, 5, 10..20, 50);
        let inner = origins.add(100, 6, 30..33, outer.wrapping_add(14));
        let again = origins.add(100, 5, 10..20, 60);
        let at = |base: u32, offset: u32| base.wrapping_add(offset);
        let look = |position| {
            let calls: Vec<_> = origins.calls(position).map(|call| origins.wasm_offset(call)).collect();
            (origins.wasm_offset(position), calls)
        };
        assert_eq!(look(55), (55, vec![]));
        assert_eq!(look(at(outer, 12)), (12, vec![50]));
        assert_eq!(look(at(inner, 32)), (32, vec![14, 50]));
        assert_eq!(look(at(again, 10)), (10, vec![60]));
        assert_eq!(origins.bodies().map(|(function, _)| function).collect::<Vec<_>>(), [5, 6, 5]);
    }

    /// Bodies of `size` instructions by what each calls; the first is function 1, as behind one import.
    fn bodies(size: u32, calls: &[&[u32]]) -> Vec<Uses> {
        let body = |calls: &&[u32]| Uses { calls: calls.to_vec(), size, ..Uses::none() };
        calls.iter().map(body).collect()
    }

    fn order(calls: &[&[u32]]) -> Vec<(usize, bool)> {
        callees_first(1, &bodies(1, calls))
    }

    /// The decisions for bodies of `size` instructions, of which nothing but calls uses any.
    fn decide(size: u32, calls: &[&[u32]]) -> Decisions {
        decide_on(&bodies(size, calls))
    }

    fn decide_on(bodies: &[Uses]) -> Decisions {
        let count = bodies.len() + 1;
        let module = Module { functions: vec![0; count], imported_functions: 1, ..Module::default() };
        let all = vec![true; count];
        let reach = Reach { used: all.clone(), code: all, pinned: vec![false; count] };
        Decisions::new(&module, bodies, &reach)
    }

    #[test]
    fn callees_come_before_callers() {
        assert_eq!(order(&[&[2, 0, 3], &[3], &[], &[4]]), [(3, false), (2, false), (1, false), (4, true)]);
        // 1 -> 2 -> 3 -> 1, and an index that is no function's
        assert_eq!(order(&[&[2], &[3, 77], &[1]]), [(3, false), (2, false), (1, true)]);
    }

    #[test]
    fn only_what_is_small_or_called_once_is_inlined() {
        let twice: &[&[u32]] = &[&[3], &[3], &[]];
        assert!(decide(SMALL, twice).inlines(1, 3));
        assert!(!decide(SMALL + 1, twice).inlines(1, 3));
        // The caller has to be large enough for it.
        let once = |size| {
            let caller = Uses { calls: vec![2], size: 2 * ONCE, ..Uses::none() };
            decide_on(&[caller, Uses { size, ..Uses::none() }]).inlines(1, 2)
        };
        assert!(once(ONCE) && !once(ONCE + 1));
    }

    #[test]
    fn loops_of_calls_are_left_somewhere() {
        assert!(!decide(1, &[&[1]]).inlines(1, 1));
        let pair = decide(1, &[&[2, 2], &[1, 1]]);
        assert!(pair.inlines(1, 2) && !pair.inlines(2, 1));
    }

    #[test]
    fn functions_that_would_grow_too_much_stay() {
        let calls = |count| vec![2; count as usize];
        let most = GROWTH.start / (1 + CALL);
        assert!(decide(1, &[&calls(most), &[]]).inlines(1, 2));
        assert!(!decide(1, &[&calls(most + 1), &[]]).inlines(1, 2));
    }
}
