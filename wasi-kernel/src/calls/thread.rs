//! The thread itself: ending, yielding, random numbers.

use crate::{Errno, Exit, GuestMemory, Linear, Process, Result, System};

impl<S: System> Process<S> {
    /// `proc_exit`: how the app ends. It makes no further call.
    pub fn proc_exit(&self, status: u32) -> Exit {
        match u8::try_from(status) {
            Ok(status) if status < 126 => Exit::Status(status),
            _ => Exit::Invalid(status),
        }
    }

    /// `proc_raise`: there are no signals.
    ///
    /// # Errors
    /// `Notsup`; `Inval` for a number that is no signal.
    pub fn proc_raise(&mut self, _: &mut GuestMemory<impl Linear>, signal: u32) -> Result<()> {
        const SIGNALS: u32 = 31;
        Err(if signal < SIGNALS { Errno::Notsup } else { Errno::Inval })
    }

    /// `sched_yield`.
    ///
    /// # Errors
    /// None.
    #[inline(always)]
    pub fn sched_yield(&mut self, _: &mut GuestMemory<impl Linear>) -> Result<()> {
        self.system.yield_now();
        Ok(())
    }

    /// `random_get`.
    ///
    /// # Errors
    /// `Fault`; what [`System::random`] says.
    pub fn random_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        buf: u32,
        buf_len: u32,
    ) -> Result<()> {
        // As under Wasmtime: where no byte goes, every address is right.
        if buf_len == 0 {
            return Ok(());
        }
        self.system.random(memory.slice_mut(buf, buf_len)?)
    }
}
