//! WASI preview1 (`wasi_snapshot_preview1`) without an operating system below it.
//!
//! A [`Process`] is what one app may reach: its arguments, its environment and its table of open descriptors. It has
//! one method per WASI function, with the parameters of the specification's witx file. Whatever lies below is behind
//! four small traits: [`System`] (clocks, random numbers, the scheduler), [`Linear`] (guest memory),
//! [`Stream`] (standard streams, pipes) and [`FileSystem`]. So all of it runs and is tested on the host.
//!
//! Three rules hold throughout:
//!
//! 1. *A guest's pointer is an allegation.* Only [`GuestMemory`] turns pointers into slices, and the slices are the
//!    guest's own memory: nothing is copied on the way.
//! 2. *A path is walked once, here.* `..`, symbolic links and trailing slashes are [`path`]'s business; a file system
//!    only ever sees a directory and one name in it.
//! 3. *What Wasmtime 48 answers on Linux is right.* Where the specification leaves room, its errno is ours.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod calls;
mod descriptor;
pub mod errno;
pub mod fs;
pub mod memory;
pub mod path;
pub mod pipe;
pub mod process;
mod rights;
mod ring;
pub mod stream;
pub mod system;
pub mod types;

pub use errno::{Errno, Result};
pub use fs::FileSystem;
pub use memory::{GuestMemory, Linear};
pub use process::{Exit, Preopen, Process, Streams};
pub use stream::Stream;
pub use system::{Clock, System, WaitQueue};
