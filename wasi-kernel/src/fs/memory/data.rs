//! A file's bytes: blocks in a tree of tables, so that any offset is a few steps away and holes cost nothing. The block that was
//! used last is kept at hand, so that who goes on there takes no step at all, however large the file.

use super::budget::Budget;
use crate::{Errno, Result};
use alloc::vec::Vec;

/// Bytes in a block: large, so that long transfers are few copies.
const BLOCK: usize = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 14;

/// Entries in a table.
const TABLE: usize = 1 << TABLE_BITS;
const TABLE_BITS: u32 = 8;

/// Capacity of the first block of a small file.
const SMALLEST: usize = 64;

/// Largest size of a file in bytes: what ext4 has.
pub const SIZE_MAX: u64 = (1 << 44) - 4096;

/// Number of no block.
const NONE: u64 = u64::MAX;

/// The contents of a file.
pub struct Data {
    size: u64,
    /// The block that was used last; an empty block has its place in the tree.
    hand: Vec<u8>,
    /// Its number, or [`NONE`].
    hand_index: u64,
    root: Tree,
    /// Tables between the root and a block. A tree of height `h` has room for `BLOCK * TABLE^h` bytes.
    height: u32,
}

/// A part of the file.
#[derive(Default)]
enum Tree {
    /// Zeros.
    #[default]
    Hole,
    /// At most [`BLOCK`] bytes; what is missing is zeros. None of them is behind the file's end.
    Block(Vec<u8>),
    /// [`TABLE`] parts, one level below.
    Table(Vec<Tree>),
}

impl Data {
    /// No bytes.
    pub fn new() -> Self {
        Self { size: 0, hand: Vec::new(), hand_index: NONE, root: Tree::Hole, height: 0 }
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Reads from byte `offset` on.
    pub fn read(&mut self, offset: u64, buffer: &mut [u8]) -> usize {
        let size = self.size.saturating_sub(offset).min(buffer.len() as u64) as usize;
        let mut done = 0;
        while done < size {
            let (index, start) = split(offset + done as u64);
            let part = &mut buffer[done..size.min(done + BLOCK - start)];
            let block: &[u8] = if self.reach(index) { &self.hand } else { &[] };
            let bytes = block.get(start..).unwrap_or_default();
            let there = bytes.len().min(part.len());
            part[..there].copy_from_slice(&bytes[..there]);
            part[there..].fill(0);
            done += part.len();
        }
        size
    }

    /// `len` bytes from byte `offset` on if they are all in the block at hand, as they are for most reads.
    #[inline(always)]
    pub fn at_hand(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let (index, start) = split(offset);
        if index == self.hand_index { self.hand.get(start..start + len) } else { None }
    }

    /// As [`Data::at_hand`], to replace them, as many writes do.
    #[inline(always)]
    pub fn at_hand_mut(&mut self, offset: u64, len: usize) -> Option<&mut [u8]> {
        let (index, start) = split(offset);
        if index == self.hand_index { self.hand.get_mut(start..start + len) } else { None }
    }

    /// Writes behind the last byte if the last block is at hand and has room, as it has most of the time; whether it did.
    #[inline(always)]
    pub fn extend(&mut self, bytes: &[u8]) -> bool {
        let (index, start) = split(self.size);
        if index == self.hand_index && start == self.hand.len() && bytes.len() <= self.hand.capacity() - start
        {
            self.hand.extend_from_slice(bytes);
            self.size += bytes.len() as u64;
            return true;
        }
        false
    }

    /// Writes at byte `offset`, and returns how many bytes there was room for. An account of the budget pays.
    ///
    /// # Errors
    /// `Nospc` if there was room for none, `Fbig` if `offset` is [`SIZE_MAX`] or above.
    pub fn write(&mut self, offset: u64, bytes: &[u8], (budget, payer): (&mut Budget, u32)) -> Result<usize> {
        budget.charge(payer);
        if bytes.is_empty() {
            return Ok(0);
        }
        let room = SIZE_MAX.checked_sub(offset).filter(|room| *room > 0).ok_or(Errno::Fbig)?;
        let bytes = &bytes[..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
        let mut done = 0;
        while done < bytes.len() {
            let (index, start) = split(offset + done as u64);
            let part = &bytes[done..bytes.len().min(done + BLOCK - start)];
            match self.write_block(index, start, part, budget) {
                Ok(()) => done += part.len(),
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        self.size = self.size.max(offset + done as u64);
        Ok(done)
    }

    /// Cuts the file off or lengthens it.
    ///
    /// # Errors
    /// `Fbig` above [`SIZE_MAX`].
    pub fn set_size(&mut self, size: u64, budget: &mut Budget) -> Result<()> {
        if size > SIZE_MAX {
            return Err(Errno::Fbig);
        }
        if size < self.size {
            self.put_back();
            self.root.cut(size, BLOCK_BITS + TABLE_BITS * self.height, budget);
            if let Tree::Hole = self.root {
                self.height = 0;
            }
        }
        self.size = size;
        Ok(())
    }

    /// Has block `index` at hand, if it is there; else no block.
    fn reach(&mut self, index: u64) -> bool {
        if index != self.hand_index {
            self.put_back();
            if let Some(block) = self.block(index) {
                self.hand = core::mem::take(block);
                self.hand_index = index;
            }
        }
        index == self.hand_index
    }

    /// Puts the block at hand back into the tree.
    fn put_back(&mut self) {
        let bytes = core::mem::take(&mut self.hand);
        if let Some(block) = self.block(self.hand_index) {
            *block = bytes;
        }
        self.hand_index = NONE;
    }

    /// Block `index` of the tree, if it is there.
    fn block(&mut self, index: u64) -> Option<&mut Vec<u8>> {
        let spans = self.spans(index);
        let mut tree = &mut self.root;
        for level in (0..self.height).rev() {
            match tree {
                Tree::Table(table) => tree = &mut table[slot(index, level)],
                _ => return None,
            }
        }
        match tree {
            Tree::Block(block) if spans => Some(block),
            _ => None,
        }
    }

    /// Whether the tree is so high that block `index` has a place in it.
    fn spans(&self, index: u64) -> bool {
        index >> (TABLE_BITS * self.height) == 0
    }

    fn write_block(&mut self, index: u64, start: usize, bytes: &[u8], budget: &mut Budget) -> Result<()> {
        if !self.reach(index) {
            self.make_block(index, budget)?;
            self.hand_index = index;
        }
        let block = &mut self.hand;
        let end = start + bytes.len();
        if end > block.capacity() {
            // The first block grows by doubling, for small files; further ones are whole from the start.
            let capacity = if index == 0 { end.next_power_of_two().max(SMALLEST) } else { BLOCK };
            budget.grow(block, capacity)?;
        }
        if start > block.len() {
            block.resize(start, 0);
        }
        let over = (block.len() - start).min(bytes.len());
        block[start..start + over].copy_from_slice(&bytes[..over]);
        block.extend_from_slice(&bytes[over..]);
        Ok(())
    }

    /// Makes the empty block `index`, which is not there.
    fn make_block(&mut self, index: u64, budget: &mut Budget) -> Result<()> {
        while !self.spans(index) {
            if !matches!(self.root, Tree::Hole) {
                let mut table = new_table(budget)?;
                table[0] = core::mem::take(&mut self.root);
                self.root = Tree::Table(table);
            }
            self.height += 1;
        }
        let mut tree = &mut self.root;
        for level in (0..self.height).rev() {
            if let Tree::Hole = tree {
                *tree = Tree::Table(new_table(budget)?);
            }
            let Tree::Table(table) = tree else { return Err(Errno::Io) };
            tree = &mut table[slot(index, level)];
        }
        *tree = Tree::Block(Vec::new());
        Ok(())
    }
}

impl Tree {
    /// Drops what is behind byte `size` of this part, which spans `1 << bits` bytes.
    fn cut(&mut self, size: u64, bits: u32, budget: &mut Budget) {
        match self {
            Self::Hole => {}
            _ if size == 0 => {
                self.give_back(budget);
                *self = Self::Hole;
            }
            Self::Block(block) => block.truncate(usize::try_from(size).unwrap_or(usize::MAX)),
            Self::Table(table) => {
                let below = bits - TABLE_BITS;
                for (part, start) in table.iter_mut().zip((0..).step_by(1 << below)) {
                    let end = start + (1 << below);
                    if end > size {
                        part.cut(size.saturating_sub(start), below, budget);
                    }
                }
            }
        }
    }

    fn give_back(&self, budget: &mut Budget) {
        match self {
            Self::Hole => {}
            Self::Block(block) => budget.give(block.capacity()),
            Self::Table(table) => {
                budget.give(table.capacity() * size_of::<Self>());
                table.iter().for_each(|part| part.give_back(budget));
            }
        }
    }
}

/// The block that byte `offset` is in, and where in it.
fn split(offset: u64) -> (u64, usize) {
    (offset >> BLOCK_BITS, offset as usize & (BLOCK - 1))
}

/// Where block `index` is in a table `level` levels above the blocks' own.
fn slot(index: u64, level: u32) -> usize {
    (index >> (TABLE_BITS * level)) as usize & (TABLE - 1)
}

fn new_table(budget: &mut Budget) -> Result<Vec<Tree>> {
    let mut table = Vec::new();
    budget.grow(&mut table, TABLE)?;
    table.resize_with(TABLE, Tree::default);
    Ok(table)
}
