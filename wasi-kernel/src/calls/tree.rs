//! Making, moving and removing names.

use super::flags;
use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    descriptor::Directory,
    path::{PATH_MAX, Walk, without_nul},
    types::LOOKUP_SYMLINK_FOLLOW,
};
use alloc::sync::Arc;

impl<S: System> Process<S> {
    /// `path_create_directory`: makes an empty directory.
    ///
    /// # Errors
    /// `Badf` for what is no directory; `Perm` in one that may not be changed; `Exist`, `Ilseq`, `Fault`; as for
    /// [`Walk::parent`].
    pub fn path_create_directory(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let directory = self.table.directory(fd)?;
        let path = memory.text(path, path_len)?;
        changeable(directory)?;
        let mut walk = Walk::new(&directory.handle);
        let name = walk.parent(without_slashes(path))?.ok_or(Errno::Exist)?;
        walk.fs().make_directory(walk.directory(), without_nul(name)?)
    }

    /// `path_remove_directory`: removes an empty directory.
    ///
    /// # Errors
    /// As for `path_create_directory`, with `Notempty`, `Notdir`; `Inval` for a path that ends in a slash or in dots.
    pub fn path_remove_directory(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let directory = self.table.directory(fd)?;
        let path = memory.text(path, path_len)?;
        changeable(directory)?;
        let mut walk = Walk::new(&directory.handle);
        let name = walk.parent(path)?.ok_or(Errno::Inval)?;
        walk.fs().remove_directory(walk.directory(), without_nul(name)?)
    }

    /// `path_unlink_file`: removes a name that is not a directory's.
    ///
    /// # Errors
    /// As for `path_create_directory`, with `Isdir`.
    pub fn path_unlink_file(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let directory = self.table.directory(fd)?;
        let path = memory.text(path, path_len)?;
        changeable(directory)?;
        let mut walk = Walk::new(&directory.handle);
        let name = walk.parent(path)?.ok_or(Errno::Isdir)?;
        walk.fs().unlink(walk.directory(), without_nul(name)?)
    }

    /// `path_symlink`: makes a symbolic link with the text `old_path`, which need not lead anywhere.
    ///
    /// # Errors
    /// As for `path_create_directory`; `Perm` for an absolute `old_path`, `Noent` for an empty one, `Nametoolong`.
    pub fn path_symlink(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        old_path: u32,
        old_path_len: u32,
        fd: u32,
        new_path: u32,
        new_path_len: u32,
    ) -> Result<()> {
        let directory = self.table.directory(fd)?;
        let text = memory.text(old_path, old_path_len)?;
        let path = memory.text(new_path, new_path_len)?;
        changeable(directory)?;
        if text.starts_with('/') {
            return Err(Errno::Perm);
        }
        let mut walk = Walk::new(&directory.handle);
        let name = walk.parent(path)?;
        without_nul(text)?;
        name.map_or(Ok(""), without_nul)?;
        if text.is_empty() {
            return Err(Errno::Noent);
        }
        if text.len() >= PATH_MAX {
            return Err(Errno::Nametoolong);
        }
        walk.fs().make_link(walk.directory(), name.ok_or(Errno::Exist)?, text)
    }

    /// `path_link`: gives the file or symbolic link at `old_path` a second name.
    ///
    /// # Errors
    /// As for `path_create_directory`; `Inval` if a link is to be followed; `Perm` for a directory, `Xdev` for another file
    /// system.
    pub fn path_link(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        old_fd: u32,
        lookup: u32,
        old_path: u32,
        old_path_len: u32,
        new_fd: u32,
        new_path: u32,
        new_path_len: u32,
    ) -> Result<()> {
        let lookup = flags(lookup, LOOKUP_SYMLINK_FOLLOW)?;
        let (old, new) = (self.table.directory(old_fd)?, self.table.directory(new_fd)?);
        let old_path = memory.text(old_path, old_path_len)?;
        let new_path = memory.text(new_path, new_path_len)?;
        changeable(old)?;
        changeable(new)?;
        if lookup != 0 {
            return Err(Errno::Inval);
        }
        let (mut from, mut to) = (Walk::new(&old.handle), Walk::new(&new.handle));
        let (old_name, new_name) = (from.parent(old_path)?, to.parent(new_path)?);
        old_name.map_or(Ok(""), without_nul)?;
        new_name.map_or(Ok(""), without_nul)?;
        match (old_name, new_name) {
            (Some(old_name), Some(new_name)) => {
                same_file_system(&from, &to)?;
                from.fs().link((from.directory(), old_name), (to.directory(), new_name))
            }
            (Some(old_name), None) => Err(if exists(&from, old_name)? { Errno::Exist } else { Errno::Noent }),
            (None, Some(new_name)) => Err(if exists(&to, new_name)? { Errno::Exist } else { Errno::Perm }),
            (None, None) => Err(Errno::Exist),
        }
    }

    /// `path_rename`: moves the name `old_path` to `new_path`, replacing what is there.
    ///
    /// # Errors
    /// As for `path_create_directory`; `Isdir`, `Notdir`, `Notempty` if the one cannot replace the other; `Inval` for a
    /// directory into itself; `Busy` for a path that ends in dots; `Xdev` for another file system.
    pub fn path_rename(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        old_path: u32,
        old_path_len: u32,
        new_fd: u32,
        new_path: u32,
        new_path_len: u32,
    ) -> Result<()> {
        let (old, new) = (self.table.directory(fd)?, self.table.directory(new_fd)?);
        let old_path = memory.text(old_path, old_path_len)?;
        let new_path = memory.text(new_path, new_path_len)?;
        changeable(old)?;
        changeable(new)?;
        let must_be_directory = old_path.ends_with('/') || new_path.ends_with('/');
        let (mut from, mut to) = (Walk::new(&old.handle), Walk::new(&new.handle));
        let old_name = from.parent(without_slashes(old_path))?;
        let new_name = to.parent(without_slashes(new_path))?;
        old_name.map_or(Ok(""), without_nul)?;
        new_name.map_or(Ok(""), without_nul)?;
        same_file_system(&from, &to)?;
        let (old_name, new_name) = old_name.zip(new_name).ok_or(Errno::Busy)?;
        from.fs().rename((from.directory(), old_name), (to.directory(), new_name), must_be_directory)
    }
}

fn changeable(directory: &Directory) -> Result<()> {
    if directory.writable { Ok(()) } else { Err(Errno::Perm) }
}

/// Whether the directory that `walk` is in has a `name`.
fn exists(walk: &Walk<'_>, name: &str) -> Result<bool> {
    match walk.fs().lookup(walk.directory(), name) {
        Ok((node, _)) => {
            walk.fs().release(node);
            Ok(true)
        }
        Err(Errno::Noent) => Ok(false),
        Err(errno) => Err(errno),
    }
}

fn same_file_system(one: &Walk<'_>, other: &Walk<'_>) -> Result<()> {
    if Arc::ptr_eq(one.fs(), other.fs()) { Ok(()) } else { Err(Errno::Xdev) }
}

/// `path` without the slashes at its end, which only say that a directory is meant; a path of slashes alone keeps one.
fn without_slashes(path: &str) -> &str {
    let bare = path.trim_end_matches('/');
    if bare.is_empty() { &path[..path.len().min(1)] } else { bare }
}
