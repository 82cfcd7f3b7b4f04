//! Loads whose values go to the stack at once, for want of registers, made where the values come back.
//!
//! Cranelift computes values as late as it can but loads in the program's order, so that the loads of a large sum come first
//! and take all registers. Of
//!
//! ```text
//! ldr q1, [x1, #32]; str q1, [sp, #64]; ...; ldr q2, [sp, #64]
//! ```
//!
//! only `ldr q2, [x1, #32]` is left, in the place of the last one, if nothing between them writes memory other than the
//! stack, changes x1, may trap for another reason or is where a block begins or ends, nothing else in the function uses
//! the place on the stack, and the linker fills nothing in. A vector register goes to the stack as a whole, and its upper part is zero if the load had
//! less.

use crate::compile::machine::{
    WORD,
    code::Code,
    edit,
    effects::{self, Access},
    frame::{self, SP},
    instructions,
    transfer::Transfer,
    word,
};
use sinter_abi::trap::TrapReason;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Moves the loads in `code` that can move.
pub fn run(code: &mut Code) {
    let Some(slots) = Slots::of(&code.unit.code) else { return };
    let traps = edit::traps(code.unit);
    let linked = edit::linked(code.unit);
    let mut moves: BTreeMap<usize, usize> = BTreeMap::new();
    for block in &code.blocks {
        for first in block.range.clone().step_by(WORD).filter(|first| !linked[first / WORD]) {
            if let Some(last) = comes_back(&code.unit.code, first, block.range.end, &slots, &traps) {
                moves.insert(first, last);
            }
        }
    }
    if moves.is_empty() {
        return;
    }
    let unit = &mut *code.unit;
    let mut removed = BTreeSet::new();
    for (&first, &last) in &moves {
        let register = word(&unit.code, last) & 31;
        let load = word(&unit.code, first) & !31 | register;
        unit.code[last..last + WORD].copy_from_slice(&load.to_le_bytes());
        removed.extend([first, first + WORD]);
    }
    for site in unit.sites.iter_mut().filter(|site| site.trap.is_some()) {
        if let Some(&last) = moves.get(&(site.code_offset as usize)) {
            site.code_offset = last as u32;
        }
    }
    unit.sites.sort_by_key(|site| site.code_offset);
    edit::remove(unit, &Vec::from_iter(removed));
    code.renew();
}

/// How often the function reads and writes each word of its frame.
struct Slots(HashMap<i64, [u32; 2]>);

impl Slots {
    /// Looks at all of `code`; `None` if the frame is used in other ways.
    fn of(code: &[u8]) -> Option<Self> {
        let mut slots: HashMap<i64, [u32; 2]> = HashMap::new();
        for at in instructions(code) {
            let instruction = word(code, at);
            if !frame::is_plain(instruction) {
                return None;
            }
            let Some(access) = Transfer::decode(instruction).filter(|access| access.base == SP) else {
                continue;
            };
            for place in (access.offset..access.offset + access.size).step_by(WORD) {
                slots.entry(place & !3).or_default()[usize::from(access.is_load)] += 1;
            }
        }
        Some(Self(slots))
    }

    /// Whether the place of `access` is written once and read once.
    fn is_simple(&self, access: &Transfer) -> bool {
        let mut places = (access.offset..access.offset + access.size).step_by(WORD);
        access.offset % WORD as i64 == 0 && places.all(|place| self.0.get(&place) == Some(&[1, 1]))
    }
}

/// If the instruction at `first` is a load that goes to the stack at once, where its value comes back.
fn comes_back(
    code: &[u8],
    first: usize,
    end: usize,
    slots: &Slots,
    traps: &BTreeMap<usize, TrapReason>,
) -> Option<usize> {
    let load = Transfer::decode(word(code, first)).filter(|load| load.is_load && load.base != SP)?;
    let store = Transfer::decode(word(code, first + WORD)).filter(|store| !store.is_load)?;
    let is_spill = store.base == SP
        && (store.is_vector, store.register) == (load.is_vector, load.register)
        && (store.size == load.size || load.is_vector)
        && slots.is_simple(&store);
    let overwrites_base = !load.is_vector && load.register == load.base;
    if !is_spill || overwrites_base || first + WORD == end {
        return None;
    }
    let reason = traps.get(&first);
    let mut is_dead = false;
    for at in (first + 2 * WORD..end).step_by(WORD) {
        let instruction = word(code, at);
        let effects = effects::of(instruction)?;
        let access = Transfer::decode(instruction);
        let is_stack = access.as_ref().is_some_and(|access| access.base == SP);
        if let Some(back) = access.filter(|back| back.is_load && is_stack && back.offset == store.offset) {
            let same = (back.is_vector, back.size) == (store.is_vector, store.size);
            let overwrites = effects.written & load.registers() != 0;
            return (same && (is_dead || overwrites)).then_some(at);
        }
        // A load reads nothing of the register that it writes.
        let is_overwritten = effects.access == Access::Load && effects.written & load.registers() != 0;
        let is_in_the_way = effects.access == Access::Store && !is_stack
            || effects.written & effects::general(load.base) != 0
            || !is_dead && !is_overwritten && effects.touched & load.registers() != 0
            || traps.get(&at).is_some_and(|other| Some(other) != reason);
        if is_in_the_way {
            return None;
        }
        is_dead |= is_overwritten;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{
        codegen::{Compiled, Relocation},
        machine::testing,
        symbols::Symbol,
    };
    use cranelift_codegen::binemit::Reloc;
    use sinter_abi::sites::Site;

    /// ldr d1, [x0, #8]; str q1, [sp, #16]
    const GOES: [u32; 2] = [0xfd40_0401, 0x3d80_07e1];
    /// ldr d1, [x0]
    const NEXT: u32 = 0xfd40_0001;
    /// fadd d3, d3, d1
    const ADD: u32 = 0x1e61_2863;
    /// ldr q2, [sp, #16]
    const BACK: u32 = 0x3dc0_07e2;
    /// ldr d2, [x0, #8]
    const MOVED: u32 = 0xfd40_0402;

    /// What becomes of these instructions, of which the first may trap, and where that is then.
    fn moved(words: &[u32]) -> (Vec<u32>, Vec<u32>) {
        moved_with(words, Vec::new())
    }

    fn moved_with(words: &[u32], relocations: Vec<Relocation>) -> (Vec<u32>, Vec<u32>) {
        let site = Site { code_offset: 0, wasm_offset: 7, trap: Some(TrapReason::MemoryOutOfBounds) };
        let mut unit = Compiled { relocations, sites: vec![site], ..testing::function(words) };
        run(&mut Code::new(&mut unit));
        (testing::words(&unit), unit.sites.iter().map(|site| site.code_offset).collect())
    }

    #[test]
    fn the_load_moves_with_its_trap() {
        assert_eq!(moved(&[GOES[0], GOES[1], NEXT, ADD, BACK]), (vec![NEXT, ADD, MOVED], vec![8]));
    }

    #[test]
    fn others_stay() {
        for between in [
            // str d5, [x1] may change what is loaded
            vec![NEXT, 0xfd00_0025],
            // add x0, x0, #8 changes the base
            vec![NEXT, 0x9100_2000],
            // b.eq ends the block
            vec![NEXT, 0x5400_0020],
            // the place is read once more
            vec![NEXT, 0x3dc0_07e4],
            // the place is written once more: str q4, [sp, #16]
            vec![NEXT, 0x3d80_07e4],
            // its register is still used
            vec![ADD],
            // add x5, sp, #16: the frame is used in other ways
            vec![NEXT, 0x9100_43e5],
        ] {
            let words = [&GOES[..], &between, &[BACK]].concat();
            assert_eq!(moved(&words), (words.clone(), vec![0]), "{between:x?}");
        }
    }

    /// The linker fills the offset in where the load was, so it must be there still.
    #[test]
    fn a_load_with_a_relocation_does_not_move_without_it() {
        let relocation = Relocation {
            offset: 0,
            kind: Reloc::Aarch64AddAbsLo12Nc,
            target: Symbol::Instantiate,
            addend: 0,
        };
        let words = [GOES[0], GOES[1], NEXT, ADD, BACK];
        assert_eq!(moved_with(&words, vec![relocation]), (words.to_vec(), vec![0]));
    }
}
