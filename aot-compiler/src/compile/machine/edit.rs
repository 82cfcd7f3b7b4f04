//! Taking instructions out of a function's machine code.

use super::{Data, WORD, data, literal, word};
use crate::compile::codegen::Compiled;
use sinter_abi::trap::TrapReason;
use std::collections::BTreeMap;

/// Removes the instructions at the byte offsets `removed`, which ascend, to which no branch goes and which no table but the
/// one of sites knows. What is returned is where the instructions at each offset are now, by words.
pub fn remove(unit: &mut Compiled, removed: &[usize]) -> Vec<usize> {
    let size = unit.code.len();
    let mut moved = Vec::with_capacity(size / WORD + 1);
    let mut left = removed.iter().peekable();
    let mut gone = 0;
    for at in (0..=size).step_by(WORD) {
        moved.push(at - gone);
        gone += if left.next_if_eq(&&at).is_some() { WORD } else { 0 };
    }
    let new = |old: usize| moved[old / WORD];
    let is_removed = |at: usize| moved.get(at / WORD + 1) == Some(&new(at));
    let linked = linked(unit);
    let data = data(&unit.code);
    let mut code = Vec::with_capacity(size);
    let mut pieces = data.iter().peekable();
    let mut at = 0;
    while at < size {
        if let Some(piece) = pieces.next_if(|piece| piece.range.start == at) {
            code.extend(relocated(&unit.code, piece, new));
            at = piece.range.end;
            continue;
        }
        if !is_removed(at) {
            let instruction = word(&unit.code, at);
            let retarget = || retargeted(instruction, at, new(at), new).expect("distances shrink");
            let fixed = if linked[at / WORD] { instruction } else { retarget() };
            code.extend(fixed.to_le_bytes());
        }
        at += WORD;
    }
    unit.code = code;
    // A call before a removed instruction still returns there.
    unit.sites.retain(|site| site.trap.is_none() || !is_removed(site.code_offset as usize));
    let update = |offset: &mut u32| *offset = new(*offset as usize) as u32;
    unit.sites.iter_mut().for_each(|site| update(&mut site.code_offset));
    unit.relocations.iter_mut().for_each(|relocation| update(&mut relocation.offset));
    unit.calls.iter_mut().for_each(|call| update(&mut call.offset));
    unit.ranges.iter_mut().for_each(|range| update(&mut range.start));
    for handler in &mut unit.handlers {
        update(&mut handler.call);
        update(&mut handler.landing);
    }
    moved
}

/// Whether the linker fills something in, by words.
pub fn linked(unit: &Compiled) -> Vec<bool> {
    let mut linked = vec![false; unit.code.len() / WORD];
    unit.relocations.iter().for_each(|relocation| linked[relocation.offset as usize / WORD] = true);
    linked
}

/// The bytes of a literal or a jump table, whose entries are distances from its start.
pub fn relocated(code: &[u8], piece: &Data, new: impl Fn(usize) -> usize) -> Vec<u8> {
    let range = piece.range.clone();
    if !piece.is_table {
        return code[range].to_vec();
    }
    let start = range.start;
    let entries = range.step_by(WORD).map(|entry| {
        let target = start.wrapping_add_signed(word(code, entry) as i32 as isize);
        (new(target) as i32 - new(start) as i32).to_le_bytes()
    });
    entries.flatten().collect()
}

/// The instruction at `at`, which comes to `place`, with its target, if it has one, where that is now, if it can reach that.
pub fn retargeted(instruction: u32, at: usize, place: usize, new: impl Fn(usize) -> usize) -> Option<u32> {
    let Some((field, old)) = distance(instruction, at) else { return Some(instruction) };
    let target = new(at.wrapping_add_signed(old)) as i64 - place as i64;
    let retargeted = field.with(instruction, target);
    let (_, reached) = distance(retargeted, place)?;
    (reached as i64 == target).then_some(retargeted)
}

/// `instruction`, a branch, at `at` with the target `target`, if it can reach that.
pub fn branch(instruction: u32, at: usize, target: usize) -> Option<u32> {
    let (field, _) = distance(instruction, at)?;
    let branch = field.with(instruction, target as i64 - at as i64);
    (self::target(branch, at) == Some(target)).then_some(branch)
}

/// Where `instruction` at `at` branches to, other than by a call.
pub fn target(instruction: u32, at: usize) -> Option<usize> {
    let is_branch = !matches!(instruction >> 24, 0x94..=0x97) && instruction >> 26 & 7 == 5;
    let (_, distance) = distance(instruction, at).filter(|_| is_branch)?;
    Some(at.wrapping_add_signed(distance))
}

/// Where an instruction has its distance to a target.
enum Field {
    /// `adr`.
    Bytes,
    /// Others.
    Words { shift: u32, bits: u32 },
}

impl Field {
    /// `instruction` with that many bytes as its distance.
    fn with(&self, instruction: u32, distance: i64) -> u32 {
        match self {
            Self::Bytes => {
                let distance = distance as u32;
                instruction & !0x60ff_ffe0 | (distance & 3) << 29 | (distance >> 2 & 0x7_ffff) << 5
            }
            Self::Words { shift, bits } => {
                let mask = ((1 << bits) - 1) << shift;
                instruction & !mask | ((distance / WORD as i64) as u32) << shift & mask
            }
        }
    }
}

/// The distance in bytes from an instruction to what it branches to, loads or takes the address of (C4.1.93 and others);
/// `None` if there is none, or none within the function.
fn distance(instruction: u32, at: usize) -> Option<(Field, isize)> {
    let signed =
        |shift: u32, bits: u32| ((instruction << (32 - bits - shift)) as i32 >> (32 - bits)) as isize;
    let (shift, bits) = match instruction >> 24 {
        // b, bl
        0x14..=0x17 | 0x94..=0x97 => (0, 26),
        // cbz, cbnz; b.cond
        0x34 | 0x35 | 0xb4 | 0xb5 | 0x54 => (5, 19),
        // tbz, tbnz
        0x36 | 0x37 | 0xb6 | 0xb7 => (5, 14),
        // adr
        0x10 | 0x30 | 0x50 | 0x70 => {
            return Some((Field::Bytes, signed(5, 19) * 4 + (instruction >> 29 & 3) as isize));
        }
        _ if literal(instruction, at).is_some() => (5, 19),
        _ => return None,
    };
    Some((Field::Words { shift, bits }, signed(shift, bits) * WORD as isize))
}

/// Why the instructions of `unit` that may trap do, by byte offset.
pub fn traps(unit: &Compiled) -> BTreeMap<usize, TrapReason> {
    unit.sites.iter().filter_map(|site| Some((site.code_offset as usize, site.trap?))).collect()
}

/// The byte offsets that control may reach by another way than from an instruction before, by a branch or by a table: its
/// start, and where exceptions land.
pub fn entries(unit: &Compiled) -> Vec<usize> {
    let landings = unit.handlers.iter().map(|handler| handler.landing as usize);
    std::iter::once(0).chain(landings).collect()
}

/// The byte offsets that `piece`, if it is a jump table, leads to.
pub fn jumps<'a>(code: &'a [u8], piece: &Data) -> impl Iterator<Item = usize> + use<'a> {
    let start = piece.range.start;
    let entries = piece.range.clone().step_by(WORD).filter(|_| piece.is_table).collect::<Vec<_>>();
    entries.into_iter().map(move |entry| start.wrapping_add_signed(word(code, entry) as i32 as isize))
}

/// Where the instruction at `at` branches to, or what it loads or takes the address of.
pub fn named(code: &[u8], at: usize) -> Option<usize> {
    distance(word(code, at), at).map(|(_, distance)| at.wrapping_add_signed(distance))
}
