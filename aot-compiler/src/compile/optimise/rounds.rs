//! Copies of a loop's instructions for the rounds of a trip: scalar ones for a round each, and vectors for some at once.

use super::{
    loops::definition,
    trips::{Kind, Stream, Trips},
};
use crate::compile::sandbox::Access;
use cranelift_codegen::{
    cursor::{Cursor, FuncCursor},
    ir::{
        Block, ConstantData, Endianness, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode,
        Type, Value, ValueDef, types,
    },
};
use std::collections::HashMap;

/// Copies what a trip needs, operands first.
pub struct Copier<'a> {
    pub function: &'a mut Function,
    accesses: &'a mut Vec<Access>,
    /// Where an access is, by its address.
    by_address: HashMap<Value, usize>,
    trips: &'a Trips<'a>,
    /// What is before the trips.
    start: Block,
    /// Where copies go.
    at: Block,
    /// What the loop's parameters are in the trip's first round, or vectors of what they were in the rounds before.
    params: HashMap<usize, Value>,
    scalars: HashMap<(Value, usize), Value>,
    vectors: HashMap<(Stream, usize), Value>,
}

impl<'a> Copier<'a> {
    /// For a loop whose trips have the block `trip`, with `start` before it.
    pub fn new(
        function: &'a mut Function,
        accesses: &'a mut Vec<Access>,
        trips: &'a Trips<'a>,
        [start, trip]: [Block; 2],
    ) -> Self {
        let by_address = accesses.iter().enumerate().map(|(at, access)| (access.address, at)).collect();
        let (params, scalars, vectors) = Default::default();
        Self { function, accesses, by_address, trips, start, at: trip, params, scalars, vectors }
    }

    /// Has the parameter `number` be the trip's counter plus what it is after all trips.
    pub fn count(&mut self, number: usize, counted: Value, after: Value) {
        let mut cursor = FuncCursor::new(self.function).at_bottom(self.at);
        self.params.insert(number, cursor.ins().iadd(counted, after));
    }

    /// Has the trip have the parameter `number`, which is `before` at first, and returns what it begins with.
    pub fn enter(&mut self, number: usize, before: Value) -> Value {
        let ty = self.function.dfg.value_type(before);
        let (ty, before) = match self.trips.plan.carried.contains_key(&number) {
            true => {
                let ty = self.vector_type(ty);
                (ty, FuncCursor::new(self.function).at_bottom(self.start).ins().splat(ty, before))
            }
            false => (ty, before),
        };
        self.params.insert(number, self.function.dfg.append_block_param(self.at, ty));
        before
    }

    /// The accesses, round by round.
    pub fn accesses_by_round(&mut self) {
        for round in 0..self.trips.plan.rounds {
            for &inst in &self.trips.accesses {
                self.access(inst, round);
            }
        }
    }

    /// The accesses, each of them in all rounds, and loads first.
    pub fn accesses_by_access(&mut self) {
        let trips = self.trips;
        let is_store = |function: &Function, inst: Inst| function.dfg.insts[inst].opcode().can_store();
        for &inst in &trips.accesses {
            if !is_store(self.function, inst) {
                self.load(inst);
            }
        }
        for &inst in &trips.accesses {
            if is_store(self.function, inst) {
                self.store(inst);
            }
        }
    }

    /// A load in all rounds.
    fn load(&mut self, inst: Inst) {
        let plan = &self.trips.plan;
        let loaded = self.function.dfg.first_result(inst);
        match plan.homes.get(&loaded) {
            // All vectors with it, as it need not be in the same as what it is used with.
            Some(_) => {
                let streams = plan.streams.iter();
                let streams = streams.filter(|(stream, kind)| **kind == Kind::Wide && stream[0] == loaded);
                for (stream, _) in streams {
                    (0..self.groups(stream.len())).for_each(|group| _ = self.vector(stream, group));
                }
            }
            None => (0..plan.rounds).for_each(|round| self.access(inst, round)),
        }
    }

    /// A store in all rounds, the first one of a vector's for all of them.
    fn store(&mut self, inst: Inst) {
        let plan = &self.trips.plan;
        if let Some(stores) = plan.stored.iter().find(|stores| stores.contains(&inst)) {
            if stores[0] == inst {
                (0..self.groups(stores.len())).for_each(|group| _ = self.widen(stores, group));
            }
            return;
        }
        // Of what is stored to the same place in each round, the last stays.
        let address = self.function.dfg.resolve_aliases(self.function.dfg.inst_args(inst)[1]);
        let is_same_place =
            plan.same.contains(&address) || definition(self.function, address) != self.trips.of.header;
        let first = if is_same_place { plan.rounds - 1 } else { 0 };
        (first..plan.rounds).for_each(|round| self.access(inst, round));
    }

    fn access(&mut self, inst: Inst, round: usize) {
        match self.function.dfg.inst_results(inst).first() {
            Some(&loaded) => _ = self.scalar(loaded, round),
            None => _ = self.copy(inst, round, self.at),
        }
    }

    /// How many vectors there are in a trip of which a round has so many elements.
    fn groups(&self, elements: usize) -> usize {
        self.trips.plan.rounds * elements / self.trips.plan.lanes
    }

    /// What the parameter `number` of the trip is in the next one.
    pub fn next(&mut self, number: usize) -> Value {
        match self.trips.plan.carried.get(&number) {
            Some(stream) => self.vector(stream, self.groups(stream.len()) - 1),
            None => self.left_over(number),
        }
    }

    /// What the parameter `number` of the loop is after the trip.
    pub fn left_over(&mut self, number: usize) -> Value {
        self.last(self.trips.nexts[number])
    }

    /// What `value` is in the last round of the trip.
    pub fn last(&mut self, value: Value) -> Value {
        self.scalar(value, self.trips.plan.rounds - 1)
    }

    /// Has copies go to `block` from now on.
    pub fn go_to(&mut self, block: Block) {
        self.at = block;
    }

    /// What `value` is in this round.
    fn scalar(&mut self, value: Value, round: usize) -> Value {
        let value = self.function.dfg.resolve_aliases(value);
        if definition(self.function, value) != self.trips.of.header {
            return value;
        }
        if let Some(&known) = self.scalars.get(&(value, round)) {
            return known;
        }
        let plan = &self.trips.plan;
        let found = match self.function.dfg.value_def(value) {
            ValueDef::Param(_, number) => self.param(number, round),
            _ if plan.homes.contains_key(&value) => {
                let (stream, at) = &plan.homes[&value];
                let element = round * stream.len() + at;
                let vector = self.vector(stream, element / plan.lanes);
                self.lane(vector, element % plan.lanes)
            }
            ValueDef::Result(..) if plan.same.contains(&value) && round > 0 => self.scalar(value, 0),
            ValueDef::Result(inst, number) => {
                let at = if plan.same.contains(&value) { self.start } else { self.at };
                let new = self.copy(inst, round, at);
                self.function.dfg.inst_results(new)[number]
            }
            ValueDef::Union(..) => unreachable!("only Cranelift's own optimiser makes unions"),
        };
        self.scalars.insert((value, round), found);
        found
    }

    /// What the parameter `number` is in this round.
    fn param(&mut self, number: usize, round: usize) -> Value {
        let first = self.params[&number];
        match self.trips.steps.get(&number) {
            Some(step) if round > 0 => {
                let added = i64::from(step.wrapping_mul(round as i32));
                FuncCursor::new(self.function).at_bottom(self.at).ins().iadd_imm_s(first, added)
            }
            None if round > 0 => self.scalar(self.trips.nexts[number], round - 1),
            None if self.trips.plan.carried.contains_key(&number) => {
                self.lane(first, self.trips.plan.lanes - 1)
            }
            _ => first,
        }
    }

    /// A lane of a vector.
    fn lane(&mut self, vector: Value, lane: usize) -> Value {
        FuncCursor::new(self.function).at_bottom(self.at).ins().extractlane(vector, lane as u8)
    }

    /// Copies `inst` for this round to the end of `at`.
    fn copy(&mut self, inst: Inst, round: usize, at: Block) -> Inst {
        let values: Vec<_> = self.function.dfg.inst_values(inst).collect();
        let values: Vec<_> = values.into_iter().map(|value| self.scalar(value, round)).collect();
        let function = &mut *self.function;
        let new = function.dfg.clone_inst(inst);
        self.put(new, inst, at, &values);
        let results: Vec<_> = self.function.dfg.inst_results(inst).to_vec();
        for (number, old) in results.into_iter().enumerate() {
            let new = self.function.dfg.inst_results(new)[number];
            self.scalars.insert((old, round), new);
            if let Some(&access) = self.by_address.get(&old) {
                let index = self.scalar(self.accesses[access].index, round);
                self.by_address.insert(new, self.accesses.len());
                self.accesses.push(Access { address: new, index, ..self.accesses[access] });
            }
        }
        new
    }

    /// Puts `new`, which stands for `inst`, to the end of `at`, with these operands.
    fn put(&mut self, new: Inst, inst: Inst, at: Block, operands: &[Value]) {
        self.function.layout.append_inst(new, at);
        self.function.srclocs[new] = self.function.srclocs[inst];
        self.function.dfg.overwrite_inst_values(new, operands.iter().copied());
    }

    /// The vector of this group of the stream's elements.
    fn vector(&mut self, stream: &[Value], group: usize) -> Value {
        let trips = self.trips;
        let is_same = |value| {
            value == stream[0]
                && (definition(self.function, value) != trips.of.header || trips.plan.same.contains(&value))
        };
        let is_same = stream.iter().all(|&value| is_same(value));
        let key = (stream.to_vec(), if is_same { 0 } else { group });
        if let Some(&known) = self.vectors.get(&key) {
            return known;
        }
        let found = match trips.plan.streams.get(stream) {
            _ if is_same => {
                let scalar = self.scalar(stream[0], 0);
                let ty = self.vector_type(self.function.dfg.value_type(scalar));
                FuncCursor::new(self.function).at_bottom(self.start).ins().splat(ty, scalar)
            }
            Some(Kind::Wide) => {
                let insts = stream.iter().map(|&value| self.function.dfg.value_def(value).unwrap_inst());
                let insts: Vec<_> = insts.collect();
                let new = self.widen(&insts, group);
                self.function.dfg.first_result(new)
            }
            Some(Kind::Earlier(later)) => {
                let ValueDef::Param(_, number) = self.function.dfg.value_def(stream[0]) else {
                    unreachable!("such streams begin with parameters")
                };
                let before = match group {
                    0 => self.params[&number],
                    _ => self.vector(later, group - 1),
                };
                let now = self.vector(later, group);
                self.shift_in(before, now)
            }
            None => self.gather(stream, group),
        };
        self.vectors.insert(key, found);
        found
    }

    /// The vector's instruction for this group of elements, for each of which a round has one of `insts`.
    fn widen(&mut self, insts: &[Inst], group: usize) -> Inst {
        let element = group * self.trips.plan.lanes;
        let (inst, round) = (insts[element % insts.len()], element / insts.len());
        let data = self.function.dfg.insts[inst];
        let mut operands = Vec::new();
        for number in 0..self.function.dfg.inst_args(inst).len() {
            let operand = self.function.dfg.inst_args(inst)[number];
            operands.push(match (data, number) {
                (InstructionData::Load { .. }, 0) | (InstructionData::Store { .. }, 1) => {
                    let address = self.scalar(operand, round);
                    let access = self.by_address[&address];
                    self.accesses[access].bytes = 16;
                    address
                }
                (InstructionData::Binary { opcode: Opcode::Ishl | Opcode::Ushr | Opcode::Sshr, .. }, 1) => {
                    self.scalar(operand, round)
                }
                _ => {
                    let stream = self.operands(insts, number);
                    self.vector(&stream, group)
                }
            });
        }
        let new = self.function.dfg.make_inst(data);
        if let Some(&result) = self.function.dfg.inst_results(inst).first() {
            let ty = self.vector_type(self.function.dfg.value_type(result));
            self.function.dfg.make_inst_results(new, ty);
        }
        self.put(new, inst, self.at, &operands);
        new
    }

    /// The stream of the operands `number`.
    fn operands(&self, insts: &[Inst], number: usize) -> Stream {
        let dfg = &self.function.dfg;
        insts.iter().map(|&inst| dfg.resolve_aliases(dfg.inst_args(inst)[number])).collect()
    }

    /// A vector of what is computed for each element.
    fn gather(&mut self, stream: &[Value], group: usize) -> Value {
        let elements = group * self.trips.plan.lanes..(group + 1) * self.trips.plan.lanes;
        let scalars =
            elements.map(|element| self.scalar(stream[element % stream.len()], element / stream.len()));
        let scalars: Vec<_> = scalars.collect();
        let ty = self.vector_type(self.function.dfg.value_type(scalars[0]));
        let mut cursor = FuncCursor::new(self.function).at_bottom(self.at);
        let first = cursor.ins().scalar_to_vector(ty, scalars[0]);
        let others = scalars.iter().enumerate().skip(1);
        others.fold(first, |vector, (lane, &scalar)| cursor.ins().insertlane(vector, scalar, lane as u8))
    }

    /// The last lane of `before`, then all lanes of `now` but the last.
    fn shift_in(&mut self, before: Value, now: Value) -> Value {
        let ty = self.function.dfg.value_type(now);
        let first = 16 - ty.lane_type().bytes() as u8;
        let mask: Vec<u8> = (first..first + 16).collect();
        let mask = self.function.dfg.immediates.push(ConstantData::from(mask));
        let little = MemFlagsData::new().with_endianness(Endianness::Little);
        let mut cursor = FuncCursor::new(self.function).at_bottom(self.at);
        let [before, now] = [before, now].map(|vector| cursor.ins().bitcast(types::I8X16, little, vector));
        let bytes = cursor.ins().shuffle(before, now, mask);
        cursor.ins().bitcast(ty, little, bytes)
    }

    /// The type of vectors of `lane`.
    fn vector_type(&self, lane: Type) -> Type {
        lane.by(self.trips.plan.lanes as u32).expect("it is a lane's")
    }
}
