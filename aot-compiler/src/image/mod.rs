//! Bootable images: what they are made of, and the kernel's configuration in them.

mod config;

pub use config::{App, Config, Console, Expect, Mount, Restart, Source};
