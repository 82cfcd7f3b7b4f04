//! The nodes of a memory file system, by their numbers.

use super::{budget::Budget, data::Data, directory::Directory};
use crate::{Clock, Errno, Result, fs::Node, types::Kind};
use alloc::{boxed::Box, vec::Vec};
use core::hint::cold_path;

/// One file, directory or symbolic link.
pub struct Inode {
    /// Never used for another node.
    pub serial: u64,
    /// The account that pays for it.
    pub payer: u32,
    /// Who holds it open.
    pub references: u32,
    /// Names, and for a directory its own `.` and the `..` of its subdirectories. 0 once it has been removed.
    pub links: u32,
    /// Last access to the data, in nanoseconds since 1970.
    pub accessed: u64,
    /// Last change of the data but for [`Inode::changed`].
    modified: u64,
    /// A moment ([`Clock::stamp`]) since when the data has changed that no time was noted for, [`NOTED`] if they were, and
    /// [`READ`] if the data was read since. Moments are cheap, times are not, and a file is written more often than asked
    /// for its times.
    pub changed: u64,
    /// Creation.
    pub created: u64,
    /// What is in it.
    pub content: Content,
}

/// The data has not changed since it was read.
const READ: u64 = 0;
/// The data has not been read since it changed.
const NOTED: u64 = 1;

/// What is in a node. With a tag of its own it is told apart in two instructions.
#[repr(u8)]
pub enum Content {
    /// A regular file.
    File(Data),
    /// A directory, with the number of the one that it is in.
    Directory(Directory, u32),
    /// A symbolic link.
    Link(Box<str>),
}

impl Content {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::File(_) => Kind::File,
            Self::Directory(..) => Kind::Directory,
            Self::Link(_) => Kind::Link,
        }
    }

    /// The bytes, if it is a file.
    ///
    /// # Errors
    /// As for [`Inode::data`].
    #[inline(always)]
    pub fn data(&mut self) -> Result<&mut Data> {
        match self {
            Self::File(data) => Ok(data),
            Self::Directory(..) => Err(Errno::Isdir),
            Self::Link(_) => Err(Errno::Inval),
        }
    }
}

impl Inode {
    /// Last change of the data, in nanoseconds since 1970.
    pub fn modified(&self, clock: &impl Clock) -> u64 {
        if self.changed <= NOTED {
            return self.modified;
        }
        cold_path(); // most questions are not the first after a change
        clock.time_of(self.changed)
    }

    /// The data has changed at the time `now`.
    pub fn change(&mut self, now: u64) {
        (self.modified, self.changed) = (now, NOTED);
    }

    /// Whether the data has been read since it changed.
    #[inline(always)]
    pub fn is_read(&self) -> bool {
        self.changed == READ
    }

    /// The data is read: sets the time of access if the data has changed since the last one, as Linux does by default
    /// (`relatime`).
    pub fn note_read(&mut self, clock: &impl Clock) {
        if self.is_read() {
            return;
        }
        self.modified = self.modified(clock);
        if self.accessed <= self.modified {
            self.accessed = clock.realtime();
        }
        self.changed = READ;
    }

    /// The entries, if it is a directory.
    ///
    /// # Errors
    /// `Notdir`.
    pub fn directory(&self) -> Result<&Directory> {
        match &self.content {
            Content::Directory(directory, _) => Ok(directory),
            _ => Err(Errno::Notdir),
        }
    }

    /// The entries, if it is a directory.
    ///
    /// # Errors
    /// `Notdir`.
    pub fn directory_mut(&mut self) -> Result<&mut Directory> {
        match &mut self.content {
            Content::Directory(directory, _) => Ok(directory),
            _ => Err(Errno::Notdir),
        }
    }

    /// The bytes, if it is a file.
    ///
    /// # Errors
    /// `Isdir`, `Inval` for a symbolic link.
    pub fn data(&mut self) -> Result<&mut Data> {
        self.content.data()
    }

    /// Reads from byte `offset` of a file on, and returns how many bytes there were.
    ///
    /// # Errors
    /// As for [`Inode::data`].
    #[inline(never)]
    pub fn read(&mut self, offset: u64, buffer: &mut [u8], clock: &impl Clock) -> Result<usize> {
        let size = self.data()?.read(offset, buffer);
        self.note_read(clock);
        Ok(size)
    }

    /// Writes to byte `offset` of a file on, and returns how many bytes there was room for.
    ///
    /// # Errors
    /// As for [`Inode::data`] and [`Data::write`].
    #[inline(never)]
    pub fn write(
        &mut self,
        offset: u64,
        bytes: &[u8],
        budget: &mut Budget,
        clock: &impl Clock,
    ) -> Result<usize> {
        let size = self.content.data()?.write(offset, bytes, (budget, self.payer))?;
        if size > 0 {
            self.changed = clock.stamp();
        }
        Ok(size)
    }
}

/// A place for a node. It is an array of one, as a vector's allocation may fail and a box's may not.
type Slot = Option<Box<[Inode; 1]>>;

/// All nodes.
#[derive(Default)]
pub struct Nodes {
    slots: Vec<Slot>,
    free: Vec<u32>,
    last_serial: u64,
}

impl Nodes {
    /// Node `number`.
    ///
    /// # Errors
    /// `Stale` if there is none, which is a mistake of whoever holds the number.
    #[inline]
    pub fn get(&self, number: u32) -> Result<&Inode> {
        match self.slots.get(number as usize) {
            Some(Some(inode)) => Ok(&inode[0]),
            _ => Err(Errno::Stale),
        }
    }

    /// Node `number`.
    ///
    /// # Errors
    /// As for [`Nodes::get`].
    #[inline]
    pub fn get_mut(&mut self, number: u32) -> Result<&mut Inode> {
        match self.slots.get_mut(number as usize) {
            Some(Some(inode)) => Ok(&mut inode[0]),
            _ => Err(Errno::Stale),
        }
    }

    /// The node that `node` is.
    ///
    /// # Errors
    /// As for [`Nodes::get`].
    #[inline(always)]
    pub fn at(&mut self, node: Node) -> Result<&mut Inode> {
        match usize::try_from(node.0).ok().and_then(|number| self.slots.get_mut(number)) {
            Some(Some(inode)) => Ok(&mut inode[0]),
            _ => Err(Errno::Stale),
        }
    }

    /// Adds a node without references that the budget's payer pays for, made `now`, with as many links as it has when one name is given to it.
    ///
    /// # Errors
    /// `Nospc`.
    pub fn insert(&mut self, content: Content, now: u64, budget: &mut Budget) -> Result<u32> {
        budget.take(size_of::<Inode>())?;
        let serial = self.last_serial + 1;
        let inode = Inode {
            serial,
            payer: budget.payer(),
            references: 0,
            links: if content.kind() == Kind::Directory { 2 } else { 1 },
            accessed: now,
            modified: now,
            changed: NOTED,
            created: now,
            content,
        };
        let number = self.put(inode).inspect_err(|_| budget.give(size_of::<Inode>()))?;
        self.last_serial = serial;
        Ok(number)
    }

    /// Puts `inode` where none is, and returns the number of that place.
    fn put(&mut self, inode: Inode) -> Result<u32> {
        let mut one = Vec::new();
        one.try_reserve_exact(1).map_err(|_| Errno::Nospc)?;
        one.push(inode);
        let one = one.into_boxed_slice().try_into().map_err(|_| Errno::Nospc)?;
        let number = match self.free.pop() {
            Some(number) => number,
            None => self.add_slot()?,
        };
        self.slots[number as usize] = Some(one);
        Ok(number)
    }

    /// A place more. Places stay for ever, for at most as many nodes as there once were.
    fn add_slot(&mut self) -> Result<u32> {
        let number = u32::try_from(self.slots.len()).ok().filter(|number| *number < u32::MAX);
        let number = number.ok_or(Errno::Nospc)?;
        self.slots.try_reserve(1).map_err(|_| Errno::Nospc)?;
        // Each place may be free one day, and then has to be noted whatever memory there is.
        self.free.try_reserve(self.slots.len() + 1).map_err(|_| Errno::Nospc)?;
        self.slots.push(None);
        Ok(number)
    }

    /// Takes a reference to `node` away, which may be its end.
    #[inline(always)]
    pub fn release(&mut self, node: Node, budget: &mut Budget) {
        let Ok(inode) = self.at(node) else { return };
        inode.references -= 1;
        if let Inode { links: 0, references: 0, .. } = inode {
            // It is the place of an inode, so it has no more bits.
            self.free(node.0 as u32, budget);
        }
    }

    /// Frees node `number` if it has neither names nor references.
    #[inline(always)]
    pub fn collect(&mut self, number: u32, budget: &mut Budget) {
        if let Ok(Inode { links: 0, references: 0, .. }) = self.get(number) {
            self.free(number, budget);
        }
    }

    #[inline(never)]
    fn free(&mut self, number: u32, budget: &mut Budget) {
        if let Some(inode) = self.slots.get_mut(number as usize).and_then(Option::take) {
            let [inode] = *inode;
            budget.charge(inode.payer);
            budget.give(size_of::<Inode>());
            match inode.content {
                // A size of zero is never too large.
                Content::File(mut data) => data.set_size(0, budget).unwrap_or_default(),
                Content::Directory(mut directory, _) => directory.give_back(budget),
                Content::Link(text) => budget.give(text.len()),
            }
            // There is room for every number; see `add_slot`.
            self.free.push(number);
        }
    }
}
