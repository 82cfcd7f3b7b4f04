//! Random functions, and what they do: for the tests of passes that look at all of a function's code.
//!
//! The functions have a frame with slots, use all registers, branch anywhere and call. What they do is which arguments they
//! call with, and what they return.

use super::{WORD, code::Code, word};
use crate::compile::{
    codegen::{Call, Compiled, Relocation},
    machine::testing,
    symbols::Symbol,
};
use cranelift_codegen::binemit::Reloc;
use std::collections::HashMap;

/// Registers with arguments of all calls: x0 and x1. The result is in x0.
const PASSED: u64 = 0b11;
/// Bytes of the slots.
const SLOTS: u32 = 64;
/// `ret`
const RET: u32 = testing::RET;
/// `bl`, whose target the linker fills in.
const BL: u32 = 0x9400_0000;
/// `mov x29, sp`
const SET_FRAME: u32 = 0x9100_03fd;

/// Random numbers (Knuth, MMIX), and registers.
struct Random {
    state: u64,
    /// How many registers the function saves.
    saved: u32,
}

impl Random {
    fn new(seed: u64) -> Self {
        let mut random = Self { state: seed, saved: 0 };
        random.saved = 2 * random.below(5);
        random
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as u32 % limit
    }

    /// A register that instructions use: x0 to x15, or one of those that the function saves.
    fn register(&mut self) -> u32 {
        match self.below(16 + self.saved) {
            number @ 0..16 => number,
            number => number + 3,
        }
    }
}

/// A random function.
fn function(random: &mut Random) -> Compiled {
    let saved = (0..random.saved).step_by(2).map(|number| 19 + number);
    let pair = |word: u32, first: u32, second: u32| word | second << 10 | 31 << 5 | first;
    let mut words = vec![pair(0xa9bf_0000, 29, 30), SET_FRAME];
    words.extend(saved.clone().map(|first| pair(0xa9bf_0000, first, first + 1)));
    words.push(0xd100_03ff | SLOTS << 10);
    // Nothing reads what is not there.
    words.extend((0..SLOTS / 8).map(|slot| slot_access(0xf900_0000, slot, random.register())));
    let first = words.len();
    let blocks = 2 + random.below(9);
    let mut starts = Vec::new();
    let mut branches = Vec::new();
    for _ in 0..blocks {
        starts.push(words.len());
        for _ in 0..random.below(8) {
            words.push(instruction(random));
        }
        let branch = match random.below(5) {
            0 => 0x1400_0000,
            1 => 0xb400_0000 | random.register(),
            2 | 3 => 0xb500_0000 | random.register(),
            _ => continue,
        };
        branches.push((words.len(), random.below(blocks + 1) as usize));
        words.push(branch);
    }
    starts.push(words.len());
    for (at, target) in branches {
        let distance = (starts[target] as i64 - at as i64) as u32;
        words[at] |= if words[at] >> 26 == 5 { distance & 0x3ff_ffff } else { (distance & 0x7_ffff) << 5 };
    }
    words.push(0x9100_03ff | SLOTS << 10);
    words.extend(saved.rev().map(|first| pair(0xa8c1_0000, first, first + 1)));
    words.extend([pair(0xa8c1_0000, 29, 30), RET]);
    let calls = (first..words.len()).filter(|&at| words[at] == BL).map(|at| (at * WORD) as u32);
    let calls = Vec::from_iter(calls);
    let call = |&offset: &u32| Call { offset, passed: PASSED };
    let relocation =
        |&offset: &u32| Relocation { offset, kind: Reloc::Arm64Call, target: Symbol::Instantiate, addend: 0 };
    Compiled {
        calls: calls.iter().map(call).collect(),
        relocations: calls.iter().map(relocation).collect(),
        results: 1,
        ..testing::function(&words)
    }
}

/// `ldr` or `str` of a slot.
fn slot_access(word: u32, slot: u32, register: u32) -> u32 {
    word | slot << 10 | 31 << 5 | register
}

fn instruction(random: &mut Random) -> u32 {
    let [one, other, third] = [(); 3].map(|()| random.register());
    match random.below(12) {
        0..3 => slot_access(0xf940_0000, random.below(SLOTS / 8), one),
        3 | 4 => slot_access(0xf900_0000, random.below(SLOTS / 8), one),
        5..8 => 0xaa00_03e0 | other << 16 | one,
        8 | 9 => 0x8b00_0000 | third << 16 | other << 5 | one,
        10 => 0xd280_0000 | random.below(100) << 5 | one,
        _ => BL,
    }
}

/// What a function does.
#[derive(Debug, PartialEq, Eq)]
struct Deeds {
    /// The arguments that it calls with.
    calls: Vec<[u64; 2]>,
    /// What it returns, if it does within the first so many calls and instructions, and what is in the registers that it
    /// has to leave as they are then.
    returned: Option<(u64, [u64; 12])>,
}

/// What `unit` does until it has executed `most` instructions or called 20 times.
fn run(unit: &Compiled, most: usize) -> Deeds {
    let mut x: [u64; 32] = std::array::from_fn(|number| 1000 + number as u64);
    let mut memory: HashMap<u64, u64> = HashMap::new();
    let mut deeds = Deeds { calls: Vec::new(), returned: None };
    // The stack pointer is x[31] here.
    x[31] = 1 << 20;
    let mut at = 0;
    for _ in 0..most {
        let word = word(&unit.code, at);
        let [d, n, m] = [0, 5, 16].map(|shift| (word >> shift & 31) as usize);
        let second = (word >> 10 & 31) as usize;
        let immediate = u64::from(word >> 10 & 0xfff);
        let far = |bits: u32, shift: u32| {
            ((word << (32 - bits - shift)) as i32 >> (32 - bits)) as isize * WORD as isize
        };
        let mut next = at + WORD;
        match word >> 22 {
            _ if word == RET => {
                deeds.returned = Some((x[0], std::array::from_fn(|number| x[19 + number])));
                return deeds;
            }
            _ if word == BL => {
                if deeds.calls.len() == 20 {
                    return deeds;
                }
                deeds.calls.push([x[0], x[1]]);
                let count = deeds.calls.len() as u64;
                (0..18).for_each(|number| x[number] = 10_000 * count + number as u64);
                x[30] = at as u64 + 4;
            }
            0x3e5 => x[d] = memory[&(x[n] + 8 * immediate)],
            0x3e4 => _ = memory.insert(x[n] + 8 * immediate, x[d]),
            // stp and ldp that write back
            0x2a6 => {
                x[n] -= 16;
                memory.extend([(x[n], x[d]), (x[n] + 8, x[second])]);
            }
            0x2a3 => {
                (x[d], x[second]) = (memory[&x[n]], memory[&(x[n] + 8)]);
                x[n] += 16;
            }
            0x244 => x[d] = x[n] + immediate,
            0x344 => x[d] = x[n] - immediate,
            0x2a8 => x[d] = x[m],
            0x22c => x[d] = x[n].wrapping_add(x[m]),
            0x34a | 0x34b => x[d] = u64::from(word >> 5 & 0xffff),
            _ if word >> 26 == 5 => next = at.wrapping_add_signed(far(26, 0)),
            _ if word >> 25 == 0x5a => {
                let is_zero = x[d] == 0;
                if is_zero == (word >> 24 & 1 == 0) {
                    next = at.wrapping_add_signed(far(19, 5));
                }
            }
            _ => unreachable!("{word:#x} is none of those"),
        }
        at = next;
    }
    deeds
}

/// Checks that random functions do after `pass` what they did before; it has to change some.
pub fn check(pass: impl Fn(&mut Code) -> bool) {
    let mut changed = 0;
    for seed in 0..10_000 {
        let mut unit = function(&mut Random::new(seed));
        let before = testing::words(&unit);
        let old = run(&unit, 2000);
        let mut code = Code::new(&mut unit);
        changed += u32::from(pass(&mut code));
        let new = run(&unit, 6000);
        let is_same = match old.returned {
            Some(_) => new == old,
            None => old.calls.iter().zip(&new.calls).all(|(old, new)| old == new),
        };
        assert!(is_same, "{seed}: {before:x?} {:x?}: {old:?} {new:?}", testing::words(&unit));
    }
    assert!(changed > 1000, "{changed}");
}
