//! Which blocks of the disk are free.
//!
//! Blocks that are given back are used again only after the next commit: until then, what a power cut leaves may still need
//! them. For the same reason, only *fresh* blocks, which were taken since the last commit, may be written in place.

use crate::{Errno, Result};
use alloc::vec::Vec;

/// The blocks of the disk, one bit each.
pub struct Space {
    used: Vec<u64>,
    fresh: Vec<u64>,
    blocks: u32,
    /// Number of free blocks, without those that are given back.
    free: u32,
    /// Where to look next.
    next: u32,
    /// First block and number of those that are fresh, perhaps more than once.
    taken: Vec<(u32, u32)>,
    /// First block and number of those that were given back.
    given: Vec<(u32, u32)>,
}

impl Space {
    /// `blocks` blocks, of which those before `first` are used for ever.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn new(blocks: u32, first: u32) -> Result<Self> {
        let bits = || {
            let mut bits = Vec::new();
            let words = blocks.div_ceil(64) as usize;
            bits.try_reserve_exact(words).map_err(|_| Errno::Nomem)?;
            bits.resize(words, 0);
            Ok(bits)
        };
        let (used, fresh) = (bits()?, bits()?);
        let mut space =
            Self { used, fresh, blocks, free: blocks, next: first, taken: Vec::new(), given: Vec::new() };
        space.mark(0, first);
        Ok(space)
    }

    /// Number of free blocks, with those that will be after the next commit.
    pub fn free(&self) -> u32 {
        self.free + self.given.iter().map(|(_, count)| count).sum::<u32>()
    }

    /// Takes up to `wanted` blocks that lie one behind the other: the first one's number, and how many they are. `None` if no
    /// block is free.
    pub fn take(&mut self, wanted: u32) -> Option<(u32, u32)> {
        if self.free == 0 || wanted == 0 || self.taken.try_reserve(1).is_err() {
            return None;
        }
        let mut at = self.next;
        let mut seen = 0;
        while self.used[at as usize / 64] >> (at % 64) & 1 != 0 {
            // Whole words are passed by at once.
            let step = if self.used[at as usize / 64] == u64::MAX { 64 - at % 64 } else { 1 };
            (at, seen) = (at + step, seen + step);
            if at >= self.blocks {
                at = 0;
            }
            if seen > self.blocks + 64 {
                return None;
            }
        }
        let mut count = 1;
        while count < wanted && at + count < self.blocks && !self.is_used(at + count) {
            count += 1;
        }
        self.mark(at, count);
        (at..at + count).for_each(|block| self.fresh[block as usize / 64] |= 1 << (block % 64));
        self.taken.push((at, count));
        self.next = if at + count < self.blocks { at + count } else { 0 };
        Some((at, count))
    }

    /// Takes these blocks; whether all of them were free and there are such ones.
    pub fn claim(&mut self, block: u32, count: u32) -> bool {
        let inside = block.checked_add(count).is_some_and(|end| end <= self.blocks);
        if !inside || (block..block + count).any(|block| self.is_used(block)) {
            return false;
        }
        self.mark(block, count);
        true
    }

    /// Gives blocks back, to be free after the next commit.
    pub fn give(&mut self, block: u32, count: u32) {
        // Without memory for the note, they are free when the disk is mounted again.
        if self.given.try_reserve(1).is_ok() {
            self.given.push((block, count));
        }
    }

    /// Whether the block was taken since the last commit.
    pub fn is_fresh(&self, block: u32) -> bool {
        self.fresh[block as usize / 64] >> (block % 64) & 1 != 0
    }

    /// Everything up to now survives a power cut.
    pub fn commit(&mut self) {
        for (block, count) in self.taken.drain(..) {
            (block..block + count).for_each(|block| self.fresh[block as usize / 64] &= !(1 << (block % 64)));
        }
        for (block, count) in self.given.drain(..) {
            (block..block + count).for_each(|block| self.used[block as usize / 64] &= !(1 << (block % 64)));
            self.free += count;
        }
    }

    fn is_used(&self, block: u32) -> bool {
        self.used[block as usize / 64] >> (block % 64) & 1 != 0
    }

    fn mark(&mut self, block: u32, count: u32) {
        (block..block + count).for_each(|block| self.used[block as usize / 64] |= 1 << (block % 64));
        self.free -= count;
    }
}
