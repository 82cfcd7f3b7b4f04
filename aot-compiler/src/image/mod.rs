//! Bootable images: what they are made of, the kernel's configuration in them, and the file that the firmware loads.

mod config;
mod data;
pub mod files;
mod object;
mod raw;
mod script;

pub use self::object::{Linkage, object};
pub use config::{App, Config, Console, Expect, Library, Mount, Restart, Source};
pub use raw::raw;
pub use script::{Script, Step, script_object};
