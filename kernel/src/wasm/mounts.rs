//! File systems by reference: an image links those that its mounts name.

use super::{board::Board, slice, text};
use crate::{
    lock::{Mutex, Relax},
    mm::frames,
    supervisor::image,
};
use alloc::{string::String, vec::Vec};
use sinter_abi::image::{App, File, FileKind, Mount};
use wasi_kernel::{
    Preopen, Result, Streams,
    fs::{
        self, Handle, Volume,
        devices::Devices,
        fixed::{Content, FixedFs, Item, Tree},
        memory::MemoryFs,
    },
};

/// What a mount's driver is: a function that gives the file system for an app with this console.
type Driver = fn(app: &App, console: &Streams) -> Result<Volume>;

/// The directories that the manifest gives to an app with this console.
///
/// # Errors
/// As for [`wasi_kernel::FileSystem::root`]; the driver's.
pub fn preopens(app: &App, console: &Streams) -> Result<Vec<Preopen>> {
    slice(&app.mounts).iter().map(|mount| preopen(mount, app, console)).collect()
}

fn preopen(mount: &Mount, app: &App, console: &Streams) -> Result<Preopen> {
    // SAFETY: the linker step puts the address of a driver there, which has this type.
    let driver: Driver = unsafe { core::mem::transmute(mount.driver) };
    let directory = Handle::root(driver(app, console)?, text(&mount.from))?;
    Ok(Preopen { directory, path: String::from(text(&mount.to)), writable: mount.writable != 0 })
}

/// The tree behind `ram:`, once an app mounts it, and each app's share of it by the app's address.
type Ram = (Option<MemoryFs<Board, Relax>>, Vec<(usize, Volume)>);

/// The driver of `ram:`, [`sinter_abi::image::FS_RAM`]: one tree for all apps of the image, at most half of
/// the RAM large. If the manifest does not say how much of it an app may fill, that is an equal share.
#[unsafe(no_mangle)]
fn sinter_fs_ram(app: &App, _: &Streams) -> Result<Volume> {
    static RAM: Mutex<Ram> = Mutex::new((None, Vec::new()));
    let key = core::ptr::from_ref(app).addr();
    let (tree, shares) = &mut *RAM.lock();
    // What an app made before it was restarted is still its own.
    if let Some((_, share)) = shares.iter().find(|(other, _)| *other == key) {
        return Ok(share.clone());
    }
    let mounts_it =
        |app: &&App| slice(&app.mounts).iter().any(|mount| mount.driver == sinter_fs_ram as *const () as u64);
    let apps = slice(&image().apps).iter().filter(mounts_it).count() as u64;
    let total = frames::usage().1 / 2;
    let limit = if app.file_bytes == u64::MAX { total / apps.max(1) } else { app.file_bytes };
    let tree = tree.get_or_insert_with(|| MemoryFs::new(Board, 1, total));
    let share = fs::volume(tree.share(limit)?);
    shares.push((key, share.clone()));
    Ok(share)
}

/// The driver of `files:`, [`sinter_abi::image::FS_FILES`]: what lies in the image, read in place.
#[unsafe(no_mangle)]
fn sinter_fs_files(_: &App, _: &Streams) -> Result<Volume> {
    Ok(fs::volume(FixedFs::new(Files, 2)))
}

struct Files;

impl Tree for Files {
    fn item(&self, number: u64) -> Option<Item<'_>> {
        let file: &File = slice(&image().files).get(usize::try_from(number).ok()?)?;
        let content = match file.kind {
            kind if kind == FileKind::Directory as u32 => {
                Content::Directory(file.first..file.first + file.count)
            }
            kind if kind == FileKind::Link as u32 => Content::Link(text(&file.data)),
            _ => Content::File(slice(&file.data)),
        };
        Some(Item { name: text(&file.name), content })
    }
}

/// The driver of `dev:`, [`sinter_abi::image::FS_DEVICES`].
#[unsafe(no_mangle)]
fn sinter_fs_devices(_: &App, console: &Streams) -> Result<Volume> {
    Ok(fs::volume(FixedFs::new(Devices::new(Board, console.input.clone(), console.output.clone()), 3)))
}
