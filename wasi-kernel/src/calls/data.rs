//! data.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `fd_pread`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_pread(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        offset: u64,
        nread: u32,
    ) -> Result<()> {
        let _ = (memory, fd, iovs, iovs_len, offset, nread);
        Err(Errno::Nosys)
    }

    /// `fd_pwrite`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_pwrite(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        offset: u64,
        nwritten: u32,
    ) -> Result<()> {
        let _ = (memory, fd, iovs, iovs_len, offset, nwritten);
        Err(Errno::Nosys)
    }

    /// `fd_read`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_read(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        nread: u32,
    ) -> Result<()> {
        let _ = (memory, fd, iovs, iovs_len, nread);
        Err(Errno::Nosys)
    }

    /// `fd_seek`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_seek(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        offset: u64,
        whence: u32,
        new_offset: u32,
    ) -> Result<()> {
        let _ = (memory, fd, offset, whence, new_offset);
        Err(Errno::Nosys)
    }

    /// `fd_tell`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_tell(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        offset: u32,
    ) -> Result<()> {
        let _ = (memory, fd, offset);
        Err(Errno::Nosys)
    }

    /// `fd_write`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn fd_write(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        nwritten: u32,
    ) -> Result<()> {
        let _ = (memory, fd, iovs, iovs_len, nwritten);
        Err(Errno::Nosys)
    }
}
