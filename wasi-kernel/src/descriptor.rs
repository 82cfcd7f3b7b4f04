//! The table of open descriptors.

use crate::{Errno, Result, Stream, fs::Handle, types::Kind};
use alloc::{boxed::Box, collections::BinaryHeap, sync::Arc, vec::Vec};

/// Greatest number of descriptors that an app has at one time if nothing else is said, as Linux's default.
const OPEN_MAX: usize = 1024;

/// What a descriptor stands for. With a tag of its own it is told apart in two instructions.
#[repr(u8)]
pub enum Descriptor {
    /// Standard input.
    Input(Arc<dyn Stream>),
    /// Standard output or error.
    Output(Arc<dyn Stream>),
    /// A directory.
    Directory(Directory),
    /// Anything else that was opened by a path.
    File(File),
}

/// An open directory.
pub struct Directory {
    /// Where it is.
    pub handle: Handle,
    /// Whether anything in it may be changed.
    pub writable: bool,
    /// The path under which the app had it from the start, if it had.
    pub preopen: Option<Box<str>>,
}

/// An open file.
pub struct File {
    /// Where it is.
    pub handle: Handle,
    /// What it is.
    pub kind: Kind,
    /// Byte at which the next read or write begins.
    pub position: u64,
    /// It was opened for reading.
    pub read: bool,
    /// It was opened for writing.
    pub write: bool,
    /// Whether its directory's capability lets it be changed at all.
    pub writable: bool,
    /// Writes go to the end.
    pub append: bool,
    /// The program has asked for operations that do not wait; files never do.
    pub nonblocking: bool,
}

impl File {
    /// Reads from byte `offset` on.
    ///
    /// # Errors
    /// `Inval` for an offset that Linux has not, `Badf` if it is not for reading; as [`crate::FileSystem::read`].
    #[inline(always)]
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        check_range(self.read, offset, buffer.len())?;
        self.handle.fs().read(self.handle.node(), offset, buffer)
    }

    /// Writes at byte `offset`, or at the end if it is open for appending. Returns the number of bytes.
    ///
    /// # Errors
    /// `Inval` for an offset that Linux has not, `Badf` if it is not for writing; as [`crate::FileSystem::write`].
    #[inline(always)]
    pub fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<usize> {
        if self.append {
            return self.append(bytes).map(|(size, _)| size);
        }
        check_range(self.write, offset, bytes.len())?;
        self.handle.fs().write(self.handle.node(), offset, bytes)
    }

    /// Writes at the position, or at the end if it is open for appending, and moves the position behind that. Returns
    /// the number of bytes.
    ///
    /// # Errors
    /// As for [`File::write_at`].
    #[inline(always)]
    pub fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.append {
            let (size, end) = self.append(bytes)?;
            self.position = end;
            return Ok(size);
        }
        let size = self.write_at(self.position, bytes)?;
        self.position += size as u64;
        Ok(size)
    }

    /// Writes at the end. Returns the number of bytes and the position behind them.
    #[inline(never)]
    fn append(&self, bytes: &[u8]) -> Result<(usize, u64)> {
        if self.write { self.handle.fs().append(self.handle.node(), bytes) } else { Err(Errno::Badf) }
    }
}

/// What pread(2) and pwrite(2) check, in their order.
#[inline(always)]
fn check_range(permitted: bool, offset: u64, len: usize) -> Result<()> {
    const OFFSET_MAX: u64 = i64::MAX as u64;
    if offset > OFFSET_MAX {
        Err(Errno::Inval)
    } else if !permitted {
        Err(Errno::Badf)
    } else if len as u64 > OFFSET_MAX - offset {
        Err(Errno::Inval)
    } else {
        Ok(())
    }
}

/// The descriptors by their numbers.
pub struct Table {
    /// Greatest number of slots.
    max: usize,
    slots: Vec<Option<Descriptor>>,
    /// The empty slots. The highest is used first, as Wasmtime does.
    free: BinaryHeap<u32>,
}

impl Default for Table {
    fn default() -> Self {
        Self { max: OPEN_MAX, slots: Vec::new(), free: BinaryHeap::new() }
    }
}

impl Table {
    /// From now on, no more than `max` descriptors are open at one time.
    pub fn limit(&mut self, max: usize) {
        self.max = max;
    }

    /// What `fd` stands for.
    ///
    /// # Errors
    /// `Badf` if it is not open.
    #[inline]
    pub fn get(&self, fd: u32) -> Result<&Descriptor> {
        self.slots.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::Badf)
    }

    /// What `fd` stands for.
    ///
    /// # Errors
    /// `Badf` if it is not open.
    #[inline]
    pub fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor> {
        self.slots.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::Badf)
    }

    /// The file that `fd` is.
    ///
    /// # Errors
    /// `Badf` if it is not open or something else.
    #[inline]
    pub fn file(&mut self, fd: u32) -> Result<&mut File> {
        match self.get_mut(fd)? {
            Descriptor::File(file) => Ok(file),
            _ => Err(Errno::Badf),
        }
    }

    /// The file that `fd` is, for an operation on its position.
    ///
    /// # Errors
    /// `Spipe` if it is a standard stream; `Badf` if it is not open or a directory.
    #[inline]
    pub fn seekable(&mut self, fd: u32) -> Result<&mut File> {
        match self.get_mut(fd)? {
            Descriptor::File(file) => Ok(file),
            Descriptor::Directory(_) => Err(Errno::Badf),
            Descriptor::Input(_) | Descriptor::Output(_) => Err(Errno::Spipe),
        }
    }

    /// The directory that `fd` is.
    ///
    /// # Errors
    /// `Badf` if it is not open or something else.
    pub fn directory(&self, fd: u32) -> Result<&Directory> {
        match self.get(fd)? {
            Descriptor::Directory(directory) => Ok(directory),
            _ => Err(Errno::Badf),
        }
    }

    /// What `fd`, which was opened by a path, refers to, and whether that may be changed.
    ///
    /// # Errors
    /// `Badf` if it is not open or a standard stream.
    pub fn node(&self, fd: u32) -> Result<(&Handle, bool)> {
        match self.get(fd)? {
            Descriptor::Directory(directory) => Ok((&directory.handle, directory.writable)),
            Descriptor::File(file) => Ok((&file.handle, file.writable)),
            Descriptor::Input(_) | Descriptor::Output(_) => Err(Errno::Badf),
        }
    }

    /// Gives `descriptor` a number.
    ///
    /// # Errors
    /// `Mfile` if there are too many, `Nomem`.
    pub fn insert(&mut self, descriptor: Descriptor) -> Result<u32> {
        if let Some(fd) = self.free.pop() {
            self.slots[fd as usize] = Some(descriptor);
            return Ok(fd);
        }
        if self.slots.len() >= self.max {
            return Err(Errno::Mfile);
        }
        self.slots.try_reserve(1).map_err(|_| Errno::Nomem)?;
        self.slots.push(Some(descriptor));
        Ok(self.slots.len() as u32 - 1)
    }

    /// Closes `fd`.
    ///
    /// # Errors
    /// `Badf` if it is not open; `Nomem`.
    pub fn remove(&mut self, fd: u32) -> Result<Descriptor> {
        self.free.try_reserve(1).map_err(|_| Errno::Nomem)?;
        let descriptor = self.slots.get_mut(fd as usize).and_then(Option::take).ok_or(Errno::Badf)?;
        self.free.push(fd);
        Ok(descriptor)
    }

    /// Moves what `from` stands for to the open descriptor `to`, which is closed.
    ///
    /// # Errors
    /// `Badf` if either is not open; `Nomem`.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<()> {
        self.get(to)?;
        if from != to {
            let moved = self.remove(from)?;
            self.slots[to as usize] = Some(moved);
        } else {
            self.get(from)?;
        }
        Ok(())
    }
}
