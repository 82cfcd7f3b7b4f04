//! Reading and changing machine code: which bytes are data, and a workaround for the Cortex-A53.
//!
//! Cranelift places literals and jump tables among the instructions without telling where. The linker must not take
//! them for code (it patches erratum 843419), so the object marks them, and the scan here must not either.

pub mod access;
pub mod blocks;
pub mod code;
pub mod copy;
pub mod cut;
pub mod dependences;
pub mod edit;
pub mod effects;
pub mod frame;
pub mod frequency;
pub mod increment;
pub mod insert;
pub mod latency;
pub mod lines;
pub mod operands;
pub mod renames;
#[cfg(test)]
pub mod simulate;
#[cfg(test)]
pub mod testing;
pub mod transfer;
pub mod webs;

use std::ops::Range;

/// Bytes of an instruction.
pub const WORD: usize = 4;

/// A literal or a jump table.
pub struct Data {
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it is a jump table: distances of four bytes from its start.
    pub is_table: bool,
}

/// The ranges of `code`, in bytes and ascending, that are literals or jump tables.
pub fn data_ranges(code: &[u8]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for Data { range, .. } in data(code) {
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    ranges
}

/// The byte offsets of the instructions in `code`.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = usize> + use<> {
    let mut data = data_ranges(code).into_iter().peekable();
    (0..code.len()).step_by(WORD).filter(move |at| {
        while data.next_if(|range| range.end <= *at).is_some() {}
        data.peek().is_none_or(|range| !range.contains(at))
    })
}

/// The literals and jump tables in `code`, ascending.
///
/// Literals are found by the `ldr` that loads them, which comes before them; a jump table by the sequence that uses
/// it, which is fixed: `mov count; csel; adr table; ldrsw; add; br; table`, of count + 1 words.
pub fn data(code: &[u8]) -> Vec<Data> {
    let mut literals = std::collections::BTreeMap::new();
    let mut found: Vec<Data> = Vec::new();
    let mut at = 0;
    while at + WORD <= code.len() {
        let (end, is_table) = match literals.first_key_value() {
            Some((&start, &end)) if start == at => {
                literals.pop_first();
                (end, false)
            }
            _ => {
                let instruction = word(code, at);
                if let Some((target, bytes)) = literal(instruction, at)
                    && target > at
                {
                    literals.insert(target, target + bytes);
                }
                at += WORD;
                if instruction & BR_MASK != BR {
                    continue;
                }
                match jump_table(code, at) {
                    Some(entries) => (at + entries * WORD, true),
                    None => continue,
                }
            }
        };
        found.push(Data { range: at..end, is_table });
        at = end;
    }
    found
}

const BR: u32 = 0xd61f_0000;
const BR_MASK: u32 = 0xffff_fc1f;

/// The instruction at a byte offset.
pub fn word(code: &[u8], at: usize) -> u32 {
    code[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Target and bytes of a load from a literal (Arm ARM C4.1.94, "Load register (literal)").
fn literal(instruction: u32, at: usize) -> Option<(usize, usize)> {
    if instruction & 0x3b00_0000 != 0x1800_0000 {
        return None;
    }
    let vector = instruction >> 26 & 1 == 1;
    let bytes = match (vector, instruction >> 30) {
        (false, 0 | 2) | (true, 0) => 4,
        (_, 1) => 8,
        (true, 2) => 16,
        _ => return None,
    };
    let offset = ((instruction << 8) as i32 >> 13) << 2;
    Some((at.checked_add_signed(offset as isize)?, bytes))
}

/// Words in the jump table at `table`, if the instructions before it are those that use one.
fn jump_table(code: &[u8], table: usize) -> Option<usize> {
    let before = |words: usize| Some(word(code, table.checked_sub(words * WORD)?));
    let (adr, ldrsw, csel) = (before(4)?, before(3)?, before(5)?);
    // adr xN, #16; ldrsw xM, [xN, wM, uxtw #2]; csel xM, ...
    let register = adr & 31;
    let index = csel & 31;
    let expected = 0xb8a0_5800 | index << 16 | register << 5 | index;
    if adr & !31 != 0x1000_0080 || ldrsw != expected || !is_select(csel) {
        return None;
    }
    constant(code, table - 6 * WORD, index).map(|count| count as usize + 1)
}

/// How many instructions before the jump at `jump` make the table behind it known.
pub fn before_jump(code: &[u8], jump: usize) -> usize {
    let is_movk = |at: usize| word(code, at) >> 23 & 0xff == 0xe5;
    let constants = (0..jump.saturating_sub(SELECT * WORD)).step_by(WORD).rev();
    SELECT + 1 + constants.take_while(|&at| is_movk(at)).count()
}

/// `csel` is that many instructions before a jump.
const SELECT: usize = 4;

/// Whether `instruction`, which is before a jump, chooses between an index, its first operand, and the largest.
pub fn is_select(instruction: u32) -> bool {
    instruction & 0xffe0_0c00 == 0x9a80_0000
}

/// The constant that the instructions up to the one at `last` put into `register`.
fn constant(code: &[u8], last: usize, register: u32) -> Option<u64> {
    let instruction = word(code, last);
    if instruction & 31 != register {
        return None;
    }
    let shift = (instruction >> 21 & 3) * 16;
    let immediate = u64::from(instruction >> 5 & 0xffff) << shift;
    let all = if instruction >> 31 == 1 { u64::MAX } else { u64::from(u32::MAX) };
    match instruction >> 23 & 0xff {
        0xa5 => Some(immediate),
        0x25 => Some(!immediate & all),
        0xe5 => {
            let below = constant(code, last.checked_sub(WORD)?, register)?;
            Some(below & !(0xffff << shift) | immediate)
        }
        0x64 => logical_immediate(instruction),
        _ => None,
    }
}

/// The immediate of `orr xN, xzr, #immediate` (Arm ARM, shared/functions DecodeBitMasks): a run of ones, rotated, in
/// elements that repeat.
fn logical_immediate(instruction: u32) -> Option<u64> {
    let (n, rotation, ones) = (instruction >> 22 & 1, instruction >> 16 & 63, instruction >> 10 & 63);
    let size = 1u32 << (n << 6 | !ones & 63).checked_ilog2()?;
    let (rotation, ones) = (rotation % size, ones % size + 1);
    let run = u64::MAX >> (64 - ones);
    let element = if rotation == 0 { run } else { run >> rotation | run << (size - rotation) };
    let element = if size == 64 { element } else { element & ((1 << size) - 1) };
    Some((0..64 / size).fold(0, |all, copy| all | element << (copy * size)))
}

/// Works around erratum 835769 of the Cortex-A53 (Arm EPM-048406): a 64-bit multiply-accumulate directly after a load
/// or store may give a wrong result on all revisions up to the Pi 3's r0p4, unless bit 7 of REVIDR_EL1 says that it is
/// fixed. An image must not depend on that bit, and the fix costs two branches where the pair occurs: the
/// multiply-accumulate moves behind the function and branches separate it from its neighbours.
pub fn fix_erratum_835769(code: &mut Vec<u8>) {
    let mut memory = None;
    let mut moved = Vec::new();
    for at in instructions(code) {
        let instruction = word(code, at);
        if memory.is_some_and(|memory| memory + WORD == at) && is_wide_accumulate(instruction) {
            moved.push((at, instruction));
        }
        if is_memory(instruction) {
            memory = Some(at);
        }
    }
    for (at, instruction) in moved {
        let patch = code.len();
        code[at..at + WORD].copy_from_slice(&branch(at, patch).to_le_bytes());
        code.extend(instruction.to_le_bytes());
        code.extend(branch(patch + WORD, at + WORD).to_le_bytes());
    }
}

/// Whether `instruction` names something by its distance from `at`, where it is, other than to branch there.
pub fn is_relative(instruction: u32, at: usize) -> bool {
    literal(instruction, at).is_some() || instruction & 0x9f00_0000 == 0x1000_0000
}

/// Whether [`fix_erratum_835769`] has to separate two instructions in this order.
pub fn needs_fix(before: u32, instruction: u32) -> bool {
    is_memory(before) && is_wide_accumulate(instruction)
}

/// Loads and stores (C4.1.94).
fn is_memory(instruction: u32) -> bool {
    instruction & 0x0a00_0000 == 0x0800_0000
}

/// `madd`, `msub`, `smaddl`, `smsubl`, `umaddl`, `umsubl` of 64 bits, but not the multiplications that add xzr.
fn is_wide_accumulate(instruction: u32) -> bool {
    let adds = instruction >> 10 & 31 != 31;
    instruction >> 24 == 0x9b && matches!(instruction >> 21 & 7, 0 | 1 | 5) && adds
}

/// `b` from one byte offset to another.
fn branch(from: usize, to: usize) -> u32 {
    let distance = (to as i64 - from as i64) / WORD as i64;
    0x1400_0000 | distance as u32 & 0x03ff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    const NOP: u32 = 0xd503_201f;
    /// ldr x1, [x0]
    const LDR: u32 = 0xf940_0001;
    /// madd x2, x3, x4, x5
    const MADD: u32 = 0x9b04_1462;

    #[test]
    fn literals_are_data() {
        // ldr q0, .+8; ret; 16 bytes that look like loads
        let bytes = code(&[0x9c00_0040, 0xd65f_03c0, LDR, MADD, LDR, MADD]);
        assert_eq!(data_ranges(&bytes), std::slice::from_ref(&(8..24)));
    }

    #[test]
    fn jump_tables_are_data() {
        // mov x1, #2; csel x1, x0, x1, lo; adr x0, #16; ldrsw x1, [x0, w1, uxtw #2]; add x0, x0, x1; br x0; 3 words
        let sequence = [0xd280_0041, 0x9a81_3001, 0x1000_0080, 0xb8a1_5801, 0x8b01_0000, 0xd61f_0000];
        let bytes = code(&[&sequence[..], &[12, 16, 20, NOP, NOP]].concat());
        assert_eq!(data_ranges(&bytes), std::slice::from_ref(&(24..36)));
    }

    #[test]
    fn constants_are_read_back() {
        // mov x1, #0x10000; movk x1, #7
        assert_eq!(constant(&code(&[0xd2a0_0021, 0xf280_00e1]), 4, 1), Some(0x1_0007));
        // orr x1, xzr, #0x1fffe
        assert_eq!(constant(&code(&[0xb27f_3fe1]), 0, 1), Some(0x1_fffe));
        // orr x1, xzr, #0x5555555555555555
        assert_eq!(constant(&code(&[0xb200_f3e1]), 0, 1), Some(0x5555_5555_5555_5555));
    }

    #[test]
    fn accumulate_after_memory_is_moved() {
        let mut bytes = code(&[LDR, MADD, NOP]);
        fix_erratum_835769(&mut bytes);
        assert_eq!(bytes, code(&[LDR, branch(4, 12), NOP, MADD, branch(16, 8)]));
    }

    #[test]
    fn other_pairs_stay() {
        // mul x2, x3, x4 adds xzr; madd w2, w3, w4, w5 has 32 bits
        for words in [[LDR, 0x9b04_7c62], [LDR, 0x1b04_1462], [NOP, MADD]] {
            let mut bytes = code(&words);
            fix_erratum_835769(&mut bytes);
            assert_eq!(bytes, code(&words));
        }
    }
}
