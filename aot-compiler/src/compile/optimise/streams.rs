//! Which values of a loop become vectors ([`super::vectorise`]).
//!
//! First all that can: from stores to neighbouring places, and from what sums add up, back to loads from neighbouring
//! places. Then those are left out that cost more than they save, as lanes must be put together or taken apart.

use super::{
    neighbours::stores,
    sums::Use,
    trips::{Body, Kind, Stream},
};
use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Type, Value, ValueDef, types};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The streams that are to be vectors.
#[derive(Clone)]
pub struct Search<'a> {
    body: &'a Body<'a>,
    types: &'a [Type],
    /// How many a round has.
    elements: usize,
    same: &'a HashSet<Value>,
    /// What depends on an element before.
    summed: &'a HashSet<Value>,
    /// What is vectors, and how.
    pub streams: BTreeMap<Stream, Kind>,
    /// Stores that are one vector's, for each element one.
    pub stored: Vec<Vec<Inst>>,
}

impl<'a> Search<'a> {
    /// All that can be.
    pub fn new(
        body: &'a Body<'a>,
        types: &'a [Type],
        elements: usize,
        same: &'a HashSet<Value>,
        summed: &'a HashSet<Value>,
    ) -> Self {
        let (streams, stored) = Default::default();
        let mut search = Self { body, types, elements, same, summed, streams, stored };
        let mut seen = HashSet::new();
        for found in &body.uses {
            let Some(stores) = search.stores_from(found) else { continue };
            let dfg = &body.function.dfg;
            let data: Stream =
                stores.iter().map(|&store| dfg.resolve_aliases(dfg.inst_args(store)[0])).collect();
            if search.add(&data, &mut seen) || data.iter().all(|&value| search.is_same(value)) {
                search.stored.push(stores);
            }
        }
        for number in 0..body.nexts.len() {
            for stream in search.parts(number).unwrap_or_default() {
                search.add(&stream, &mut seen);
            }
        }
        search
    }

    /// The stores of a round to as many places from this one's on.
    fn stores_from(&self, first: &Use) -> Option<Vec<Inst>> {
        let function = self.body.function;
        let is_like = |found: &&&Use, at: usize| {
            let distance = found.displacement() - first.displacement();
            found.sum.terms == first.sum.terms
                && distance == (at * usize::from(first.bytes)) as i64
                && self.is_element_store(function, found.inst)
        };
        let of_element = |at| {
            let mut found = self.body.uses.iter().filter(|found| is_like(found, at));
            Some(found.next()?.inst).filter(|_| found.next().is_none())
        };
        let stores: Vec<Inst> = (0..self.elements).map(of_element).collect::<Option<_>>()?;
        let is_free = self.stored.iter().flatten().all(|taken| !stores.contains(taken));
        (is_free && self.goes_on(first)).then_some(stores)
    }

    fn is_element_store(&self, function: &Function, inst: Inst) -> bool {
        match function.dfg.insts[inst] {
            InstructionData::Store { opcode: Opcode::Store, args, .. } => {
                self.types.contains(&function.dfg.value_type(args[0]))
            }
            _ => false,
        }
    }

    /// Whether a round's elements, one after another, are what the next round goes on by.
    fn goes_on(&self, found: &Use) -> bool {
        let bytes = i64::from(found.bytes) * self.elements as i64;
        self.body.rounds.step(&found.sum.terms) == Some(bytes)
    }

    /// What is added up for each element to the parameter `number`.
    fn parts(&self, number: usize) -> Option<Vec<Stream>> {
        let dfg = &self.body.function.dfg;
        let param = self.body.param(number);
        let mut sum = self.body.nexts[number];
        let mut parts: Vec<Vec<Value>> = Vec::new();
        while sum != param {
            let inst = dfg.value_def(sum).inst().filter(|_| parts.len() < self.elements)?;
            let operands = dfg.inst_args(inst).iter().map(|&operand| dfg.resolve_aliases(operand));
            let (sums, others): (Vec<_>, Vec<_>) =
                operands.partition(|operand| self.summed.contains(operand));
            let [before] = *sums else { return None };
            parts.push(others);
            sum = before;
        }
        parts.reverse();
        let is_whole =
            parts.len() == self.elements && parts.iter().all(|others| others.len() == parts[0].len());
        is_whole.then(|| {
            let numbers = 0..parts[0].len();
            numbers.map(|number| parts.iter().map(|others| others[number]).collect()).collect()
        })
    }

    /// Adds a stream and what it needs, if it can be vectors.
    fn add(&mut self, stream: &Stream, seen: &mut HashSet<Stream>) -> bool {
        if self.streams.contains_key(stream) {
            return true;
        }
        if !seen.insert(stream.clone()) {
            return false;
        }
        let kind = self.kind(stream, seen);
        kind.is_some_and(|kind| self.streams.insert(stream.clone(), kind).is_none())
    }

    fn kind(&mut self, stream: &Stream, seen: &mut HashSet<Stream>) -> Option<Kind> {
        let dfg = &self.body.function.dfg;
        let ty = dfg.value_type(stream[0]);
        let is_lane = self.types.contains(&ty) && stream.iter().all(|&value| dfg.value_type(value) == ty);
        if !is_lane || stream.iter().any(|value| self.summed.contains(value)) {
            return None;
        }
        if let ValueDef::Param(block, number) = dfg.value_def(stream[0])
            && block == self.body.of.header
        {
            let later: Stream = stream[1..].iter().copied().chain([self.body.nexts[number]]).collect();
            return self.add(&later, seen).then_some(Kind::Earlier(later));
        }
        let of_loop = |value: Value| dfg.value_def(value).inst().filter(|_| !self.is_same(value));
        let insts: Vec<Inst> = stream.iter().map(|&value| of_loop(value)).collect::<Option<_>>()?;
        let opcode = dfg.insts[insts[0]].opcode();
        if insts.iter().any(|&inst| dfg.insts[inst].opcode() != opcode) {
            return None;
        }
        if opcode == Opcode::Load {
            return self.are_neighbours(&insts).then_some(Kind::Wide);
        }
        let has_amount = matches!(opcode, Opcode::Ishl | Opcode::Ushr | Opcode::Sshr);
        if !has_vectors(opcode, ty) {
            return None;
        }
        let mut is_vector = false;
        for number in 0..dfg.inst_args(insts[0]).len() {
            let operands: Stream =
                insts.iter().map(|&inst| dfg.resolve_aliases(dfg.inst_args(inst)[number])).collect();
            if has_amount && number == 1 {
                let is_one = operands.iter().all(|&amount| amount == operands[0] && self.is_same(amount));
                if !is_one {
                    return None;
                }
            } else if operands.iter().any(|&operand| dfg.value_type(operand) != ty) {
                return None;
            } else {
                is_vector |= self.add(&operands, seen);
            }
        }
        is_vector.then_some(Kind::Wide)
    }

    /// Whether these loads are from one place after another, and in the next round from where they end.
    fn are_neighbours(&self, loads: &[Inst]) -> bool {
        let of = |inst: Inst| self.body.uses.iter().find(|found| found.inst == inst);
        let Some(first) = of(loads[0]).filter(|first| self.goes_on(first)) else { return false };
        loads.iter().enumerate().all(|(at, &inst)| {
            of(inst).is_some_and(|found| {
                let distance = found.displacement() - first.displacement();
                found.sum.terms == first.sum.terms && distance == (at * usize::from(first.bytes)) as i64
            })
        })
    }

    fn is_same(&self, value: Value) -> bool {
        self.body.is_outside(value) || self.same.contains(&value)
    }

    /// Leaves out what costs more than it saves in a trip; whether something is left.
    pub fn choose(&mut self, rounds: usize, lanes: usize) -> bool {
        let scalar = Self { streams: BTreeMap::new(), stored: Vec::new(), ..self.clone() };
        let (scalar, _) = scalar.cost(rounds, lanes);
        let (mut least, _) = self.cost(rounds, lanes);
        loop {
            let without = self.streams.keys().map(|stream| {
                let mut fewer = self.clone();
                fewer.streams.remove(stream);
                fewer.prune();
                (fewer.cost(rounds, lanes).0, fewer)
            });
            let without_stores = (0..self.stored.len()).map(|at| {
                let mut fewer = self.clone();
                fewer.stored.remove(at);
                (fewer.cost(rounds, lanes).0, fewer)
            });
            let best = without.chain(without_stores).min_by_key(|(cost, _)| *cost);
            match best {
                Some((cost, fewer)) if cost < least => (least, *self) = (cost, fewer),
                _ => break,
            }
        }
        let (_, needed) = self.cost(rounds, lanes);
        self.streams.retain(|stream, _| needed.contains(stream));
        !self.streams.is_empty() && least < scalar
    }

    /// Leaves out the streams that are made of such as are none any more.
    fn prune(&mut self) {
        loop {
            let gone = self.streams.iter().find(|(_, kind)| match kind {
                Kind::Earlier(later) => !self.streams.contains_key(later),
                Kind::Wide => false,
            });
            let Some((gone, _)) = gone else { break };
            let gone = gone.clone();
            self.streams.remove(&gone);
        }
    }

    /// How many instructions a trip has, twice, as half an instruction is what one of a pair takes; and the streams that it
    /// needs.
    fn cost(&self, rounds: usize, lanes: usize) -> (usize, HashSet<Stream>) {
        let mut homes = HashMap::new();
        for (stream, kind) in &self.streams {
            if *kind == Kind::Wide {
                for &value in stream {
                    homes.entry(value).or_insert(stream);
                }
            }
        }
        let groups = rounds * self.elements / lanes;
        let mut cost = Cost {
            search: self,
            homes,
            rounds,
            lanes,
            groups,
            streams: HashSet::new(),
            values: HashSet::new(),
            twice: 0,
        };
        let dfg = &self.body.function.dfg;
        for stores in &self.stored {
            let data: Stream =
                stores.iter().map(|&store| dfg.resolve_aliases(dfg.inst_args(store)[0])).collect();
            cost.twice += groups;
            cost.vector(&data);
        }
        for found in self.body.uses.iter().filter(|found| stores(self.body.function, found.inst)) {
            if !self.stored.iter().flatten().any(|&store| store == found.inst) {
                cost.twice += rounds * self.access(found);
                cost.scalar(dfg.resolve_aliases(dfg.inst_args(found.inst)[0]));
            }
        }
        let counters = self.body.rounds.counters().0;
        for (number, &next) in self.body.nexts.iter().enumerate() {
            let param = self.body.param(number);
            let is_carried =
                self.streams.iter().any(|(stream, kind)| *kind != Kind::Wide && stream[0] == param);
            if !is_carried && counters.iter().all(|counter| counter.value != param) {
                cost.scalar(next);
            }
        }
        (cost.twice, cost.streams)
    }

    /// Twice what an access costs.
    fn access(&self, found: &Use) -> usize {
        if self.goes_on(found) { 1 } else { 2 }
    }
}

/// Adds up what is needed.
struct Cost<'a> {
    search: &'a Search<'a>,
    homes: HashMap<Value, &'a Stream>,
    rounds: usize,
    lanes: usize,
    groups: usize,
    streams: HashSet<Stream>,
    values: HashSet<Value>,
    twice: usize,
}

impl Cost<'_> {
    fn vector(&mut self, stream: &Stream) {
        let search = self.search;
        let is_splat = stream.iter().all(|&value| value == stream[0] && search.is_same(value));
        if is_splat || !self.streams.insert(stream.clone()) {
            return;
        }
        let dfg = &search.body.function.dfg;
        match search.streams.get(stream) {
            Some(Kind::Earlier(later)) => {
                self.twice += 2 * self.groups;
                self.vector(later);
            }
            Some(Kind::Wide) => {
                let insts: Vec<_> = stream.iter().map(|&value| dfg.value_def(value).unwrap_inst()).collect();
                if dfg.insts[insts[0]].opcode() == Opcode::Load {
                    self.twice += self.groups;
                    return;
                }
                self.twice += 2 * self.groups;
                for number in 0..dfg.inst_args(insts[0]).len() {
                    let operands =
                        insts.iter().map(|&inst| dfg.resolve_aliases(dfg.inst_args(inst)[number])).collect();
                    self.vector(&operands);
                }
            }
            None => {
                self.twice += 2 * self.groups * (self.lanes - 1);
                stream.iter().for_each(|&value| self.scalar(value));
            }
        }
    }

    fn scalar(&mut self, value: Value) {
        let search = self.search;
        if search.is_same(value) || !self.values.insert(value) {
            return;
        }
        let dfg = &search.body.function.dfg;
        match dfg.value_def(value) {
            ValueDef::Result(..) if self.homes.contains_key(&value) => {
                // What is the first lane is there.
                self.twice += 2 * self.rounds * (self.lanes - 1) / self.lanes;
                self.vector(self.homes[&value]);
            }
            ValueDef::Result(inst, _) => {
                let found = search.body.uses.iter().find(|found| found.inst == inst);
                self.twice += self.rounds * found.map_or(2, |found| search.access(found));
                for operand in search.body.operands(inst) {
                    self.scalar(operand);
                }
            }
            // What it is in a round before counts there.
            _ => {}
        }
    }
}

/// Whether there is an instruction for it that has the same result in each lane.
fn has_vectors(opcode: Opcode, ty: Type) -> bool {
    match opcode {
        Opcode::Fadd | Opcode::Fsub | Opcode::Fmul | Opcode::Fdiv | Opcode::Fma => true,
        Opcode::Fneg | Opcode::Fabs | Opcode::Sqrt | Opcode::Fmin | Opcode::Fmax => true,
        Opcode::Ceil | Opcode::Floor | Opcode::Trunc | Opcode::Nearest => true,
        Opcode::Iadd | Opcode::Isub | Opcode::Ineg => true,
        Opcode::Band | Opcode::Bor | Opcode::Bxor | Opcode::Bnot => true,
        Opcode::Ishl | Opcode::Ushr | Opcode::Sshr => true,
        Opcode::Imul | Opcode::Smin | Opcode::Smax | Opcode::Umin | Opcode::Umax => ty == types::I32,
        _ => false,
    }
}
