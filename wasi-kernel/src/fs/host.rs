//! Directories and streams of the host, over the host protocol ([`sinter_abi::host`]).

use sinter_abi::host::Header;

/// The pipe pair to the host.
pub trait Transport: Send + Sync {
    /// Sends the bytes of `request` (one message with its payload, and [`sinter_abi::host::Op::Release`] messages before
    /// it), then receives the reply: its header, and its payload into the front of `payload`, which is as large as the
    /// request allows. One call at a time: another thread's waits.
    ///
    /// The kernel panics if the pipe breaks or the reply is malformed: there is nobody left to tell.
    fn call(&self, request: &[&[u8]], payload: &mut [u8]) -> Header;
}
