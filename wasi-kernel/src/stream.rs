//! Standard input, output and error.

use crate::{Errno, Result};

/// A stream of bytes without a position. Its methods may give the core away; the caller holds no lock.
pub trait Stream: Send + Sync {
    /// Reads at least one byte, waiting for it if there is none yet. 0 is the end of the stream; `buffer` is not empty.
    ///
    /// # Errors
    /// `Badf` if it is not for reading, `Io` if the device fails.
    fn read(&self, buffer: &mut [u8]) -> Result<usize>;

    /// Writes all of `bytes`, waiting for room if need be, and returns how many were taken: fewer only if an error
    /// came after them.
    ///
    /// # Errors
    /// `Badf` if it is not for writing, `Pipe` if nobody will ever read it, `Io` if the device fails.
    fn write(&self, bytes: &[u8]) -> Result<usize>;

    /// Waits until [`Stream::read`] would not wait (there are bytes, or the stream has ended), or until the monotonic
    /// clock has reached `deadline` nanoseconds; for ever if that is `None`. True if it is readable.
    ///
    /// # Errors
    /// As for [`Stream::read`].
    fn wait_readable(&self, deadline: Option<u64>) -> Result<bool>;

    /// Waits until a [`Stream::write`] of up to [`crate::pipe::ATOMIC`] bytes would not wait, or until `deadline`, as above.
    /// True if it is so.
    ///
    /// # Errors
    /// As for [`Stream::write`].
    fn wait_writable(&self, _deadline: Option<u64>) -> Result<bool> {
        Ok(true)
    }

    /// Calls `work`, in which every change of what the two waits above tell ends a [`crate::System::wait`]: so a thread
    /// waits for several streams. The host's streams are never beside others that wait, and tell nothing.
    fn watch(&self, work: &mut dyn FnMut()) {
        work();
    }

    /// Makes reads and writes that would wait fail with `Again`, or wait once more.
    ///
    /// # Errors
    /// `Badf` for a stream that always waits; the standard streams do under Wasmtime.
    fn set_nonblocking(&self, _on: bool) -> Result<()> {
        Err(Errno::Badf)
    }

    /// What [`Stream::set_nonblocking`] has set.
    fn is_nonblocking(&self) -> bool {
        false
    }

    /// Whether a person sits at the other end.
    fn is_terminal(&self) -> bool {
        false
    }
}

/// A stream with nothing in it that swallows what is written, as `/dev/null`.
#[derive(Debug, Clone, Copy)]
pub struct Null;

impl Stream for Null {
    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        Ok(bytes.len())
    }

    fn wait_readable(&self, _: Option<u64>) -> Result<bool> {
        Ok(true)
    }
}

/// A stream that is closed at the other end: for an app's standard descriptor that the manifest connects to nothing.
#[derive(Debug, Clone, Copy)]
pub struct Closed;

impl Stream for Closed {
    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn write(&self, _: &[u8]) -> Result<usize> {
        Err(Errno::Pipe)
    }

    fn wait_readable(&self, _: Option<u64>) -> Result<bool> {
        Ok(true)
    }
}
