//! socket.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `sock_accept`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn sock_accept(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        flags: u32,
        accepted: u32,
    ) -> Result<()> {
        let _ = (memory, fd, flags, accepted);
        Err(Errno::Nosys)
    }

    /// `sock_recv`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn sock_recv(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        data: u32,
        data_len: u32,
        flags: u32,
        size: u32,
        out_flags: u32,
    ) -> Result<()> {
        let _ = (memory, fd, data, data_len, flags, size, out_flags);
        Err(Errno::Nosys)
    }

    /// `sock_send`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn sock_send(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        data: u32,
        data_len: u32,
        flags: u32,
        size: u32,
    ) -> Result<()> {
        let _ = (memory, fd, data, data_len, flags, size);
        Err(Errno::Nosys)
    }

    /// `sock_shutdown`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn sock_shutdown(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        fd: u32,
        how: u32,
    ) -> Result<()> {
        let _ = (memory, fd, how);
        Err(Errno::Nosys)
    }
}
