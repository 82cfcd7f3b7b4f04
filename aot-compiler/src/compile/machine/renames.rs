//! Other registers for what lives within a sequence of instructions, so that what has nothing to do with each other does not
//! share them.
//!
//! An allocator that knows nothing of time takes the same few registers again and again, and then a load cannot be made
//! before the last reader of what was in its register. Here each value that is made in the sequence and not needed behind
//! it gets the register that has been free for the longest.

use super::{
    effects::{Registers, general},
    operands::{self, FLAGS, Operand, Operands},
};
use std::collections::BTreeSet;

/// The registers that a call may change, except x18, which belongs to the platform.
pub const SCRATCH: Registers = 0xffff_00ff_0003_ffff;

/// Neither x18, the frame pointer, the return address nor the flags.
const NEVER: Registers = general(18) | general(29) | general(30) | FLAGS;

/// A value in a register from where it is made to where it is read last.
struct Value {
    register: usize,
    /// Places of the instructions are even numbers; results are there from the odd ones on.
    from: usize,
    to: usize,
    /// Where its register is named.
    fields: Vec<(usize, Operand)>,
    /// Whether it has to stay in its register.
    is_fixed: bool,
}

/// `words` with other registers, of those that are in `free` or in use here; `live_out` are needed behind them. `None` if
/// that cannot be done.
pub fn renamed(words: &[u32], live_out: Registers, free: Registers) -> Option<Vec<u32>> {
    let mut values = values(words, live_out)?;
    let written = words.iter().fold(0, |set, &word| set | operands::of(word).map_or(0, |of| of.written));
    // Registers that keep what they hold are none to choose.
    let choice = (free | written) & !NEVER & !(live_out & !written);
    let mut taken: [Vec<(usize, usize)>; 64] = [const { Vec::new() }; 64];
    for value in values.iter().filter(|value| value.is_fixed) {
        taken[value.register].push((value.from, value.to));
    }
    for value in values.iter_mut().filter(|value| !value.is_fixed) {
        let is_apart = |&(from, to): &(usize, usize)| to < value.from || value.to < from;
        let last = |register: usize| {
            taken[register].iter().filter(|span| span.1 < value.from).map(|span| span.1).max()
        };
        let of_kind = if value.register < 32 { 0..32 } else { 32..64 };
        let chosen = of_kind
            .filter(|register| choice >> register & 1 == 1 && taken[*register].iter().all(is_apart))
            .min_by_key(|&register| (last(register), register != value.register, register))?;
        taken[chosen].push((value.from, value.to));
        value.register = chosen;
    }
    let mut renamed = words.to_vec();
    for value in &values {
        for &(at, field) in &value.fields {
            renamed[at] = field.renamed(renamed[at], value.register as u32 & 31);
        }
    }
    is_same(words, &renamed, live_out).then_some(renamed)
}

/// The values in the registers of `words`.
fn values(words: &[u32], live_out: Registers) -> Option<Vec<Value>> {
    let mut values: Vec<Value> = Vec::new();
    let mut current: [Option<usize>; 64] = [None; 64];
    for (at, &word) in words.iter().enumerate() {
        let operands = operands::of(word)?;
        for register in all(operands.read & !FLAGS) {
            let number = *current[register].get_or_insert_with(|| {
                values.push(Value { register, from: 0, to: 0, fields: Vec::new(), is_fixed: true });
                values.len() - 1
            });
            let value = &mut values[number];
            value.to = 2 * at;
            let named = value.fields.len();
            let fields = operands.sources().filter(|field| field.register(word) == 1 << register);
            value.fields.extend(fields.map(|field| (at, field)));
            value.is_fixed |= value.fields.len() == named;
        }
        for register in all(operands.written & !FLAGS) {
            let field = operands.results().find(|field| field.register(word) == 1 << register);
            if field.is_none() && operands.read >> register & 1 == 1 {
                // It is the same register as before, whatever is in it.
                let value = &mut values[current[register]?];
                value.to = 2 * at + 1;
                continue;
            }
            let fields = field.map(|field| (at, field)).into_iter().collect();
            current[register] = Some(values.len());
            let (from, to) = (2 * at + 1, 2 * at + 1);
            values.push(Value { register, from, to, fields, is_fixed: field.is_none() });
        }
    }
    for register in all(live_out & !FLAGS) {
        if let Some(number) = current[register] {
            values[number].to = usize::MAX;
            values[number].is_fixed = true;
        }
    }
    Some(values)
}

/// Whether `renamed` does the same as `words`: each instruction reads what was made by the same ones, and so do those behind
/// them that read `live_out`.
fn is_same(words: &[u32], renamed: &[u32], live_out: Registers) -> bool {
    let (mut old, mut new) = (Makers::default(), Makers::default());
    let is_each_same = words.iter().zip(renamed).enumerate().all(|(at, (&word, &other))| {
        let (Some(before), Some(after)) = (operands::of(word), operands::of(other)) else { return false };
        let mut fields = before.sources().zip(after.sources());
        fields.all(|(one, two)| old.of(one.register(word)).eq(new.of(two.register(other))))
            && old.of(before.read).collect::<BTreeSet<_>>() == new.of(after.read).collect()
            && old.advance(at, word, &before) == new.advance(at, other, &after)
    });
    is_each_same && old.of(live_out).eq(new.of(live_out))
}

/// Which instruction made what is in each register, and in which of its fields it names that.
struct Makers([(usize, u32); 64]);

impl Default for Makers {
    /// As it was before.
    fn default() -> Self {
        Self(std::array::from_fn(|register| (usize::MAX, register as u32)))
    }
}

impl Makers {
    fn of(&self, registers: Registers) -> impl Iterator<Item = (usize, u32)> {
        all(registers).map(|register| self.0[register])
    }

    /// Has `word` at `at` be executed, and returns what it makes.
    fn advance(&mut self, at: usize, word: u32, operands: &Operands) -> BTreeSet<u32> {
        let name = |register: usize| {
            let mut fields = operands.results().chain(operands.changed());
            let field = fields.find(|field| field.register(word) == 1 << register);
            // Others are told apart by their numbers.
            field.map_or(32 + register as u32, |field| u32::from(field.shift))
        };
        let names = all(operands.written).map(|register| {
            self.0[register] = (at, name(register));
            self.0[register].1
        });
        names.collect()
    }
}

/// The numbers of the registers in `set`.
fn all(set: Registers) -> impl Iterator<Item = usize> {
    (0..64).filter(move |register| set >> register & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::{super::effects::vector, *};

    /// ldr d1, [x0]; fadd d2, d1, d0; ldr d1, [x0, #8]; fadd d3, d1, d2
    const SHARED: [u32; 4] = [0xfd40_0001, 0x1e60_2822, 0xfd40_0401, 0x1e62_2823];
    const D2: Registers = vector(2);
    const D3: Registers = vector(3);

    #[test]
    fn values_get_registers_of_their_own() {
        let found = renamed(&SHARED, D3, SCRATCH).unwrap();
        assert_ne!(found[0] & 31, found[2] & 31);
        assert_eq!(found[3] & 31, 3);
        assert!(is_same(&SHARED, &found, D3));
    }

    #[test]
    fn what_is_needed_behind_stays_and_is_not_overwritten() {
        // Nothing but d1, d2 and d3 is free, and d2 is needed.
        let found = renamed(&SHARED, D2 | D3, 0).unwrap();
        assert_eq!((found[1] & 31, found[3] & 31), (2, 3));
        // Here d2 is not even touched: ldr d1, [x0]; fadd d3, d1, d0
        let found = renamed(&[SHARED[0], 0x1e60_2823], D2 | D3, D2).unwrap();
        assert_ne!(found[0] & 31, 2);
    }

    #[test]
    fn values_that_change_keep_one_register() {
        // ldp q1, q2, [x0]; fmla v1.2d, v2.2d, v3.2d; ins v1.d[1], v2.d[0]; str q1, [x0]
        let words = [0xad40_0801, 0x4e63_cc41, 0x6e18_0441, 0x3d80_0001];
        let found = renamed(&words, 0, SCRATCH).unwrap();
        let register = found[0] & 31;
        assert!(found[1..].iter().all(|word| word & 31 == register), "{found:x?}");
        assert!(is_same(&words, &found, 0));
    }

    #[test]
    fn registers_that_no_field_names_stay() {
        // ldr d1, [x0]; ldr d2, [x0, #8]; tbl v3.16b, {v1.16b, v2.16b}, v2.16b; ldr x5, [x6], #8; add x7, x5, x6
        let words = [0xfd40_0001, 0xfd40_0402, 0x4e02_2023, 0xf840_84c5, 0x8b06_00a7];
        let found = renamed(&words, D3 | general(7), SCRATCH).unwrap();
        assert_eq!((found[0], found[1], found[2]), (words[0], words[1], words[2]));
        assert_eq!(found[3] >> 5 & 31, 6);
        assert_eq!(found[4] >> 16 & 31, 6);
    }

    #[test]
    fn what_is_not_the_same_is_found() {
        // The last addition reads what the other load has made, what it writes is elsewhere, or a value is lost.
        for wrong in [
            [SHARED[0], SHARED[1], 0xfd40_0404, SHARED[3]],
            [SHARED[0], SHARED[1], SHARED[2], 0x1e62_2824],
            [SHARED[0], SHARED[1], 0xfd40_0402, 0x1e62_2843],
        ] {
            assert!(!is_same(&SHARED, &wrong, D3), "{wrong:x?}");
        }
        assert!(is_same(&SHARED, &SHARED, D3));
    }
}
