//! Opening by a path.

use super::flags;
use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    descriptor::{Descriptor, Directory, File, Mode},
    fs::{Access, Handle, Node},
    path::{End, Found, Walk},
    rights,
    types::{
        FDFLAGS, FDFLAGS_APPEND, FDFLAGS_DSYNC, FDFLAGS_NONBLOCK, FDFLAGS_RSYNC, FDFLAGS_SYNC, Kind,
        LOOKUP_SYMLINK_FOLLOW, OFLAGS, OFLAGS_CREAT, OFLAGS_DIRECTORY, OFLAGS_EXCL, OFLAGS_TRUNC,
    },
};

/// Times that opening starts over when the file at the path comes and goes under it.
const ATTEMPTS: usize = 8;

impl<S: System> Process<S> {
    /// `path_open`: opens what is at `path`, or makes a file there; the descriptor to `opened`.
    ///
    /// # Errors
    /// `Badf` for a `fd` that is not open or a stream, `Notdir` for a file; `Perm` for changes in a directory that may not be
    /// changed; `Exist`, `Isdir`, `Notdir`, `Loop` as the flags say; `Notsup` for the flags of durability; `Mfile`, `Inval`,
    /// `Ilseq`, `Fault`; as for [`Walk::follow`].
    pub fn path_open(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        lookup: u32,
        path: u32,
        path_len: u32,
        oflags: u32,
        base: u64,
        inheriting: u64,
        fdflags: u32,
        opened: u32,
    ) -> Result<()> {
        let lookup = flags(lookup, LOOKUP_SYMLINK_FOLLOW)?;
        let oflags = flags(oflags, OFLAGS)?;
        let (read, write) = rights::requested(base)?;
        rights::requested(inheriting)?;
        let fdflags = flags(fdflags, FDFLAGS)?;
        let path = memory.text(path, path_len)?;
        let directory = match self.table.get(fd)? {
            Descriptor::Directory(directory) => directory,
            Descriptor::File(_) => return Err(Errno::Notdir),
            Descriptor::Input(_) | Descriptor::Output(_) => return Err(Errno::Badf),
        };
        if fdflags & (FDFLAGS_DSYNC | FDFLAGS_RSYNC | FDFLAGS_SYNC) != 0 {
            return Err(Errno::Notsup);
        }
        let new = oflags & OFLAGS_CREAT != 0;
        let truncate = oflags & OFLAGS_TRUNC != 0;
        if oflags & OFLAGS_DIRECTORY != 0 && oflags & !OFLAGS_DIRECTORY != 0 {
            return Err(Errno::Inval);
        }
        // Making and emptying a file imply writing; what is not to be written can be read.
        let access = Access { read: read || !write, write: write || new || truncate, truncate };
        if access.write && !directory.writable {
            return Err(Errno::Perm);
        }
        let exclusive = new && oflags & OFLAGS_EXCL != 0;
        let end = match (lookup != 0 && !exclusive, new) {
            (true, false) => End::Followed,
            (false, false) => End::Itself,
            (true, true) => End::FollowedOrNew,
            (false, true) => End::ItselfOrNew,
        };
        let (node, kind) = open(&directory.handle, path, end, exclusive, access)?;
        let handle = Handle::new(directory.handle.fs().clone(), node);
        if oflags & OFLAGS_DIRECTORY != 0 && kind != Kind::Directory {
            return Err(Errno::Notdir);
        }
        let writable = directory.writable;
        let mode = Mode::default()
            .with(Mode::READ, access.read)
            .with(Mode::WRITE, access.write)
            .with(Mode::APPEND, fdflags & FDFLAGS_APPEND != 0)
            .with(Mode::DISCARD, kind == Kind::CharacterDevice && handle.fs().discards(node));
        let descriptor = match kind {
            Kind::Directory => Descriptor::Directory(Directory { handle, writable, preopen: None }),
            _ => Descriptor::File(File {
                handle,
                kind,
                position: 0,
                mode,
                writable,
                nonblocking: fdflags & FDFLAGS_NONBLOCK != 0,
            }),
        };
        let number = self.table.insert(descriptor)?;
        // Its number, just given, is open: closing does not fail.
        memory.store_u32(opened, number).inspect_err(|_| self.table.close(number).unwrap_or_default())
    }
}

/// Opens what is at `path` as openat(2) does, and returns it with one reference. It makes a file if `end` is the place for one,
/// and with `exclusive` does nothing else.
///
/// # Errors
/// `Exist`, `Isdir`, `Loop`; `Again` if the file comes and goes; as for [`Walk::follow`], and what the file system says.
#[inline(always)]
fn open(directory: &Handle, path: &str, end: End, exclusive: bool, access: Access) -> Result<(Node, Kind)> {
    for _ in 0..ATTEMPTS {
        let mut walk = Walk::new(directory);
        let found = walk.follow(path, end)?;
        if let Found::Nothing(name) = &found {
            match walk.fs().create(walk.directory(), name, access) {
                Ok(node) => return Ok((node, Kind::File)),
                // Somebody else has just made it.
                Err(Errno::Exist) if !exclusive => continue,
                Err(errno) => return Err(errno),
            }
        }
        let (node, kind) = walk.take(found)?;
        let opened = if exclusive {
            Err(Errno::Exist)
        } else if kind == Kind::Directory && access.write {
            Err(Errno::Isdir)
        } else if kind == Kind::Link {
            Err(Errno::Loop)
        } else {
            walk.fs().open(node, access)
        };
        match opened {
            Ok(()) => return Ok((node, kind)),
            Err(errno) => {
                walk.fs().release(node);
                return Err(errno);
            }
        }
    }
    Err(Errno::Again)
}
