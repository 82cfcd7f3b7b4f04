//! Clocks.

use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    types::{CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCKS},
};

impl<S: System> Process<S> {
    /// `clock_res_get`: smallest step of clock `id` in nanoseconds to `resolution`.
    ///
    /// # Errors
    /// `Badf` for a clock of processor time, which Wasmtime does not have either; `Inval`, `Fault`.
    pub fn clock_res_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        id: u32,
        resolution: u32,
    ) -> Result<()> {
        let nanoseconds = match id {
            CLOCK_REALTIME => self.system.realtime_resolution(),
            CLOCK_MONOTONIC => self.system.monotonic_resolution(),
            _ => return Err(no_clock(id)),
        };
        memory.store_u64(resolution, nanoseconds)
    }

    /// `clock_time_get`: time of clock `id` in nanoseconds to `time`; always as exact as it can be.
    ///
    /// # Errors
    /// As for `clock_res_get`.
    #[inline(always)]
    pub fn clock_time_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        id: u32,
        _precision: u64,
        time: u32,
    ) -> Result<()> {
        let nanoseconds = match id {
            CLOCK_REALTIME => self.system.realtime(),
            CLOCK_MONOTONIC => self.system.monotonic(),
            _ => return Err(no_clock(id)),
        };
        memory.store_u64(time, nanoseconds)
    }
}

#[cold]
fn no_clock(id: u32) -> Errno {
    if id < CLOCKS { Errno::Badf } else { Errno::Inval }
}
