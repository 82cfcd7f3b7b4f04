//! One app as WASI sees it.

use crate::{
    Stream, System,
    descriptor::{Descriptor, Directory, Table},
    fs::Handle,
};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// What one app may reach. Its methods are the functions of preview1.
///
/// Parameters are the specification's, in its order, as the Wasm values they are; pointers are offsets in the guest's
/// memory. Each returns `Ok`, or the errno of the call. A result that cannot be written is `Fault`, after the call has done
/// its work. A flag or a member of an enumeration that does not exist is `Inval`.
pub struct Process<S> {
    pub(crate) system: S,
    pub(crate) arguments: Strings,
    pub(crate) environment: Strings,
    pub(crate) table: Table,
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
    ///
    /// # Panics
    /// If there are more preopens than descriptors, or if the kernel has no memory left for the tables.
    pub fn new<'a>(
        system: S,
        arguments: impl IntoIterator<Item = &'a [u8]>,
        environment: impl IntoIterator<Item = &'a [u8]>,
        streams: Streams,
        preopens: Vec<Preopen>,
    ) -> Self {
        let directories = preopens.into_iter().map(|preopen| {
            Descriptor::Directory(Directory {
                handle: preopen.directory,
                writable: preopen.writable,
                preopen: Some(preopen.path.into_boxed_str()),
            })
        });
        let mut table = Table::default();
        [
            Descriptor::Input(Box::new(streams.input)),
            Descriptor::Output(Box::new(streams.output)),
            Descriptor::Output(Box::new(streams.error)),
        ]
        .into_iter()
        .chain(directories)
        .for_each(|descriptor| assert!(table.insert(descriptor).is_ok(), "too many preopened directories"));
        Self { system, arguments: Strings::new(arguments), environment: Strings::new(environment), table }
    }

    /// Lets the app have at most `max` descriptors open at one time, those included that it has from the start; 1024
    /// if this is never called.
    pub fn limit_open(&mut self, max: usize) {
        self.table.limit(max);
    }
}

/// Strings as C programs want them: one after another, a NUL behind each.
pub(crate) struct Strings {
    pub(crate) bytes: Vec<u8>,
    pub(crate) count: u32,
}

impl Strings {
    fn new<'a>(strings: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut all = Self { bytes: Vec::new(), count: 0 };
        for string in strings {
            all.bytes.extend_from_slice(string);
            all.bytes.push(0);
            all.count += 1;
        }
        all
    }
}
