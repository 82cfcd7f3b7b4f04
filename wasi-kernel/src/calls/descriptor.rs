//! descriptor.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `fd_advise`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_advise(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        offset: u64,
        len: u64,
        advice: u32,
    ) -> Result<()> {
        let _ = (memory, fd, offset, len, advice);
        Err(Errno::Nosys)
    }

    /// `fd_allocate`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_allocate(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        offset: u64,
        len: u64,
    ) -> Result<()> {
        let _ = (memory, fd, offset, len);
        Err(Errno::Nosys)
    }

    /// `fd_close`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_close(&mut self, memory: &mut GuestMemory<'_, impl Residency>, fd: u32) -> Result<()> {
        let _ = (memory, fd);
        Err(Errno::Nosys)
    }

    /// `fd_datasync`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_datasync(&mut self, memory: &mut GuestMemory<'_, impl Residency>, fd: u32) -> Result<()> {
        let _ = (memory, fd);
        Err(Errno::Nosys)
    }

    /// `fd_fdstat_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_fdstat_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        stat: u32,
    ) -> Result<()> {
        let _ = (memory, fd, stat);
        Err(Errno::Nosys)
    }

    /// `fd_fdstat_set_flags`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_fdstat_set_flags(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        flags: u32,
    ) -> Result<()> {
        let _ = (memory, fd, flags);
        Err(Errno::Nosys)
    }

    /// `fd_fdstat_set_rights`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_fdstat_set_rights(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        base: u64,
        inheriting: u64,
    ) -> Result<()> {
        let _ = (memory, fd, base, inheriting);
        Err(Errno::Nosys)
    }

    /// `fd_filestat_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_filestat_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        stat: u32,
    ) -> Result<()> {
        let _ = (memory, fd, stat);
        Err(Errno::Nosys)
    }

    /// `fd_filestat_set_size`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_filestat_set_size(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        size: u64,
    ) -> Result<()> {
        let _ = (memory, fd, size);
        Err(Errno::Nosys)
    }

    /// `fd_filestat_set_times`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_filestat_set_times(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        accessed: u64,
        modified: u64,
        flags: u32,
    ) -> Result<()> {
        let _ = (memory, fd, accessed, modified, flags);
        Err(Errno::Nosys)
    }

    /// `fd_prestat_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_prestat_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        prestat: u32,
    ) -> Result<()> {
        let _ = (memory, fd, prestat);
        Err(Errno::Nosys)
    }

    /// `fd_prestat_dir_name`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_prestat_dir_name(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        path: u32,
        path_len: u32,
    ) -> Result<()> {
        let _ = (memory, fd, path, path_len);
        Err(Errno::Nosys)
    }

    /// `fd_renumber`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_renumber(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        from: u32,
        to: u32,
    ) -> Result<()> {
        let _ = (memory, from, to);
        Err(Errno::Nosys)
    }

    /// `fd_sync`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_sync(&mut self, memory: &mut GuestMemory<'_, impl Residency>, fd: u32) -> Result<()> {
        let _ = (memory, fd);
        Err(Errno::Nosys)
    }
}
