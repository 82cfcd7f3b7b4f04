//! The block cache: blocks of files that were used last, and those that are yet to be written.
//!
//! Blocks may be written in any order, as nothing on the disk refers to them before the next commit. So those that lie one behind the
//! other are written together.

use super::{
    device::BlockDevice,
    layout::{BLOCK, BLOCK_SECTORS},
};
use crate::{Errno, Result};
use alloc::{boxed::Box, collections::BinaryHeap, vec::Vec};

/// Blocks in the cache.
const PAGES: usize = 512;
/// Blocks that are read or written together, at most.
pub const RUN: usize = 16;

/// No page.
const NONE: u16 = u16::MAX;

/// A device with its cache.
pub struct Cache<B> {
    /// The device, for what is not cached.
    pub device: B,
    pages: Vec<Page>,
    /// [`BLOCK`] bytes for each page.
    data: Vec<u8>,
    /// The first page of each block whose number is the index modulo [`PAGES`].
    heads: Box<[u16]>,
    /// The page that is looked at next when one is needed.
    hand: usize,
    dirty: usize,
    /// Room for [`RUN`] blocks.
    run: Vec<u8>,
}

struct Page {
    /// The block in it; `None` if there is none.
    block: Option<u32>,
    /// The next page of the same head.
    next: u16,
    dirty: bool,
    /// Whether it was used since the hand came by.
    used: bool,
}

impl<B: BlockDevice> Cache<B> {
    /// An empty cache over `device`.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn new(device: B) -> Result<Self> {
        let (mut pages, mut data) = (Vec::new(), Vec::new());
        let (mut heads, mut run) = (Vec::new(), Vec::new());
        let reserved = pages.try_reserve_exact(PAGES).and(data.try_reserve_exact(PAGES * BLOCK));
        let reserved = reserved.and(heads.try_reserve_exact(PAGES)).and(run.try_reserve_exact(RUN * BLOCK));
        reserved.map_err(|_| Errno::Nomem)?;
        pages.resize_with(PAGES, || Page { block: None, next: NONE, dirty: false, used: false });
        data.resize(PAGES * BLOCK, 0);
        heads.resize(PAGES, NONE);
        run.resize(RUN * BLOCK, 0);
        Ok(Self { device, pages, data, heads: heads.into_boxed_slice(), hand: 0, dirty: 0, run })
    }

    /// Whether the block is in the cache.
    pub fn has(&self, block: u32) -> bool {
        self.find(block).is_some()
    }

    /// The bytes of a block. If it is not in the cache, it is read, and with it up to `ahead` blocks, 0 to [`RUN`], that lie behind
    /// it.
    ///
    /// # Errors
    /// The device's.
    pub fn read(&mut self, block: u32, ahead: usize) -> Result<&[u8]> {
        let page = match self.find(block) {
            Some(page) => page,
            None => {
                // What is cached already must not be read once more: it may have changed.
                let more = (1..ahead.min(RUN)).take_while(|&more| !self.has(block + more as u32)).count();
                let size = (1 + more) * BLOCK;
                self.device.read(u64::from(block) * BLOCK_SECTORS, &mut self.run[..size])?;
                for index in (0..=more).rev() {
                    let page = self.claim(block + index as u32)?;
                    let from = index * BLOCK..(index + 1) * BLOCK;
                    self.data[page * BLOCK..(page + 1) * BLOCK].copy_from_slice(&self.run[from]);
                }
                self.find(block).ok_or(Errno::Io)?
            }
        };
        self.pages[page].used = true;
        Ok(&self.data[page * BLOCK..(page + 1) * BLOCK])
    }

    /// The bytes of a block that is to be written: those that it has.
    ///
    /// # Errors
    /// The device's.
    pub fn change(&mut self, block: u32) -> Result<&mut [u8]> {
        self.read(block, 1)?;
        let page = self.find(block).ok_or(Errno::Io)?;
        Ok(self.changed(page))
    }

    /// The bytes of the block `to`, which nobody uses yet and which is to be written: those of the block `from`, which nobody
    /// will use any more.
    ///
    /// # Errors
    /// The device's.
    pub fn change_moved(&mut self, from: u32, to: u32) -> Result<&mut [u8]> {
        self.read(from, 1)?;
        self.forget(to, 1);
        let page = self.find(from).ok_or(Errno::Io)?;
        self.unlink(page);
        self.link(page, to);
        Ok(self.changed(page))
    }

    /// The bytes of a block that nobody uses yet and that is to be written: zeros.
    ///
    /// # Errors
    /// The device's, as another one may have to leave the cache.
    pub fn change_new(&mut self, block: u32) -> Result<&mut [u8]> {
        self.forget(block, 1);
        let page = self.claim(block)?;
        self.data[page * BLOCK..(page + 1) * BLOCK].fill(0);
        Ok(self.changed(page))
    }

    /// Drops what is cached of these blocks, which nobody uses or which are written past the cache.
    pub fn forget(&mut self, block: u32, count: u32) {
        for block in block..block + count {
            if let Some(page) = self.find(block) {
                self.unlink(page);
                self.dirty -= usize::from(self.pages[page].dirty);
                self.pages[page].dirty = false;
            }
        }
    }

    /// Writes all blocks that are yet to be written.
    ///
    /// # Errors
    /// The device's.
    pub fn write_back(&mut self) -> Result<()> {
        if self.dirty == 0 {
            return Ok(());
        }
        let mut pages = Vec::new();
        pages.try_reserve_exact(self.dirty).map_err(|_| Errno::Nomem)?;
        let dirty = self.pages.iter().enumerate().filter(|(_, page)| page.dirty);
        pages.extend(dirty.filter_map(|(index, page)| Some((page.block?, index))));
        // Sorted as a heap, which needs no stack: this runs on an app's.
        let pages = BinaryHeap::from(pages).into_sorted_vec();
        let mut rest = &pages[..];
        while let Some(&(first, _)) = rest.first() {
            let follows = |(index, page): &(usize, &(u32, usize))| page.0 == first + *index as u32;
            let count = rest.iter().take(RUN).enumerate().take_while(follows).count();
            let (run, behind) = rest.split_at(count);
            for (to, &(_, page)) in self.run.chunks_exact_mut(BLOCK).zip(run) {
                to.copy_from_slice(&self.data[page * BLOCK..(page + 1) * BLOCK]);
            }
            self.device.write(u64::from(first) * BLOCK_SECTORS, &self.run[..count * BLOCK])?;
            for &(_, page) in run {
                self.pages[page].dirty = false;
                self.dirty -= 1;
            }
            rest = behind;
        }
        Ok(())
    }

    fn changed(&mut self, page: usize) -> &mut [u8] {
        let slot = &mut self.pages[page];
        slot.used = true;
        self.dirty += usize::from(!slot.dirty);
        slot.dirty = true;
        &mut self.data[page * BLOCK..(page + 1) * BLOCK]
    }

    /// A page for a block that is not in the cache.
    fn claim(&mut self, block: u32) -> Result<usize> {
        // With a quarter of the cache to be written, all of that is: so there is always a page that is not.
        if self.dirty >= PAGES / 4 {
            self.write_back()?;
        }
        loop {
            let page = self.hand;
            self.hand = (page + 1) % PAGES;
            let slot = &mut self.pages[page];
            if slot.dirty {
                continue;
            }
            if slot.used {
                slot.used = false;
                continue;
            }
            if slot.block.is_some() {
                self.unlink(page);
            }
            self.link(page, block);
            return Ok(page);
        }
    }

    fn find(&self, block: u32) -> Option<usize> {
        let mut page = self.heads[block as usize % PAGES];
        while page != NONE {
            let slot = &self.pages[page as usize];
            if slot.block == Some(block) {
                return Some(page.into());
            }
            page = slot.next;
        }
        None
    }

    fn link(&mut self, page: usize, block: u32) {
        let head = &mut self.heads[block as usize % PAGES];
        let slot = &mut self.pages[page];
        (slot.block, slot.next) = (Some(block), *head);
        *head = page as u16;
    }

    /// Takes the block out of a page that has one.
    fn unlink(&mut self, page: usize) {
        let Some(block) = self.pages[page].block.take() else { return };
        let next = self.pages[page].next;
        let mut at = self.heads[block as usize % PAGES] as usize;
        if at == page {
            self.heads[block as usize % PAGES] = next;
            return;
        }
        while self.pages[at].next as usize != page {
            at = self.pages[at].next as usize;
        }
        self.pages[at].next = next;
    }
}
