//! The board as WASI needs it.

use crate::Result;

/// The two clocks.
pub trait Clock: Send + Sync {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    fn realtime(&self) -> u64;
    /// Nanoseconds since some moment before the first app started; never goes back.
    fn monotonic(&self) -> u64;
    /// Smallest step of [`Clock::realtime`] in nanoseconds, at least 1.
    fn realtime_resolution(&self) -> u64;
    /// Smallest step of [`Clock::monotonic`] in nanoseconds, at least 1.
    fn monotonic_resolution(&self) -> u64;
}

/// What a process needs of the kernel beyond files. Copied freely, so an implementation has no state of its own.
pub trait System: Clock + Copy + 'static {
    /// Fills `buffer` with random bytes that nobody can predict.
    ///
    /// # Errors
    /// `Io` if the source of randomness fails.
    fn random(&self, buffer: &mut [u8]) -> Result<()>;
    /// Lets other threads run.
    fn yield_now(&self);
    /// Gives the core away until [`Clock::monotonic`] has reached `deadline`.
    fn sleep_until(&self, deadline: u64);
}
