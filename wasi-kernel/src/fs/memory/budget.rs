//! How much memory a file system may take.

use crate::{Errno, Result};
use alloc::vec::Vec;

/// Bytes that are taken, and how many may be.
pub struct Budget {
    used: u64,
    limit: u64,
}

impl Budget {
    /// `limit` bytes, none of them taken.
    pub fn new(limit: u64) -> Self {
        Self { used: 0, limit }
    }

    /// Takes `bytes`.
    ///
    /// # Errors
    /// `Nospc` if there are not so many left.
    pub fn take(&mut self, bytes: usize) -> Result<()> {
        let used = self.used + bytes as u64;
        if used > self.limit {
            return Err(Errno::Nospc);
        }
        self.used = used;
        Ok(())
    }

    /// Gives `bytes` back.
    pub fn give(&mut self, bytes: usize) {
        self.used -= bytes as u64;
    }

    /// Bytes that are taken.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Makes `vec`'s capacity at least `capacity` elements, and takes what that adds.
    ///
    /// # Errors
    /// `Nospc` if the budget or the heap has no more.
    pub fn grow<T>(&mut self, vec: &mut Vec<T>, capacity: usize) -> Result<()> {
        let before = vec.capacity();
        let wanted = capacity.saturating_sub(before) * size_of::<T>();
        self.take(wanted)?;
        let result = vec.try_reserve_exact(capacity.saturating_sub(vec.len()));
        self.give(wanted);
        self.used += ((vec.capacity() - before) * size_of::<T>()) as u64;
        result.map_err(|_| Errno::Nospc)
    }
}
