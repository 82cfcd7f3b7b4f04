//! File systems on the SD card.

use crate::{
    arch::aarch64::timer,
    drivers::emmc::{self, Card},
    lock::{Mutex, Relax},
    log,
    mm::frames,
    supervisor::image,
    wasm::{board::Board, slice, text},
};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::cmp::Reverse;
use sinter_abi::image::App;
use wasi_kernel::{
    Errno, Result, Streams,
    fs::{
        self, Volume,
        disk::{
            DiskFs,
            device::{BlockDevice, Partition},
            partition,
            turn::Turn,
        },
        fat::Fat,
        fixed::FixedFs,
    },
};

/// Nanoseconds after which changes are written to the card that nobody has synced.
const INTERVAL: u64 = 5_000_000_000;

/// The card, which all its partitions share.
#[derive(Clone)]
struct Shared {
    card: Arc<Turn<Card, Board, Relax>>,
    sectors: u64,
    is_read_only: bool,
}

impl Shared {
    /// Makes the card ready.
    fn new() -> Result<Self> {
        let card = Card::new()?;
        let (sectors, is_read_only) = (card.sectors(), card.is_read_only());
        Ok(Self { card: Arc::new(Turn::new(Board, Box::new(card))), sectors, is_read_only })
    }
}

impl BlockDevice for Shared {
    fn sectors(&self) -> u64 {
        self.sectors
    }

    fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        self.card.with(|card| card.read(at, buffer))
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        self.card.with(|card| card.write(at, bytes))
    }

    fn flush(&mut self) -> Result<()> {
        self.card.with(|card| card.flush())
    }
}

/// The card, once it is ready. Only the supervisor mounts, so nobody waits for this lock meanwhile.
static CARD: Mutex<Option<Shared>> = Mutex::new(None);

/// The card, made ready if it is not.
fn card() -> Result<Shared> {
    let known = CARD.lock().clone();
    if let Some(card) = known {
        return Ok(card);
    }
    let card = Shared::new().inspect_err(|_| log!("the SD card does not answer"))?;
    *CARD.lock() = Some(card.clone());
    Ok(card)
}

/// The first partition of type `kind`.
fn partition(kind: u8) -> Result<Partition<Shared>> {
    let mut card = card()?;
    let entry = partition::find(&mut card, kind)?;
    let found = entry.and_then(|entry| Partition::new(card, entry.start, entry.sectors));
    found.ok_or_else(|| {
        log!("the SD card has no partition of type {kind:#04x}: sinter image makes one");
        Errno::Nodev
    })
}

type Data = DiskFs<Partition<Shared>, Board, Relax>;

/// The data partition's file system, and as each app that mounts it has it, by the app's address.
type Mounted = (Arc<Data>, Vec<(usize, Volume)>);

/// The data partition, once it is mounted.
static DATA: Mutex<Option<Mounted>> = Mutex::new(None);

/// What is to be synced by itself: nothing, and no code for it, unless an app has a mount that needs it.
static SYNCED: Mutex<Option<Sync>> = Mutex::new(None);
type Sync = fn() -> Result<()>;

/// The driver of `data:`, [`sinter_abi::image::FS_DATA`]: the file system of the SD card's data partition. If the manifest does not
/// say how much of it an app may fill, that is an equal share.
#[unsafe(no_mangle)]
fn sinter_fs_data(app: &App, _: &Streams) -> Result<Volume> {
    if DATA.lock().is_none() {
        let data = mount_data()?;
        let shares = share_out(&data)?;
        *DATA.lock() = Some((Arc::new(data), shares));
        *SYNCED.lock() = Some(|| {
            let data = DATA.lock().as_ref().map(|(data, _)| data.clone());
            data.map_or(Ok(()), |data| data.sync_all())
        });
    }
    let key = core::ptr::from_ref(app).addr();
    let data = DATA.lock();
    let share = data.iter().flat_map(|(_, shares)| shares).find(|(other, _)| *other == key);
    share.map(|(_, share)| share.clone()).ok_or(Errno::Nodev)
}

fn mount_data() -> Result<Data> {
    let partition = partition(partition::DATA)?;
    let start = timer::now();
    let mounted = DiskFs::mount(partition, Board, 4, frames::usage().1 / 8);
    let data = mounted.map_err(|error| {
        log!("the data partition cannot be mounted: {error}");
        Errno::Io
    })?;
    log!("the data partition was mounted in {} ns", timer::now() - start);
    Ok(data)
}

/// The share of each app of the image that mounts `data`. What is in a directory that an app may write is paid for by that app.
fn share_out(data: &Data) -> Result<Vec<(usize, Volume)>> {
    let mounts = |app: &'static App| {
        slice(&app.mounts).iter().filter(|mount| mount.driver == sinter_fs_data as *const () as u64)
    };
    let apps = || slice(&image().apps).iter().filter(|app| mounts(app).next().is_some());
    let equal = data.capacity() / (apps().count() as u64).max(1);
    let (mut shares, mut directories) = (Vec::new(), Vec::new());
    for app in apps() {
        let share = data.share(if app.data_bytes == u64::MAX { equal } else { app.data_bytes })?;
        let writable = mounts(app).filter(|mount| mount.writable != 0);
        directories.extend(writable.map(|mount| (text(&mount.from), shares.len())));
        shares.push((core::ptr::from_ref(app).addr(), share));
    }
    // Of two, one of which is in the other, the inner one comes first.
    directories.sort_by_key(|(path, _)| Reverse(path.split('/').filter(|name| !name.is_empty()).count()));
    directories.into_iter().try_for_each(|(path, share)| shares[share].1.adopt(path))?;
    Ok(shares.into_iter().map(|(app, share)| (app, fs::volume(share))).collect())
}

/// The driver of `boot:`, [`sinter_abi::image::FS_BOOT`]: the files of the partition that the board boots from.
#[unsafe(no_mangle)]
fn sinter_fs_boot(_: &App, _: &Streams) -> Result<Volume> {
    static BOOT: Mutex<Option<Volume>> = Mutex::new(None);
    let known = BOOT.lock().clone();
    if let Some(boot) = known {
        return Ok(boot);
    }
    let fat = Fat::<_, _, Relax>::mount(card()?, Board).map_err(|error| {
        log!("the boot partition cannot be mounted: {error}");
        Errno::Io
    })?;
    let boot = fs::volume(FixedFs::new(fat, 5));
    *BOOT.lock() = Some(boot.clone());
    Ok(boot)
}

/// Who writes to the card what nobody has synced.
pub struct Syncer {
    /// The tick at which it is to look again.
    due: u64,
}

impl Syncer {
    /// Nothing has been changed.
    pub fn new() -> Self {
        Self { due: u64::MAX }
    }

    /// The tick at which [`Syncer::sync_if_due`] is to be called again; `u64::MAX` for never.
    pub fn due(&mut self) -> u64 {
        if self.due == u64::MAX && SYNCED.lock().is_some() {
            self.due = timer::ticks() + timer::ticks_at(INTERVAL);
        }
        self.due
    }

    /// Syncs if it is time.
    pub fn sync_if_due(&mut self) {
        if timer::ticks() >= self.due {
            self.due = u64::MAX;
            sync();
        }
    }
}

/// Ends the use of the card: everything is on it.
pub fn finish() {
    if SYNCED.lock().is_some() {
        sync();
        log!("the SD card got {} commands", emmc::commands());
    }
}

/// Writes everything to the card that is not there yet.
pub fn sync() {
    let synced = *SYNCED.lock();
    if let Some(Err(_)) = synced.map(|sync| sync()) {
        log!("the SD card failed: what was not synced is lost, and nothing more is written to it");
    }
}
