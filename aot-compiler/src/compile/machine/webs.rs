//! Webs: what has to be in one register.
//!
//! A web is a value from where it is made to where it is used, with all others that come to the same uses on other ways.

use super::{
    WORD,
    blocks::{self, Block},
    code::Code,
    copy::copied,
    effects::{Registers, general},
    frequency, is_select,
    operands::{self, FLAGS, Operand},
    word,
};
use crate::compile::codegen::Compiled;

/// A copy of one web to another, by their numbers.
pub struct Copy {
    /// Where it goes.
    pub to: usize,
    /// Where it comes from.
    pub from: usize,
    /// How often it is executed for each time that the function is called.
    pub often: f64,
}

/// What has to be in one register.
pub struct Web {
    /// Its register, by its number in [`Registers`].
    pub register: usize,
    /// Whether it has to be in that one.
    pub is_fixed: bool,
    /// The steps that make it.
    pub made: Vec<usize>,
    /// The steps behind which it is needed.
    pub needed: Vec<usize>,
    /// The steps and fields that name it.
    pub fields: Vec<(usize, Operand)>,
}

/// An instruction.
pub struct Step {
    /// Its byte offset.
    pub at: usize,
    /// What it writes, and what a call may.
    pub written: Registers,
    /// What is needed behind it.
    pub live: Registers,
    /// The webs of the copy that it is: to which, and from which.
    pub copy: Option<(usize, usize)>,
}

/// The webs of a function.
pub struct Webs {
    /// Its instructions.
    pub steps: Vec<Step>,
    /// The webs; of those that are one, one knows everything ([`Webs::first`]).
    pub webs: Vec<Web>,
    /// For each web one that it has become one with, or itself.
    names: Vec<usize>,
    /// The copies that may go away.
    pub copies: Vec<Copy>,
    /// The webs that are made or needed at each step.
    pub present: Vec<Vec<u32>>,
}

/// The webs that are in the registers.
type Current = [Option<usize>; 64];

impl Webs {
    /// Those of `code`.
    pub fn new(code: &Code) -> Self {
        let mut webs = Self {
            steps: Vec::new(),
            webs: Vec::new(),
            names: Vec::new(),
            copies: Vec::new(),
            present: Vec::new(),
        };
        let mut entry = |block: &Block| {
            let mut current = [None; 64];
            for register in all(block.live_in()) {
                current[register] = Some(webs.add(register, block.from.is_none()));
            }
            current
        };
        let entries: Vec<Current> = code.blocks.iter().map(&mut entry).collect();
        let fixed = code.fixed();
        for ((block, often), &entry) in code.blocks.iter().zip(frequency::of(&code.blocks)).zip(&entries) {
            let end = webs.look_at(code.unit, block, entry, often, &fixed);
            let mut passed = 0;
            for &next in &block.next.blocks {
                for (register, web) in entries[next].iter().enumerate() {
                    let Some(web) = *web else { continue };
                    passed |= 1 << register;
                    match end[register] {
                        Some(here) => webs.join(here, web),
                        None => webs.fix(web),
                    }
                }
            }
            all(block.live_out & !passed).filter_map(|register| end[register]).for_each(|web| webs.fix(web));
        }
        webs.gather();
        webs
    }

    fn add(&mut self, register: usize, is_fixed: bool) -> usize {
        let web = self.webs.len();
        self.webs.push(Web { register, is_fixed, made: Vec::new(), needed: Vec::new(), fields: Vec::new() });
        self.names.push(web);
        web
    }

    fn fix(&mut self, web: usize) {
        self.webs[web].is_fixed = true;
    }

    /// The web that stands for all that are one with `web`.
    pub fn first(&self, mut web: usize) -> usize {
        while self.names[web] != web {
            web = self.names[web];
        }
        web
    }

    /// Makes two of them one.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.names[one.max(other)] = one.min(other);
    }

    /// Looks at the instructions of `block`, where the webs of `current` are in registers, and returns those at its end.
    fn look_at(
        &mut self,
        unit: &Compiled,
        block: &Block,
        mut current: Current,
        often: f64,
        fixed: &[bool],
    ) -> Current {
        let code = &unit.code;
        let first = self.steps.len();
        let mut live = block.live_out;
        for at in block.range.clone().step_by(WORD).rev() {
            let written = blocks::written(word(code, at));
            self.steps.push(Step { at, written, live, copy: None });
            live = blocks::before(word(code, at), unit.passed(at), live);
        }
        self.steps[first..].reverse();
        for number in first..self.steps.len() {
            let Step { at, live, .. } = self.steps[number];
            let copy = copied(word(code, at)).filter(|(_, copy)| copy.is_full && !fixed[at / WORD]);
            let copy = copy.and_then(|(to, copy)| Some((to, current[copy.source as usize]?)));
            self.advance(number, unit, fixed[at / WORD], &mut current);
            if let Some((to, from)) = copy
                && let Some(to) = current[to as usize]
            {
                self.steps[number].copy = Some((to, from));
                self.copies.push(Copy { to, from, often });
            }
            let needed = Vec::from_iter(all(live).filter_map(|register| current[register]));
            needed.iter().for_each(|&web| self.webs[web].needed.push(number));
            let made = all(self.steps[number].written).filter_map(|register| current[register]);
            self.present.push(needed.iter().copied().chain(made).map(|web| web as u32).collect());
        }
        current
    }

    /// Has the instruction of a step be executed.
    fn advance(&mut self, step: usize, unit: &Compiled, is_fixed: bool, current: &mut Current) {
        let at = self.steps[step].at;
        let instruction = word(&unit.code, at);
        let operands = operands::of(instruction);
        let mut named = 0;
        for field in operands.iter().flat_map(|operands| operands.sources()) {
            let register = field.register(instruction);
            if let Some(web) = all(register).next().and_then(|register| current[register]) {
                self.webs[web].fields.push((step, field));
                named |= register;
            }
        }
        let read = blocks::read(instruction, unit.passed(at));
        // Where the index of a table is makes no difference.
        let free = match is_fixed {
            true if is_select(instruction) => named & general(instruction >> 5),
            true => 0,
            false => named,
        };
        for web in all(read & !free).filter_map(|register| current[register]) {
            self.fix(web);
        }
        for register in all(self.steps[step].written) {
            let is_here = |field: &Operand| field.register(instruction) == 1 << register;
            if let Some(operands) = &operands
                && operands.changed().as_ref().is_some_and(is_here)
                && let Some(web) = current[register]
            {
                // It is named where it is read.
                self.webs[web].made.push(step);
                continue;
            }
            let field = operands.as_ref().and_then(|operands| operands.results().find(is_here));
            let web = self.add(register, is_fixed || field.is_none());
            self.webs[web].made.push(step);
            self.webs[web].fields.extend(field.map(|field| (step, field)));
            if let Some(old) = current[register].replace(web)
                && field.is_none()
                && named >> register & 1 == 1
            {
                // What it reads it also writes.
                self.join(old, web);
            }
        }
    }

    /// Puts together what is known of webs that are one.
    fn gather(&mut self) {
        for web in 0..self.webs.len() {
            let first = self.first(web);
            if first != web {
                self.names[web] = first;
                self.take(web, first);
            }
        }
    }

    /// Has `web` know what is known of `other`.
    fn take(&mut self, other: usize, web: usize) {
        let Web { is_fixed, made, needed, fields, .. } = &mut self.webs[other];
        let (is_fixed, made, needed, fields) =
            (*is_fixed, std::mem::take(made), std::mem::take(needed), std::mem::take(fields));
        let web = &mut self.webs[web];
        web.is_fixed |= is_fixed;
        web.made.extend(made);
        web.needed.extend(needed);
        web.fields.extend(fields);
    }

    /// Makes `other` one with `web`.
    pub fn unite(&mut self, web: usize, other: usize) {
        let (one, other) = (self.first(web), self.first(other));
        if one != other {
            self.join(one, other);
            self.take(one.max(other), one.min(other));
        }
    }
}

/// The numbers of the registers in `set`, without the flags.
fn all(set: Registers) -> impl Iterator<Item = usize> {
    let mut left = set & !FLAGS;
    std::iter::from_fn(move || {
        let register = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(register)
    })
}
