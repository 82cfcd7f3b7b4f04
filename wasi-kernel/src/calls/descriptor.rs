//! Descriptors as such.

use super::flags;
use crate::{
    Errno, GuestMemory, Linear, Process, Result, Stream, System,
    descriptor::{Descriptor, Directory, Mode},
    rights,
    types::{FDFLAGS, FDFLAGS_APPEND, FDFLAGS_DSYNC, FDFLAGS_NONBLOCK, FDFLAGS_RSYNC, FDFLAGS_SYNC, Kind},
};

impl<S: System> Process<S> {
    /// `fd_advise`: how a file will be used. Nothing here reads ahead or keeps pages, so it is only checked.
    ///
    /// # Errors
    /// `Badf` for what is no file; `Inval` for a negative length or an unknown `advice`.
    pub fn fd_advise(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        _offset: u64,
        len: u64,
        advice: u32,
    ) -> Result<()> {
        const ADVICES: u32 = 6;
        if advice >= ADVICES {
            return Err(Errno::Inval);
        }
        self.table.file(fd)?;
        if len > i64::MAX as u64 { Err(Errno::Inval) } else { Ok(()) }
    }

    /// `fd_allocate`.
    ///
    /// # Errors
    /// `Notsup`, as under Wasmtime, which does not have it since Linux alone can do it; `Badf` for what is no file.
    pub fn fd_allocate(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        _offset: u64,
        _len: u64,
    ) -> Result<()> {
        self.table.file(fd)?;
        Err(Errno::Notsup)
    }

    /// `fd_close`.
    ///
    /// # Errors
    /// `Badf`.
    pub fn fd_close(&mut self, _: &mut GuestMemory<impl Linear>, fd: u32) -> Result<()> {
        self.table.close(fd)
    }

    /// `fd_datasync`: returns when the file's data survives a power cut.
    ///
    /// # Errors
    /// `Badf` for what is no file; what the file system says.
    pub fn fd_datasync(&mut self, _: &mut GuestMemory<impl Linear>, fd: u32) -> Result<()> {
        let handle = &self.table.file(fd)?.handle;
        handle.fs().sync(handle.node(), true)
    }

    /// `fd_sync`: returns when the file's data and attributes survive a power cut.
    ///
    /// # Errors
    /// As for `fd_datasync`.
    pub fn fd_sync(&mut self, _: &mut GuestMemory<impl Linear>, fd: u32) -> Result<()> {
        let handle = &self.table.file(fd)?.handle;
        handle.fs().sync(handle.node(), false)
    }

    /// `fd_fdstat_get`: kind, flags and rights to `stat`.
    ///
    /// # Errors
    /// `Badf`, `Fault`.
    pub fn fd_fdstat_get(&mut self, memory: &mut GuestMemory<impl Linear>, fd: u32, stat: u32) -> Result<()> {
        let (kind, flags, (base, inheriting)) = match self.table.get(fd)? {
            Descriptor::Input(stream) => {
                (stream_kind(&***stream), stream_flags(&***stream), (rights::INPUT, rights::INPUT))
            }
            Descriptor::Output(stream) => {
                (stream_kind(&***stream), stream_flags(&***stream), (rights::OUTPUT, rights::OUTPUT))
            }
            Descriptor::Directory(Directory { preopen: Some(_), .. }) => {
                (Kind::Directory, 0, rights::PREOPEN)
            }
            Descriptor::Directory(_) => (Kind::Directory, 0, (rights::DIRECTORY, rights::DIRECTORY)),
            Descriptor::File(file) => {
                let append = if file.mode.has(Mode::APPEND) { FDFLAGS_APPEND } else { 0 };
                let nonblocking = if file.nonblocking { FDFLAGS_NONBLOCK } else { 0 };
                let rights = rights::file(file.mode.has(Mode::READ), file.mode.has(Mode::WRITE));
                (file.kind, append | nonblocking, (rights, rights))
            }
        };
        let mut record = [0; 24];
        record[0] = kind as u8;
        record[2..4].copy_from_slice(&(flags as u16).to_le_bytes());
        record[8..16].copy_from_slice(&base.to_le_bytes());
        record[16..].copy_from_slice(&inheriting.to_le_bytes());
        memory.store(stat, 8, &record)
    }

    /// `fd_fdstat_set_flags`: appending and not waiting, on or off.
    ///
    /// # Errors
    /// `Inval` for the flags of durability, and for appending to a pipe; `Badf` for what is neither file nor pipe.
    pub fn fd_fdstat_set_flags(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        value: u32,
    ) -> Result<()> {
        let value = flags(value, FDFLAGS)?;
        if let Descriptor::Input(stream) | Descriptor::Output(stream) = self.table.get(fd)? {
            stream.set_nonblocking(value & FDFLAGS_NONBLOCK != 0)?;
            return if value & !FDFLAGS_NONBLOCK == 0 { Ok(()) } else { Err(Errno::Inval) };
        }
        let file = self.table.file(fd)?;
        if value & (FDFLAGS_DSYNC | FDFLAGS_RSYNC | FDFLAGS_SYNC) != 0 {
            return Err(Errno::Inval);
        }
        file.mode = file.mode.with(Mode::APPEND, value & FDFLAGS_APPEND != 0);
        file.nonblocking = value & FDFLAGS_NONBLOCK != 0;
        Ok(())
    }

    /// `fd_fdstat_set_rights`.
    ///
    /// # Errors
    /// `Notsup`, as under Wasmtime; `Badf` for what was not opened by a path; `Inval`.
    pub fn fd_fdstat_set_rights(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        base: u64,
        inheriting: u64,
    ) -> Result<()> {
        rights::requested(base)?;
        rights::requested(inheriting)?;
        self.table.node(fd)?;
        Err(Errno::Notsup)
    }

    /// `fd_prestat_get`: length of the path of a directory that was open from the start to `prestat`.
    ///
    /// # Errors
    /// `Badf` for anything else; `Fault`.
    pub fn fd_prestat_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        prestat: u32,
    ) -> Result<()> {
        match self.table.get(fd)? {
            Descriptor::Directory(Directory { preopen: Some(path), .. }) => {
                let mut record = [0; 8];
                record[4..].copy_from_slice(&(path.len() as u32).to_le_bytes());
                memory.store(prestat, 4, &record)
            }
            _ => Err(Errno::Badf),
        }
    }

    /// `fd_prestat_dir_name`: path of a directory that was open from the start to `path`.
    ///
    /// # Errors
    /// `Nametoolong` if it is longer than `path_len`; `Notdir` for any other descriptor; `Badf`, `Fault`.
    pub fn fd_prestat_dir_name(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        match self.table.get(fd)? {
            Descriptor::Directory(Directory { preopen: Some(name), .. }) => {
                if name.len() > path_len as usize {
                    return Err(Errno::Nametoolong);
                }
                memory.slice_mut(path, name.len() as u32)?.copy_from_slice(name.as_bytes());
                Ok(())
            }
            _ => Err(Errno::Notdir),
        }
    }

    /// `fd_renumber`: `to`, which is open, is closed and becomes what `from` was.
    ///
    /// # Errors
    /// `Badf`.
    pub fn fd_renumber(&mut self, _: &mut GuestMemory<impl Linear>, from: u32, to: u32) -> Result<()> {
        self.table.renumber(from, to)
    }
}

fn stream_flags(stream: &dyn Stream) -> u32 {
    if stream.is_nonblocking() { FDFLAGS_NONBLOCK } else { 0 }
}

/// What a standard stream is, as Wasmtime tells it: isatty(3) in programs looks at this.
pub(super) fn stream_kind(stream: &dyn Stream) -> Kind {
    if stream.is_terminal() { Kind::CharacterDevice } else { Kind::Unknown }
}
