//! One app as WASI sees it.

use crate::{Stream, System, fs::Handle};
use alloc::{string::String, sync::Arc, vec::Vec};

/// What one app may reach. Its methods are the functions of preview1.
///
/// Parameters are the specification's, in its order, as the Wasm values they are; pointers are offsets in the guest's
/// memory. Each returns `Ok`, or the errno of the call. A result that cannot be written is `Fault`, after the call has done
/// its work.
pub struct Process<S> {
    pub(crate) system: S,
}

/// A directory that the app has from the start.
pub struct Preopen {
    /// The directory.
    pub directory: Handle,
    /// Path under which the app finds it.
    pub path: String,
    /// Whether the app may change anything in it.
    pub writable: bool,
}

/// The three standard streams; they may be the same.
#[derive(Clone)]
pub struct Streams {
    /// Standard input.
    pub input: Arc<dyn Stream>,
    /// Standard output.
    pub output: Arc<dyn Stream>,
    /// Standard error.
    pub error: Arc<dyn Stream>,
}

/// How an app ends by `proc_exit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With this status, 0 to 125.
    Status(u8),
    /// With a status that is not in WASI's range. Wasmtime reports "exit with invalid exit status outside of [0..126)"
    /// and exits with status 1 itself.
    Invalid(u32),
}

impl<S: System> Process<S> {
    /// An app with these arguments (the first is the program's name), environment (each `NAME=value`), streams as
    /// descriptors 0 to 2 and directories as descriptors from 3 on. Arguments and environment have no NUL in them.
    pub fn new<'a>(
        system: S,
        arguments: impl IntoIterator<Item = &'a [u8]>,
        environment: impl IntoIterator<Item = &'a [u8]>,
        streams: Streams,
        preopens: Vec<Preopen>,
    ) -> Self {
        let _ = (arguments.into_iter().count(), environment.into_iter().count(), streams, preopens);
        Self { system }
    }
}
