//! arguments.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `args_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn args_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        argv: u32,
        argv_buf: u32,
    ) -> Result<()> {
        let _ = (memory, argv, argv_buf);
        Err(Errno::Nosys)
    }

    /// `args_sizes_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn args_sizes_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        count: u32,
        size: u32,
    ) -> Result<()> {
        let _ = (memory, count, size);
        Err(Errno::Nosys)
    }

    /// `environ_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn environ_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        environ: u32,
        environ_buf: u32,
    ) -> Result<()> {
        let _ = (memory, environ, environ_buf);
        Err(Errno::Nosys)
    }

    /// `environ_sizes_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn environ_sizes_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        count: u32,
        size: u32,
    ) -> Result<()> {
        let _ = (memory, count, size);
        Err(Errno::Nosys)
    }
}
