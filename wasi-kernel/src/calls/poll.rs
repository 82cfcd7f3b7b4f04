//! poll.

use crate::{Errno, GuestMemory, Process, Residency, Result, System};

impl<S: System> Process<S> {
    /// `poll_oneoff`.
    ///
    /// # Errors
    /// `Nosys`.
    pub fn poll_oneoff(
        &mut self,
        memory: &mut GuestMemory<'_, impl Residency>,
        subscriptions: u32,
        events: u32,
        count: u32,
        happened: u32,
    ) -> Result<()> {
        let _ = (memory, subscriptions, events, count, happened);
        Err(Errno::Nosys)
    }
}
