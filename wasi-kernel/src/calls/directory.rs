//! directory.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `fd_readdir`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_readdir(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        buf: u32,
        buf_len: u32,
        cookie: u64,
        used: u32,
    ) -> Result<()> {
        let _ = (memory, fd, buf, buf_len, cookie, used);
        Err(Errno::Nosys)
    }

    /// `path_create_directory`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_create_directory(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let _ = (memory, fd, path, path_len);
        Err(Errno::Nosys)
    }

    /// `path_filestat_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_filestat_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        lookup: u32,
        path: u32,
        path_len: u32,
        stat: u32,
    ) -> Result<()> {
        let _ = (memory, fd, lookup, path, path_len, stat);
        Err(Errno::Nosys)
    }

    /// `path_filestat_set_times`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_filestat_set_times(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        lookup: u32,
        path: u32,
        path_len: u32,
        accessed: u64,
        modified: u64,
        flags: u32,
    ) -> Result<()> {
        let _ = (memory, fd, lookup, path, path_len, accessed, modified, flags);
        Err(Errno::Nosys)
    }

    /// `path_link`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_link(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        old_fd: u32,
        lookup: u32,
        old_path: u32,
        old_path_len: u32,
        new_fd: u32,
        new_path: u32,
        new_path_len: u32,
    ) -> Result<()> {
        let _ = (memory, old_fd, lookup, old_path, old_path_len, new_fd, new_path, new_path_len);
        Err(Errno::Nosys)
    }

    /// `path_open`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_open(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
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
        let _ = (memory, fd, lookup, path, path_len, oflags, base, inheriting, fdflags, opened);
        Err(Errno::Nosys)
    }

    /// `path_readlink`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_readlink(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        path: u32,
        path_len: u32,
        buf: u32,
        buf_len: u32,
        used: u32,
    ) -> Result<()> {
        let _ = (memory, fd, path, path_len, buf, buf_len, used);
        Err(Errno::Nosys)
    }

    /// `path_remove_directory`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_remove_directory(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let _ = (memory, fd, path, path_len);
        Err(Errno::Nosys)
    }

    /// `path_rename`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_rename(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        old_path: u32,
        old_path_len: u32,
        new_fd: u32,
        new_path: u32,
        new_path_len: u32,
    ) -> Result<()> {
        let _ = (memory, fd, old_path, old_path_len, new_fd, new_path, new_path_len);
        Err(Errno::Nosys)
    }

    /// `path_symlink`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_symlink(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        old_path: u32,
        old_path_len: u32,
        fd: u32,
        new_path: u32,
        new_path_len: u32,
    ) -> Result<()> {
        let _ = (memory, old_path, old_path_len, fd, new_path, new_path_len);
        Err(Errno::Nosys)
    }

    /// `path_unlink_file`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn path_unlink_file(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let _ = (memory, fd, path, path_len);
        Err(Errno::Nosys)
    }
}
