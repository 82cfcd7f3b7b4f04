//! File systems by reference: an image links those that its mounts name.

use super::{board::Board, slice, text};
use crate::{
    lock::{Mutex, Relax},
    mm::frames,
};
use alloc::{string::String, sync::Arc, vec::Vec};
use sinter_abi::image::{App, Mount};
use wasi_kernel::{
    FileSystem, Preopen, Result,
    fs::{Handle, memory::MemoryFs},
};

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

/// The driver of `ram:`, [`sinter_abi::image::FS_RAM`]: one tree for all apps of the image, at most half of
/// the RAM large.
#[unsafe(no_mangle)]
fn sinter_fs_ram() -> Arc<dyn FileSystem> {
    static FS: Mutex<Option<Arc<MemoryFs<Relax>>>> = Mutex::new(None);
    FS.lock().get_or_insert_with(|| Arc::new(MemoryFs::new(&Board, 1, frames::usage().1 / 2))).clone()
}
