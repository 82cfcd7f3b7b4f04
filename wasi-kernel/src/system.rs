//! The board as WASI needs it.

use crate::Result;

/// The two clocks.
pub trait Clock: Send + Sync {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    fn realtime(&self) -> u64;
    /// This moment, as [`Clock::time_of`] knows it: above 1, and at less cost than its time.
    #[inline(always)]
    fn stamp(&self) -> u64 {
        self.realtime().max(2)
    }
    /// Nanoseconds since 1970 at the moment `stamp`.
    #[inline(always)]
    fn time_of(&self, stamp: u64) -> u64 {
        stamp
    }
    /// Nanoseconds since some moment before the first app started; never goes back.
    fn monotonic(&self) -> u64;
    /// Smallest step of [`Clock::realtime`] in nanoseconds, at least 1.
    fn realtime_resolution(&self) -> u64;
    /// Smallest step of [`Clock::monotonic`] in nanoseconds, at least 1.
    fn monotonic_resolution(&self) -> u64;
}

/// What a process needs of the kernel beyond files. Copied freely, so an implementation has no state of its own.
pub trait System: Clock + Copy + 'static {
    /// How threads learn that what they wait for may have happened.
    type Queue: WaitQueue + 'static;

    /// Fills `buffer` with random bytes that nobody can predict.
    ///
    /// # Errors
    /// `Io` if the source of randomness fails.
    fn random(&self, buffer: &mut [u8]) -> Result<()>;
    /// Lets other threads run.
    fn yield_now(&self);
    /// Gives the core away until a queue that the thread is in is notified, or was since its last wait, or until
    /// [`Clock::monotonic`] has reached `deadline`. It may return sooner: the caller looks and waits again.
    fn wait(&self, deadline: Option<u64>);

    /// Gives the core away until [`Clock::monotonic`] has reached `deadline`.
    fn sleep_until(&self, deadline: u64) {
        while self.monotonic() < deadline {
            self.wait(Some(deadline));
        }
    }
}

/// Threads that wait for the same thing.
pub trait WaitQueue: Default + Send + Sync {
    /// Has the running thread in the queue during `work`.
    fn enter<T>(&self, work: impl FnOnce() -> T) -> T;
    /// Ends the [`System::wait`] of every thread in the queue, or its next one.
    fn notify(&self);
}
