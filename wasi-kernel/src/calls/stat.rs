//! Attributes of files.

use super::{descriptor::stream_kind, flags};
use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    descriptor::{Descriptor, Directory, Mode},
    fs::{Handle, Node, SetTime, Stat},
    path::{End, Found, Walk, without_nul},
    types::{
        FSTFLAGS, FSTFLAGS_ATIM, FSTFLAGS_ATIM_NOW, FSTFLAGS_MTIM, FSTFLAGS_MTIM_NOW, LOOKUP_SYMLINK_FOLLOW,
    },
};

use core::hint::cold_path;

impl<S: System> Process<S> {
    /// `fd_filestat_get`: attributes to `stat`.
    ///
    /// # Errors
    /// `Badf`, `Fault`; what the file system says.
    #[inline(always)]
    pub fn fd_filestat_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        stat: u32,
    ) -> Result<()> {
        let handle = if let Some(file) = self.table.usual(fd) {
            &file.handle
        } else {
            cold_path();
            match self.table.get(fd)? {
                Descriptor::File(file) => &file.handle,
                Descriptor::Directory(directory) => &directory.handle,
                Descriptor::Input(stream) | Descriptor::Output(stream) => {
                    let mut record = [0; 64];
                    record[16] = stream_kind(&***stream) as u8;
                    return memory.store(stat, 8, &record);
                }
            }
        };
        let attributes = memory.in_kernel(|_| handle.fs().stat(handle.node()))?;
        memory.store(stat, 8, &record(&attributes))
    }

    /// `fd_filestat_set_size`: cuts a file off at `size` bytes, or lengthens it by zeros.
    ///
    /// # Errors
    /// `Badf` for what is no file; `Perm` in a directory that may not be changed; `Inval` for a file that is not open for
    /// writing and for a size above `i64::MAX`; what the file system says.
    pub fn fd_filestat_set_size(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        size: u64,
    ) -> Result<()> {
        let file = self.table.file(fd)?;
        if !file.writable {
            return Err(Errno::Perm);
        }
        if size > i64::MAX as u64 || !file.mode.has(Mode::WRITE) {
            return Err(Errno::Inval);
        }
        file.handle.fs().set_size(file.handle.node(), size)
    }

    /// `fd_filestat_set_times`: sets the times that `set` names.
    ///
    /// # Errors
    /// `Inval` if a time is to be set twice; `Badf` for a stream and for a preopened directory; `Perm` in a directory that may not be changed.
    pub fn fd_filestat_set_times(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        accessed: u64,
        modified: u64,
        set: u32,
    ) -> Result<()> {
        let (accessed, modified) = times(accessed, modified, set)?;
        let (handle, writable) = self.table.node(fd)?;
        if !writable {
            return Err(Errno::Perm);
        }
        if (accessed, modified) == (SetTime::Keep, SetTime::Keep) {
            return Ok(());
        }
        // Wasmtime holds a preopened directory by a descriptor that is only for looking up names in it (O_PATH).
        if let Descriptor::Directory(Directory { preopen: Some(_), .. }) = self.table.get(fd)? {
            return Err(Errno::Badf);
        }
        handle.fs().set_times(handle.node(), accessed, modified)
    }

    /// `path_filestat_get`: attributes of what is at `path` to `stat`.
    ///
    /// # Errors
    /// `Badf` for what is no directory; `Inval`, `Ilseq`, `Fault`; as for [`Walk::follow`].
    pub fn path_filestat_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        lookup: u32,
        path: u32,
        path_len: u32,
        stat: u32,
    ) -> Result<()> {
        let lookup = flags(lookup, LOOKUP_SYMLINK_FOLLOW)?;
        let directory = &self.table.directory(fd)?.handle;
        let path = memory.text(path, path_len)?;
        let (path, end) = match lookup {
            0 => (only_name(path).unwrap_or(path), End::Itself),
            _ => (path, End::Followed),
        };
        let attributes = at(directory, path, end, |walk, node| walk.fs().stat(node))?;
        memory.store(stat, 8, &record(&attributes))
    }

    /// `path_filestat_set_times`: sets the times that `set` names of what is at `path`.
    ///
    /// # Errors
    /// As for `path_filestat_get`; `Inval` if a time is to be set twice; `Perm` in a directory that may not be changed.
    pub fn path_filestat_set_times(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        lookup: u32,
        path: u32,
        path_len: u32,
        accessed: u64,
        modified: u64,
        set: u32,
    ) -> Result<()> {
        let lookup = flags(lookup, LOOKUP_SYMLINK_FOLLOW)?;
        let (accessed, modified) = times(accessed, modified, set)?;
        let directory = self.table.directory(fd)?;
        let path = memory.text(path, path_len)?;
        if !directory.writable {
            return Err(Errno::Perm);
        }
        if lookup != 0 {
            return at(&directory.handle, path, End::Followed, |walk, node| {
                walk.fs().set_times(node, accessed, modified)
            });
        }
        let mut walk = Walk::new(&directory.handle);
        let name = walk.parent(path)?.map(without_nul).transpose()?;
        if (accessed, modified) == (SetTime::Keep, SetTime::Keep) {
            // utimensat(2) does not even look at the name then.
            return Ok(());
        }
        let Some(name) = name else { return walk.fs().set_times(walk.directory(), accessed, modified) };
        let (node, _) = walk.fs().lookup(walk.directory(), name)?;
        let result = walk.fs().set_times(node, accessed, modified);
        walk.fs().release(node);
        result
    }
}

/// What `work` makes of the node at `path`.
fn at<R>(
    directory: &Handle,
    path: &str,
    end: End,
    work: impl FnOnce(&Walk<'_>, Node) -> Result<R>,
) -> Result<R> {
    let mut walk = Walk::new(directory);
    match walk.follow(path, end)? {
        Found::Directory => work(&walk, walk.directory()),
        Found::Node(node, _) => {
            let result = work(&walk, node);
            walk.fs().release(node);
            result
        }
        Found::Nothing(_) => Err(Errno::Noent),
    }
}

/// The name in a path that is just one name, whatever slashes and dots are behind it: if no link is to be followed,
/// Wasmtime looks at that name alone, so that `file/` is the file and `link/` the link.
fn only_name(path: &str) -> Option<&str> {
    let (name, rest) = path.split_at(path.find('/')?);
    let only_dots = rest.split('/').all(|part| matches!(part, "" | "."));
    (only_dots && !matches!(name, "" | "." | "..")).then_some(name)
}

/// The `$filestat` record. As under Wasmtime, all is on device 1, and `ctim` is the time of creation.
fn record(stat: &Stat) -> [u8; 64] {
    let values =
        [1, stat.inode, stat.kind as u64, stat.links, stat.size, stat.accessed, stat.modified, stat.created];
    let mut record = [0; 64];
    for (field, value) in record.chunks_exact_mut(8).zip(values) {
        field.copy_from_slice(&value.to_le_bytes());
    }
    record
}

/// What `$fstflags` say about the two times.
fn times(accessed: u64, modified: u64, set: u32) -> Result<(SetTime, SetTime)> {
    let set = flags(set, FSTFLAGS)?;
    let time = |to, to_flag, now_flag| match (set & to_flag != 0, set & now_flag != 0) {
        (true, true) => Err(Errno::Inval),
        (true, false) => Ok(SetTime::To(to)),
        (false, true) => Ok(SetTime::Now),
        (false, false) => Ok(SetTime::Keep),
    };
    Ok((time(accessed, FSTFLAGS_ATIM, FSTFLAGS_ATIM_NOW)?, time(modified, FSTFLAGS_MTIM, FSTFLAGS_MTIM_NOW)?))
}
