//! Putting instructions into a function's machine code.

use super::{WORD, data, edit, word};
use crate::compile::codegen::Compiled;

/// Puts `inserted`, byte offsets that ascend and instructions, before those at the offsets, where branches that went
/// there go then. `false`, and nothing has changed, if a branch would not reach its target.
pub fn insert(unit: &mut Compiled, inserted: &[(usize, u32)]) -> bool {
    let size = unit.code.len();
    let data = data(&unit.code);
    let mut entries = Vec::with_capacity(size / WORD + 1);
    let mut places = Vec::with_capacity(size / WORD + 1);
    let mut left = inserted.iter().peekable();
    let mut more = 0;
    for at in (0..=size).step_by(WORD) {
        entries.push(at + more);
        while left.next_if(|(before, _)| *before == at).is_some() {
            more += WORD;
        }
        places.push(at + more);
    }
    let entry = |old: usize| entries[old / WORD];
    let linked = edit::linked(unit);
    let mut code = Vec::with_capacity(size + inserted.len() * WORD);
    let mut pieces = data.iter().peekable();
    let mut left = inserted.iter().peekable();
    let mut at = 0;
    while at < size {
        if let Some(piece) = pieces.next_if(|piece| piece.range.start == at) {
            code.extend(edit::relocated(&unit.code, piece, entry));
            at = piece.range.end;
            continue;
        }
        while let Some((_, inserted)) = left.next_if(|(before, _)| *before == at) {
            code.extend(inserted.to_le_bytes());
        }
        let instruction = word(&unit.code, at);
        let fixed = match linked[at / WORD] {
            true => instruction,
            false => match edit::retargeted(instruction, at, places[at / WORD], entry) {
                Some(fixed) => fixed,
                None => return false,
            },
        };
        code.extend(fixed.to_le_bytes());
        at += WORD;
    }
    unit.code = code;
    let update = |offset: &mut u32, new: &[usize]| *offset = new[*offset as usize / WORD] as u32;
    // A call returns to what is behind it, a trap is where it is.
    for site in &mut unit.sites {
        update(&mut site.code_offset, if site.trap.is_some() { &places } else { &entries });
    }
    unit.relocations.iter_mut().for_each(|relocation| update(&mut relocation.offset, &places));
    unit.calls.iter_mut().for_each(|call| update(&mut call.offset, &places));
    unit.ranges.iter_mut().for_each(|range| update(&mut range.start, &entries));
    for handler in &mut unit.handlers {
        update(&mut handler.call, &entries);
        update(&mut handler.landing, &entries);
    }
    true
}
