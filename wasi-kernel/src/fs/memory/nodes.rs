//! The nodes of a memory file system, by their numbers.

use super::{budget::Budget, data::Data, directory::Directory};
use crate::{Errno, Result, types::Kind};
use alloc::{boxed::Box, vec::Vec};

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
    /// Last change of the data.
    pub modified: u64,
    /// Creation.
    pub created: u64,
    /// What is in it.
    pub content: Content,
}

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
}

impl Inode {
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
        match &mut self.content {
            Content::File(data) => Ok(data),
            Content::Directory(..) => Err(Errno::Isdir),
            Content::Link(_) => Err(Errno::Inval),
        }
    }
}

/// The table of nodes grows by chunks, without moving them.
type Chunk = [Option<Inode>; CHUNK];
const CHUNK: usize = 64;

/// All nodes.
#[derive(Default)]
pub struct Nodes {
    chunks: Vec<Box<Chunk>>,
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
        let chunk = self.chunks.get(number as usize / CHUNK).ok_or(Errno::Stale)?;
        chunk[number as usize % CHUNK].as_ref().ok_or(Errno::Stale)
    }

    /// Node `number`.
    ///
    /// # Errors
    /// As for [`Nodes::get`].
    #[inline]
    pub fn get_mut(&mut self, number: u32) -> Result<&mut Inode> {
        let chunk = self.chunks.get_mut(number as usize / CHUNK).ok_or(Errno::Stale)?;
        chunk[number as usize % CHUNK].as_mut().ok_or(Errno::Stale)
    }

    /// Adds a node without references that the budget's payer pays for, made `now`, with as many links as it has when one name is given to it.
    ///
    /// # Errors
    /// `Nospc`.
    pub fn insert(&mut self, content: Content, now: u64, budget: &mut Budget) -> Result<u32> {
        budget.take(size_of::<Inode>())?;
        let number = self.free_number().inspect_err(|_| budget.give(size_of::<Inode>()))?;
        self.last_serial += 1;
        self.chunks[number as usize / CHUNK][number as usize % CHUNK] = Some(Inode {
            serial: self.last_serial,
            payer: budget.payer(),
            references: 0,
            links: if content.kind() == Kind::Directory { 2 } else { 1 },
            accessed: now,
            modified: now,
            created: now,
            content,
        });
        Ok(number)
    }

    /// Frees node `number` if it has neither names nor references.
    pub fn collect(&mut self, number: u32, budget: &mut Budget) {
        let Some(chunk) = self.chunks.get_mut(number as usize / CHUNK) else { return };
        let slot = &mut chunk[number as usize % CHUNK];
        if let Some(inode) = slot.take_if(|inode| inode.links == 0 && inode.references == 0) {
            budget.charge(inode.payer);
            budget.give(size_of::<Inode>());
            match inode.content {
                // A size of zero is never too large.
                Content::File(mut data) => data.set_size(0, budget).unwrap_or_default(),
                Content::Directory(mut directory, _) => directory.give_back(budget),
                Content::Link(text) => budget.give(text.len()),
            }
            // There is room for every number; see `add_chunk`.
            self.free.push(number);
        }
    }

    /// A number that no node has.
    fn free_number(&mut self) -> Result<u32> {
        if self.free.is_empty() {
            self.add_chunk()?;
        }
        self.free.pop().ok_or(Errno::Nospc)
    }

    /// Chunks stay for ever, for at most as many nodes as there once were.
    fn add_chunk(&mut self) -> Result<()> {
        let first = self.chunks.len() * CHUNK;
        if first + CHUNK > u32::MAX as usize {
            return Err(Errno::Nospc);
        }
        self.chunks.try_reserve(1).map_err(|_| Errno::Nospc)?;
        self.free.try_reserve(first + CHUNK).map_err(|_| Errno::Nospc)?;
        let mut chunk = Vec::new();
        chunk.try_reserve_exact(CHUNK).map_err(|_| Errno::Nospc)?;
        chunk.resize_with(CHUNK, || None);
        self.chunks.push(chunk.into_boxed_slice().try_into().map_err(|_| Errno::Nospc)?);
        self.free.extend((first as u32..(first + CHUNK) as u32).rev());
        Ok(())
    }
}
