//! How much memory a file system may take: all of it together, and what each of its users makes.

use crate::{Errno, Result};
use alloc::vec::Vec;

/// Bytes that are taken, and how many may be: in all, and by account. Whoever takes or gives first says for whom.
pub struct Budget {
    total: Account,
    /// Account 0 is nobody's, and bounded by the total alone.
    accounts: Vec<Account>,
    payer: usize,
}

#[derive(Clone, Copy)]
struct Account {
    used: u64,
    limit: u64,
}

impl Account {
    fn has(&self, bytes: u64) -> bool {
        bytes <= self.limit.saturating_sub(self.used)
    }
}

impl Budget {
    /// `limit` bytes, none of them taken.
    ///
    /// # Panics
    /// If there is no memory for an account.
    pub fn new(limit: u64) -> Self {
        let nobody = Account { used: 0, limit: u64::MAX };
        Self { total: Account { used: 0, limit }, accounts: Vec::from([nobody]), payer: 0 }
    }

    /// A new account, which may have `limit` bytes.
    ///
    /// # Errors
    /// `Nospc` if there is no memory for it.
    pub fn open(&mut self, limit: u64) -> Result<u32> {
        self.accounts.try_reserve(1).map_err(|_| Errno::Nospc)?;
        self.accounts.push(Account { used: 0, limit });
        Ok(self.accounts.len() as u32 - 1)
    }

    /// From now on it is `account` that pays and is paid back.
    #[inline]
    pub fn charge(&mut self, account: u32) {
        self.payer = account as usize;
    }

    /// Who pays.
    pub fn payer(&self) -> u32 {
        self.payer as u32
    }

    /// Takes `bytes`.
    ///
    /// # Errors
    /// `Nospc` if there are not so many left.
    pub fn take(&mut self, bytes: usize) -> Result<()> {
        let bytes = bytes as u64;
        let account = &mut self.accounts[self.payer];
        if !account.has(bytes) || !self.total.has(bytes) {
            return Err(Errno::Nospc);
        }
        account.used += bytes;
        self.total.used += bytes;
        Ok(())
    }

    /// Gives `bytes` back.
    pub fn give(&mut self, bytes: usize) {
        self.accounts[self.payer].used -= bytes as u64;
        self.total.used -= bytes as u64;
    }

    /// Bytes that are taken in all.
    pub fn used(&self) -> u64 {
        self.total.used
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
        // The heap may have given more than was asked for.
        let added = (vec.capacity() - before) * size_of::<T>();
        self.accounts[self.payer].used += added as u64;
        self.total.used += added as u64;
        self.give(wanted);
        result.map_err(|_| Errno::Nospc)
    }
}
