//! clocks.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `clock_res_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn clock_res_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        id: u32,
        resolution: u32,
    ) -> Result<()> {
        let _ = (memory, id, resolution);
        Err(Errno::Nosys)
    }

    /// `clock_time_get`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn clock_time_get(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        id: u32,
        precision: u64,
        time: u32,
    ) -> Result<()> {
        let _ = (memory, id, precision, time);
        Err(Errno::Nosys)
    }
}
