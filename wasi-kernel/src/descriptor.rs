//! The table of open descriptors.

use crate::{Errno, GuestMemory, Linear, Result, Stream, fs::Handle, types::Kind};
use alloc::{boxed::Box, collections::BinaryHeap, sync::Arc, vec::Vec};

/// Greatest number of descriptors that an app has at one time if nothing else is said, as Linux's default.
const OPEN_MAX: usize = 1024;

/// A standard stream. In a box, so that what hands it on needs one register.
pub type Standard = Box<Arc<dyn Stream>>;

/// What a descriptor stands for. With a tag of its own it is told apart in two instructions, most are files, and each has a cache
/// line.
#[repr(u8, align(64))]
pub enum Descriptor {
    /// Anything that was opened by a path but a directory.
    File(File),
    /// Standard input.
    Input(Standard),
    /// Standard output or error.
    Output(Standard),
    /// A directory.
    Directory(Directory),
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
    /// What it was opened for.
    pub mode: Mode,
    /// Whether its directory's capability lets it be changed at all.
    pub writable: bool,
    /// The program has asked for operations that do not wait; files never do.
    pub nonblocking: bool,
}

/// What a file was opened for, as bits, so that one comparison finds the usual case.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode(u8);

impl Mode {
    /// It can be read.
    pub const READ: Self = Self(1);
    /// It can be written.
    pub const WRITE: Self = Self(1 << 1);
    /// Writes go to the end.
    pub const APPEND: Self = Self(1 << 2);
    /// What is written is kept nowhere, so that the file system need not be asked.
    pub const DISCARD: Self = Self(1 << 3);

    /// It can be written, at the end alone.
    pub const APPENDED: Self = Self(Self::WRITE.0 | Self::APPEND.0);
    /// It can be written, and nothing of that is kept.
    pub const SINK: Self = Self(Self::WRITE.0 | Self::DISCARD.0);
    /// How it is written to.
    const WRITING: Self = Self(Self::WRITE.0 | Self::APPEND.0 | Self::DISCARD.0);

    /// Whether it has all of `bits`.
    #[inline(always)]
    pub const fn has(self, bits: Self) -> bool {
        self.0 & bits.0 == bits.0
    }

    /// It with `bits`, if they are to be there, or without.
    pub const fn with(self, bits: Self, there: bool) -> Self {
        Self(if there { self.0 | bits.0 } else { self.0 & !bits.0 })
    }

    /// What concerns writing.
    #[inline(always)]
    pub const fn writing(self) -> Self {
        Self(self.0 & Self::WRITING.0)
    }
}

impl File {
    /// Reads from the position on into `len` bytes at `pointer`, and moves the position behind that. Returns the number of bytes.
    ///
    /// # Errors
    /// As for [`File::read_at`].
    #[inline(always)]
    pub fn read(&mut self, memory: &mut GuestMemory<impl Linear>, buffer: (u32, u32)) -> Result<usize> {
        let size = self.read_at(memory, self.position, buffer)?;
        self.position += size as u64;
        Ok(size)
    }

    /// Reads from byte `offset` on into `len` bytes at `pointer`. Returns the number of bytes.
    ///
    /// # Errors
    /// `Inval` for an offset that Linux has not, `Badf` if it is not for reading; as [`GuestMemory::slice_mut`], and as
    /// [`crate::FileSystem::read`].
    #[inline(always)]
    pub fn read_at(
        &self,
        memory: &mut GuestMemory<impl Linear>,
        offset: u64,
        (pointer, len): (u32, u32),
    ) -> Result<usize> {
        if !(self.mode.has(Mode::READ) && is_range(offset, len)) {
            memory.slice(pointer, len)?;
            return Err(refusal(self.mode.has(Mode::READ), offset));
        }
        memory.in_kernel(|memory| {
            let bytes = memory.slice_mut(pointer, len)?;
            self.handle.fs().read(self.handle.node(), offset, bytes)
        })
    }

    /// Writes `len` bytes at `pointer` to byte `offset` on, or to the end if it is open for appending. Returns the number of
    /// bytes.
    ///
    /// # Errors
    /// `Inval` for an offset that Linux has not, `Badf` if it is not for writing; as [`GuestMemory::slice`], and as
    /// [`crate::FileSystem::write`].
    pub fn write_at(
        &self,
        memory: &mut GuestMemory<impl Linear>,
        offset: u64,
        (pointer, len): (u32, u32),
    ) -> Result<usize> {
        if self.mode.has(Mode::APPEND) {
            return self.append(memory, (pointer, len), &mut 0);
        }
        if !(self.mode.has(Mode::WRITE) && is_range(offset, len)) {
            memory.slice(pointer, len)?;
            return Err(refusal(self.mode.has(Mode::WRITE), offset));
        }
        memory.in_kernel(|memory| {
            let bytes = memory.slice(pointer, len)?;
            self.handle.fs().write(self.handle.node(), offset, bytes)
        })
    }

    /// Writes `len` bytes at `pointer` to the position on, or to the end if it is open for appending, and moves the position
    /// behind that. Returns the number of bytes.
    ///
    /// # Errors
    /// As for [`File::write_at`].
    #[inline(always)]
    pub fn write(&mut self, memory: &mut GuestMemory<impl Linear>, buffer: (u32, u32)) -> Result<usize> {
        if self.mode.has(Mode::APPEND) {
            let mut end = self.position;
            let result = self.append(memory, buffer, &mut end);
            self.position = end;
            return result;
        }
        let size = self.write_at(memory, self.position, buffer)?;
        self.position += size as u64;
        Ok(size)
    }

    // What follows does the same for the usual file and for bytes that are at hand; it does nothing and returns `None` for
    // others. It is short, and whoever calls it goes on with the above.

    /// As [`File::read`].
    #[inline(always)]
    pub fn read_at_once(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        buffer: (u32, u32),
    ) -> Option<Result<u32>> {
        if !(self.mode.has(Mode::READ) && is_range(self.position, buffer.1)) {
            return None;
        }
        let result = memory.at_once(buffer, |bytes| {
            self.handle.fs().read(self.handle.node(), self.position, bytes).map(|size| size as u32)
        })?;
        Some(result.inspect(|size| self.position += u64::from(*size)))
    }

    /// As [`File::write`] for a file that is [`Mode::WRITE`] and nothing else that concerns writing.
    #[inline(always)]
    pub fn write_at_once(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        buffer: (u32, u32),
    ) -> Option<Result<u32>> {
        if !is_range(self.position, buffer.1) {
            return None;
        }
        let result = memory.at_once(buffer, |bytes| {
            self.handle.fs().write(self.handle.node(), self.position, bytes).map(|size| size as u32)
        })?;
        Some(result.inspect(|size| self.position += u64::from(*size)))
    }

    /// As [`File::write`] for a file that is [`Mode::APPENDED`].
    #[inline(always)]
    pub fn append_at_once(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        buffer: (u32, u32),
    ) -> Option<Result<u32>> {
        memory.at_once(buffer, |bytes| {
            let end = &mut self.position;
            self.handle.fs().append(self.handle.node(), bytes, end).map(|size| size as u32)
        })
    }

    /// As [`File::write`] for a file that is [`Mode::SINK`]. Its caller moves the position.
    #[inline(always)]
    pub fn discard(&self, memory: &GuestMemory<impl Linear>, (pointer, len): (u32, u32)) -> Option<u32> {
        let fits = is_range(self.position, len) && memory.slice(pointer, len).is_ok();
        fits.then_some(len)
    }

    /// Writes to the end, which is then put into `end`. Returns the number of bytes.
    #[inline(always)]
    fn append(
        &self,
        memory: &mut GuestMemory<impl Linear>,
        (pointer, len): (u32, u32),
        end: &mut u64,
    ) -> Result<usize> {
        if !self.mode.has(Mode::WRITE) {
            memory.slice(pointer, len)?;
            return Err(Errno::Badf);
        }
        memory.in_kernel(|memory| {
            let bytes = memory.slice(pointer, len)?;
            self.handle.fs().append(self.handle.node(), bytes, end)
        })
    }
}

/// Whether Linux has `len` bytes from `offset` on in a file.
#[inline(always)]
fn is_range(offset: u64, len: u32) -> bool {
    // Neither their first nor their end is above `i64::MAX`.
    (offset | offset.wrapping_add(len.into())) as i64 >= 0
}

/// Why pread(2) and pwrite(2) refuse, as they check.
fn refusal(permitted: bool, offset: u64) -> Errno {
    if offset > i64::MAX as u64 || permitted { Errno::Inval } else { Errno::Badf }
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

    /// What most descriptors are that are read and written: a file, if `fd` is one.
    #[inline(always)]
    pub fn usual(&mut self, fd: u32) -> Option<&mut File> {
        match self.slots.get_mut(fd as usize) {
            Some(Some(Descriptor::File(file))) => Some(file),
            _ => None,
        }
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
    #[inline(always)]
    pub fn insert(&mut self, descriptor: Descriptor) -> Result<u32> {
        let fd = match self.free.pop() {
            Some(fd) => fd,
            None => self.add_slot()?,
        };
        self.slots[fd as usize] = Some(descriptor);
        Ok(fd)
    }

    /// One empty slot more. Slots stay.
    #[inline(never)]
    fn add_slot(&mut self) -> Result<u32> {
        let len = self.slots.len();
        if len >= self.max {
            return Err(Errno::Mfile);
        }
        self.slots.try_reserve(1).map_err(|_| Errno::Nomem)?;
        // None is free now, and each may be free one day: then that is noted whatever memory there is.
        self.free.try_reserve(len + 1).map_err(|_| Errno::Nomem)?;
        self.slots.push(None);
        Ok(len as u32)
    }

    /// Closes `fd`.
    ///
    /// # Errors
    /// `Badf` if it is not open.
    #[inline(always)]
    pub fn close(&mut self, fd: u32) -> Result<()> {
        let slot = self.slots.get_mut(fd as usize).filter(|slot| slot.is_some()).ok_or(Errno::Badf)?;
        *slot = None;
        // There is room for every number; see `add_slot`.
        self.free.push(fd);
        Ok(())
    }

    /// Moves what `from` stands for to the open descriptor `to`, which is closed.
    ///
    /// # Errors
    /// `Badf` if either is not open.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<()> {
        self.get(to)?;
        self.get(from)?;
        if from != to {
            self.slots.swap(from as usize, to as usize);
            self.close(from)?;
        }
        Ok(())
    }
}
