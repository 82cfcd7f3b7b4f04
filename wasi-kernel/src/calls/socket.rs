//! Sockets. No descriptor is one yet.

use super::flags;
use crate::{Errno, GuestMemory, Linear, Process, Result, System, types::FDFLAGS};

impl<S: System> Process<S> {
    /// `sock_accept`.
    ///
    /// # Errors
    /// `Notsock`; `Badf`, `Inval`.
    pub fn sock_accept(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        fdflags: u32,
        _accepted: u32,
    ) -> Result<()> {
        flags(fdflags, FDFLAGS)?;
        self.no_socket(fd)
    }

    /// `sock_recv`.
    ///
    /// # Errors
    /// `Notsock`; `Badf`, `Inval`.
    pub fn sock_recv(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        _data: u32,
        _data_len: u32,
        riflags: u32,
        _size: u32,
        _roflags: u32,
    ) -> Result<()> {
        const PEEK_AND_WAITALL: u32 = 3;
        flags(riflags, PEEK_AND_WAITALL)?;
        self.no_socket(fd)
    }

    /// `sock_send`.
    ///
    /// # Errors
    /// `Notsock`; `Badf`, `Inval` for a flag, of which there are none that mean anything but 16 bits of room.
    pub fn sock_send(
        &mut self,
        _: &mut GuestMemory<impl Linear>,
        fd: u32,
        _data: u32,
        _data_len: u32,
        siflags: u32,
        _size: u32,
    ) -> Result<()> {
        flags(siflags, 0xffff)?;
        self.no_socket(fd)
    }

    /// `sock_shutdown`.
    ///
    /// # Errors
    /// `Notsock`; `Badf`, `Inval`.
    pub fn sock_shutdown(&mut self, _: &mut GuestMemory<impl Linear>, fd: u32, how: u32) -> Result<()> {
        const READING_AND_WRITING: u32 = 3;
        flags(how, READING_AND_WRITING)?;
        self.no_socket(fd)
    }

    fn no_socket(&self, fd: u32) -> Result<()> {
        self.table.get(fd)?;
        Err(Errno::Notsock)
    }
}
