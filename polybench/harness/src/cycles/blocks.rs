//! A kernel's machine code as basic blocks, and how often each is executed.

use crate::Error;
use object::{Object, ObjectSection, ObjectSymbol};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader},
    ops::Range,
    path::Path,
};

/// What the names of the functions have in them that are a kernel and nothing else (polybench/src/program.rs).
const WINDOW: &str = "9polybench7program6window";

/// Bytes of an instruction, and of the pages at whose ends QEMU's blocks end.
const WORD: u64 = 4;
const PAGE: u64 = 4096;

/// A kernel's functions, by their addresses.
pub struct Code(BTreeMap<u64, Vec<u32>>);

/// How often QEMU's blocks were executed, by the addresses of their first instructions.
pub struct Counts(BTreeMap<u64, u64>);

/// A basic block.
pub struct Block {
    /// Its instructions.
    pub code: Vec<u32>,
    /// How often it was executed.
    pub count: u64,
}

impl Code {
    /// The functions of the kernel `name` in an ELF file.
    pub fn of(name: &str, elf: &[u8]) -> Result<Self, Error> {
        let file = object::File::parse(elf).map_err(|error| Error::program(name, error))?;
        let mut functions = BTreeMap::new();
        for symbol in file.symbols().filter(|symbol| symbol.name().is_ok_and(|name| name.contains(WINDOW))) {
            let section = symbol.section_index().and_then(|index| file.section_by_index(index).ok());
            let bytes = section.and_then(|found| found.data_range(symbol.address(), symbol.size()).ok()?);
            let (words, _) = bytes.unwrap_or_default().as_chunks();
            functions.insert(symbol.address(), words.iter().map(|word| u32::from_le_bytes(*word)).collect());
        }
        Ok(Self(functions))
    }

    /// Where they are.
    pub fn ranges(&self) -> Vec<Range<u64>> {
        self.0.iter().map(|(&start, words)| start..start + words.len() as u64 * WORD).collect()
    }

    /// The basic blocks that were executed.
    pub fn executed(&self, counts: &Counts) -> Vec<Block> {
        self.0.iter().flat_map(|(&start, words)| executed(start, words, counts)).collect()
    }
}

/// The basic blocks that were executed of the function at `start`.
fn executed(start: u64, words: &[u32], counts: &Counts) -> Vec<Block> {
    let end = start + words.len() as u64 * WORD;
    let word = |at: u64| words[((at - start) / WORD) as usize];
    let mut starts = BTreeSet::from([start]);
    for at in (start..end).step_by(WORD as usize).filter(|&at| is_branch(word(at))) {
        starts.insert(at + WORD);
        starts.extend(target(word(at), at).filter(|target| (start..end).contains(target)));
    }
    // A jump table's targets are known by where QEMU's blocks begin behind branches; so are returns of calls.
    let mut executed: BTreeMap<u64, u64> = BTreeMap::new();
    for (&first, count) in counts.0.range(start..end) {
        let last = (first..end)
            .step_by(WORD as usize)
            .find(|&at| is_branch(word(at)) || (at + WORD).is_multiple_of(PAGE) || at + WORD == end);
        for &block in starts.range(first..=last.unwrap_or(first)) {
            *executed.entry(block).or_default() += count;
        }
    }
    let block = |(at, count): (u64, u64)| {
        let next = starts.range(at + 1..).next().copied().unwrap_or(end).min(end);
        let code = (at..next).step_by(WORD as usize).map(word).collect();
        Block { code, count }
    };
    executed.into_iter().map(block).collect()
}

/// Whether `instruction` is a branch, an exception or something of the system (Arm ARM C4.1.93).
fn is_branch(instruction: u32) -> bool {
    instruction >> 26 & 7 == 5
}

/// Where the branch `instruction` at `at` leads to, if that is a constant.
fn target(instruction: u32, at: u64) -> Option<u64> {
    let (shift, bits) = match instruction >> 24 {
        // b, bl
        0x14..=0x17 | 0x94..=0x97 => (0, 26),
        // cbz, cbnz; b.cond
        0x34 | 0x35 | 0xb4 | 0xb5 | 0x54 => (5, 19),
        // tbz, tbnz
        0x36 | 0x37 | 0xb6 | 0xb7 => (5, 14),
        _ => return None,
    };
    let words = (instruction << (32 - bits - shift)) as i32 >> (32 - bits);
    at.checked_add_signed(i64::from(words) * WORD as i64)
}

impl Counts {
    /// Those of QEMU's log at `path`.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let refuse = |error| Error::file(path, error);
        let mut counts = BTreeMap::new();
        for line in BufReader::new(File::open(path).map_err(refuse)?).lines() {
            if let Some(address) = address(&line.map_err(refuse)?) {
                *counts.entry(address).or_default() += 1;
            }
        }
        Ok(Self(counts))
    }
}

/// The address in a line of the log.
fn address(line: &str) -> Option<u64> {
    let fields = line.strip_prefix("Trace ")?.split_once('[')?.1;
    u64::from_str_radix(fields.split('/').nth(1)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOP: u32 = 0xd503_201f;
    const ADD: u32 = 0x8b02_0020;

    #[test]
    fn lines_of_the_log_are_read() {
        let line = "Trace 0: 0x7f0a7c000300 [0000000000004000/00000000000afec4/00000021/ff080200] f";
        assert_eq!(address(line), Some(0xa_fec4));
        assert_eq!(address("qemu: something else"), None);
    }

    #[test]
    fn a_loop_is_counted_by_its_rounds() {
        // add; then the loop: add, add, cbnz x0, -8; ret
        let words = [ADD, ADD, ADD, 0xb5ff_ffc0, 0xd65f_03c0];
        // QEMU's first block has the first round in it.
        let counts = Counts(BTreeMap::from([(0x1000, 2), (0x1004, 18), (0x1010, 2)]));
        let found = executed(0x1000, &words, &counts);
        let found: Vec<_> = found.iter().map(|block| (block.code.len(), block.count)).collect();
        assert_eq!(found, [(1, 2), (3, 20), (1, 2)]);
    }

    #[test]
    fn a_page_does_not_end_a_block() {
        // A loop across the end of a page: add, add, cbnz x0, -8
        let words = [ADD, ADD, 0xb5ff_ffc0];
        let counts = Counts(BTreeMap::from([(0xff8, 5), (0x1000, 5)]));
        let found = executed(0xff8, &words, &counts);
        assert_eq!(found.iter().map(|block| (block.code.len(), block.count)).collect::<Vec<_>>(), [(3, 5)]);
    }

    #[test]
    fn branches_have_targets() {
        assert_eq!(target(0x17ff_ffff, 8), Some(4));
        assert_eq!(target(0xb5ff_ffc0, 8), Some(0));
        assert_eq!(target(NOP, 8), None);
    }
}
