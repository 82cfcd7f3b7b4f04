//! File systems by reference: an image links those that its mounts name.

use super::{slice, text};
use alloc::{string::String, sync::Arc, vec::Vec};
use sinter_abi::image::{App, Mount};
use wasi_kernel::{FileSystem, Preopen, Result, fs::Handle};

/// What a mount's driver is: a function that gives its file system, always the same one.
type Driver = fn() -> Arc<dyn FileSystem>;

/// The directories that the manifest gives to an app.
///
/// # Errors
/// As for [`FileSystem::root`].
pub fn preopens(app: &App) -> Result<Vec<Preopen>> {
    slice(&app.mounts).iter().map(preopen).collect()
}

fn preopen(mount: &Mount) -> Result<Preopen> {
    // SAFETY: the linker step puts the address of a driver there, which has this type.
    let driver: Driver = unsafe { core::mem::transmute(mount.driver) };
    let directory = Handle::root(driver(), text(&mount.from))?;
    Ok(Preopen { directory, path: String::from(text(&mount.to)), writable: mount.writable != 0 })
}
