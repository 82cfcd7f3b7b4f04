//! The one place that knows how to start QEMU, talk to it and read its verdict.
//!
//! A [`Machine`] says what to boot and how, a [`Guest`] is a QEMU that runs, and its [`Ending`] says how it ended.
//! No QEMU outlives the process that started it: not a panic, not Ctrl-C, not `SIGTERM`, and where util-linux is
//! installed not even `SIGKILL`.

mod command;
mod guest;
mod interrupt;
mod trace;

pub use command::{Console, GDB_ADDRESS, Linux, Machine};
pub use guest::{Ending, Guest, Pipes, Verdict};
pub use interrupt::interrupted;
pub use trace::{Trace, trace_program};

use thiserror::Error;

/// Why QEMU could not be started or listened to.
#[derive(Debug, Error)]
pub enum Error {
    /// It is not on the `PATH`.
    #[error(
        "qemu-system-aarch64 was not found: install it, for example with `apt-get install qemu-system-arm`"
    )]
    Missing,
    /// Its user mode is not.
    #[error("qemu-aarch64 was not found: install it, for example with `apt-get install qemu-user`")]
    MissingUserMode,
    /// The operating system refused.
    #[error("qemu-system-aarch64: {0}")]
    Io(#[from] std::io::Error),
}
