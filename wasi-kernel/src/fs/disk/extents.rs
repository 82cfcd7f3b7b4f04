//! Where the blocks of a file lie on the disk.

use crate::{Errno, Result};
use alloc::vec::Vec;

/// Blocks of a file that lie one behind the other on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Number of the first one in the file.
    pub at: u32,
    /// Number of the first one on the disk.
    pub block: u32,
    /// How many they are, not 0.
    pub count: u32,
}

impl Extent {
    fn end(&self) -> u64 {
        u64::from(self.at) + u64::from(self.count)
    }
}

/// The extents of a file, in its order. What lies in none is zeros.
#[derive(Debug, Default)]
pub struct Extents(Vec<Extent>);

impl Extents {
    /// All of them.
    pub fn all(&self) -> &[Extent] {
        &self.0
    }

    /// The disk's block for the file's block `at`, and how many from there on lie one behind the other.
    pub fn find(&self, at: u32) -> Option<(u32, u32)> {
        let next = self.0.partition_point(|extent| extent.at <= at);
        let extent = self.0.get(next.checked_sub(1)?)?;
        let skip = at - extent.at;
        (skip < extent.count).then(|| (extent.block + skip, extent.count - skip))
    }

    /// How many blocks from `at` on, which is in no extent, are in none.
    pub fn gap(&self, at: u32) -> u32 {
        let next = self.0.partition_point(|extent| extent.at <= at);
        self.0.get(next).map_or(u32::MAX, |extent| extent.at) - at
    }

    /// Makes `new` part of the file, and calls `freed` with the first block and the number of those that it replaces.
    ///
    /// # Errors
    /// `Nospc` if there is no memory for it; nothing has changed then.
    pub fn map(&mut self, new: Extent, freed: impl FnMut(u32, u32)) -> Result<()> {
        // One extent at most is split, and one is added.
        if self.0.capacity() < self.0.len() + 2 {
            self.0.try_reserve(2).map_err(|_| Errno::Nospc)?;
        }
        let place = self.unmap(new.at, new.end(), freed);
        let follows = |before: &Extent, after: &Extent| {
            before.end() == u64::from(after.at) && before.block + before.count == after.block
        };
        let mut place = match place.checked_sub(1).map(|before| &mut self.0[before]) {
            Some(before) if follows(before, &new) => {
                before.count += new.count;
                place - 1
            }
            _ => {
                self.0.insert(place, new);
                place
            }
        };
        if let Some(&after) = self.0.get(place + 1)
            && follows(&self.0[place], &after)
        {
            self.0[place].count += after.count;
            place += 1;
            self.0.remove(place);
        }
        Ok(())
    }

    /// Takes everything from block `at` on out of the file.
    pub fn cut(&mut self, at: u32, freed: impl FnMut(u32, u32)) {
        self.unmap(at, u64::MAX, freed);
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
    }

    /// Takes the blocks `start..end` out of the file, and returns the position behind those before them. There is room for one
    /// more extent unless `end` is behind all of them.
    fn unmap(&mut self, start: u32, end: u64, mut freed: impl FnMut(u32, u32)) -> usize {
        let first = self.0.partition_point(|extent| extent.end() <= start.into());
        let mut place = first;
        if let Some(extent) = self.0.get_mut(first)
            && extent.at < start
        {
            let whole = *extent;
            let keep = start - whole.at;
            extent.count = keep;
            place += 1;
            if whole.end() > end {
                let skip = (end - u64::from(whole.at)) as u32;
                freed(whole.block + keep, skip - keep);
                let rest = Extent { at: end as u32, block: whole.block + skip, count: whole.count - skip };
                self.0.insert(place, rest);
                return place;
            }
            freed(whole.block + keep, whole.count - keep);
        }
        let mut last = place;
        while let Some(extent) = self.0.get_mut(last)
            && u64::from(extent.at) < end
        {
            if extent.end() > end {
                let skip = (end - u64::from(extent.at)) as u32;
                freed(extent.block, skip);
                *extent = Extent { at: end as u32, block: extent.block + skip, count: extent.count - skip };
                break;
            }
            freed(extent.block, extent.count);
            last += 1;
        }
        self.0.drain(place..last);
        place
    }
}
