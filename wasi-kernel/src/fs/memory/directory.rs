//! A directory's entries: in the order in which they came, with a hash table beside them.

use super::budget::Budget;
use crate::{Errno, Result, types::Kind};
use alloc::{boxed::Box, string::String, vec::Vec};

/// The entries of a directory.
pub struct Directory {
    /// The account that pays for the tables below; each name is paid for by whoever made it.
    payer: u32,
    /// Sorted by cookie. Removed ones stay until there are too many.
    entries: Vec<Entry>,
    /// Open addressing: positions in `entries` plus one, 0 for none. Its length is a power of two, or zero.
    index: Vec<u32>,
    live: usize,
    /// Entries at the front that were removed: who lists and removes again and again does not pass by them.
    gone: usize,
    last_cookie: u64,
}

/// A name in a directory.
pub struct Entry {
    /// The name.
    pub name: Box<str>,
    /// What it names; [`REMOVED`] if it names nothing any more.
    pub node: u32,
    /// Whether that is a directory, or what else.
    pub kind: Kind,
    /// Grows from entry to entry; not 0.
    pub cookie: u64,
    hash: u32,
    /// The account that pays for the name.
    payer: u32,
}

/// No node.
const REMOVED: u32 = u32::MAX;

/// Smallest length of the hash table.
const INDEX_MIN: usize = 8;

impl Directory {
    /// An empty directory, whose tables `payer` pays for.
    pub fn new(payer: u32) -> Self {
        Self { payer, entries: Vec::new(), index: Vec::new(), live: 0, gone: 0, last_cookie: 0 }
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.live
    }

    /// The entry called `name`.
    #[inline(always)]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.find(name).map(|(_, entry)| entry)
    }

    /// The entries behind `cookie`, in order.
    pub fn behind(&self, cookie: u64) -> impl Iterator<Item = &Entry> {
        let start = self.entries.partition_point(|entry| entry.cookie <= cookie);
        self.entries[start.max(self.gone)..].iter().filter(|entry| entry.node != REMOVED)
    }

    /// Adds a name that is not there yet.
    ///
    /// # Errors
    /// `Nospc`; nothing has changed then.
    pub fn insert(&mut self, name: &str, node: u32, kind: Kind, budget: &mut Budget) -> Result<()> {
        budget.take(name.len())?;
        let payer = budget.payer();
        budget.charge(self.payer);
        let room = self.make_room(budget);
        budget.charge(payer);
        let name = room.and_then(|()| copy(name)).inspect_err(|_| budget.give(name.len()))?;
        self.last_cookie += 1;
        let hash = hash(&name);
        let position = self.entries.len();
        self.entries.push(Entry { name, node, kind, cookie: self.last_cookie, hash, payer });
        self.live += 1;
        self.link(position);
        Ok(())
    }

    /// Makes `name`, which is there, mean another node.
    pub fn replace(&mut self, name: &str, node: u32, kind: Kind) {
        if let Some((position, _)) = self.find(name) {
            let entry = &mut self.entries[position];
            (entry.node, entry.kind) = (node, kind);
        }
    }

    /// Removes `name`.
    pub fn remove(&mut self, name: &str, budget: &mut Budget) {
        if let Some((position, _)) = self.find(name) {
            let entry = &mut self.entries[position];
            entry.node = REMOVED;
            entry.name = Box::default();
            budget.charge(entry.payer);
            budget.give(name.len());
            self.live -= 1;
            while self.entries.get(self.gone).is_some_and(|entry| entry.node == REMOVED) {
                self.gone += 1;
            }
            if self.entries.len() > 2 * self.live + INDEX_MIN {
                self.entries.retain(|entry| entry.node != REMOVED);
                self.gone = 0;
                self.index.truncate((2 * self.live).next_power_of_two().max(INDEX_MIN));
                self.reindex();
            }
        }
    }

    /// Gives the memory of an empty directory back.
    pub fn give_back(&mut self, budget: &mut Budget) {
        budget.give(self.entries.capacity() * size_of::<Entry>() + self.index.capacity() * size_of::<u32>());
        (self.entries, self.index) = (Vec::new(), Vec::new());
    }

    /// The entry called `name`, and its position.
    #[inline(always)]
    fn find(&self, name: &str) -> Option<(usize, &Entry)> {
        let hash = hash(name);
        let mask = self.index.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let position = (self.index[at] as usize).checked_sub(1)?;
            let entry = &self.entries[position];
            // Removed entries have no name.
            if entry.hash == hash && is_same(&entry.name, name) {
                return Some((position, entry));
            }
            at = (at + 1) & mask;
        }
    }

    /// Makes room for one more entry, with the hash table at most three quarters full.
    fn make_room(&mut self, budget: &mut Budget) -> Result<()> {
        let wanted = self.entries.len() + 1;
        if wanted > self.entries.capacity() {
            budget.grow(&mut self.entries, (wanted * 3 / 2).max(INDEX_MIN / 2))?;
        }
        if wanted * 4 > self.index.len() * 3 {
            let len = (self.index.len() * 2).max(INDEX_MIN);
            budget.grow(&mut self.index, len)?;
            self.index.resize(len, 0);
            self.reindex();
        }
        Ok(())
    }

    fn reindex(&mut self) {
        self.index.fill(0);
        (0..self.entries.len()).for_each(|position| self.link(position));
    }

    /// Puts the entry at `position` into the hash table, which has room.
    fn link(&mut self, position: usize) {
        let mask = self.index.len() - 1;
        let mut at = self.entries[position].hash as usize & mask;
        while self.index[at] != 0 {
            at = (at + 1) & mask;
        }
        self.index[at] = position as u32 + 1;
    }
}

/// A copy of `text`.
///
/// # Errors
/// `Nospc` if the heap has no room for it.
pub fn copy(text: &str) -> Result<Box<str>> {
    let mut copy = String::new();
    copy.try_reserve_exact(text.len()).map_err(|_| Errno::Nospc)?;
    copy.push_str(text);
    Ok(copy.into_boxed_str())
}

/// Whether two names are the same. They are short, so that a call would cost more than the comparison.
#[inline]
fn is_same(a: &str, b: &str) -> bool {
    let (words, rest) = a.as_bytes().as_chunks::<8>();
    let (other_words, other_rest) = b.as_bytes().as_chunks::<8>();
    let mut words = words.iter().zip(other_words);
    let mut rest = rest.iter().zip(other_rest);
    a.len() == b.len()
        && words.all(|(a, b)| u64::from_le_bytes(*a) == u64::from_le_bytes(*b))
        && rest.all(|(a, b)| a == b)
}

/// Eight bytes in one go, each go as in FNV-1a but with the product's upper half, which all bits have a part in, mixed in.
fn hash(name: &str) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(FACTOR);
        product ^ product >> 32
    };
    let (words, rest) = name.as_bytes().as_chunks::<8>();
    let whole = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    mix(whole, rest.iter().fold(1, |word, byte| word << 8 | u64::from(*byte))) as u32
}
