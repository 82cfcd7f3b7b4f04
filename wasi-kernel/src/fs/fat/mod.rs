//! The files of the partition that the board boots from, read-only: FAT16 or FAT32, by embedded-sdmmc.
//!
//! The tree is read once, when it is mounted: its names are those of a [`FixedFs`](super::fixed::FixedFs) then, and only files' bytes are
//! read from the card.
//!
//! Whatever is on the card, a call ends, since each may read so many sectors and no more, and the library gets nothing from which
//! it would panic: the boot sector is sound ([`geometry`]), and so are the entries of tables and directories ([`sectors`]). Long names
//! are put together here ([`entry`]): the library's way panics at some that are no text.

mod entry;
mod geometry;
mod sectors;

use super::{
    disk::{
        MountError,
        device::{BlockDevice, SECTOR},
        turn::Turn,
    },
    fixed::{Content, Item, Reader, Tree},
};
use crate::{Errno, Result, System};
use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use core::ops::{ControlFlow, Range};
use embedded_sdmmc::{
    Block, BlockIdx, DirEntry, Mode, RawDirectory, RawFile, RawVolume, ShortFileName, TimeSource, Timestamp,
    VolumeIdx, VolumeManager,
};
use geometry::Geometry;
use sectors::{Failure, Sectors};
use spin::RelaxStrategy;

/// Files and directories, at most.
const NODES_MAX: usize = 10_000;
/// Directories between a file and the root, at most.
const DEPTH_MAX: usize = 16;
/// Sectors that are read to find all names, at most: 32 MiB of directories and tables.
const WALK_MAX: u64 = 1 << 16;
/// Sectors that are read to find a place in a file beside its own, at most: the table of the largest file.
const SEEK_MAX: u64 = 1 << 16;

type Manager<B> = VolumeManager<Sectors<B>, Never>;
type Fault = embedded_sdmmc::Error<Failure>;

/// A FAT volume.
pub struct Fat<B: BlockDevice, S: System, R> {
    nodes: Vec<Node>,
    files: Vec<File<B, S, R>>,
}

/// A file or directory.
struct Node {
    /// Its name.
    name: String,
    /// Its name for the library.
    short: ShortFileName,
    /// The directory that it is in.
    parent: usize,
    depth: usize,
    what: What,
}

enum What {
    Directory(Range<u64>),
    /// Its number in [`Fat::files`] and its bytes.
    File(usize, u32),
}

/// The card, and the file that was read last.
struct Volume<B: BlockDevice> {
    manager: Manager<B>,
    volume: RawVolume,
    /// Its place in [`Fat::files`].
    open: Option<(usize, RawFile)>,
}

/// What reads a file.
struct File<B: BlockDevice, S: System, R> {
    volume: alloc::sync::Arc<Turn<Volume<B>, S, R>>,
    number: usize,
    /// The names of the directories from the root on, and its own.
    path: Vec<ShortFileName>,
}

impl<B: BlockDevice, S: System, R: RelaxStrategy> Fat<B, S, R> {
    /// Reads the names on the first partition of `device`.
    ///
    /// # Errors
    /// The device's; there is no FAT volume, or it contradicts itself; there is no memory for the names.
    pub fn mount(mut device: B, system: S) -> core::result::Result<Self, MountError> {
        let geometry = Geometry::read(&mut device)?;
        let sectors = Sectors::new(device, geometry);
        sectors.read_directories(WALK_MAX);
        let manager = VolumeManager::new(sectors, Never);
        let volume = manager.open_raw_volume(VolumeIdx(0)).map_err(refused)?;
        let root = Node {
            name: String::new(),
            short: ShortFileName::this_dir(),
            parent: 0,
            depth: 0,
            what: What::Directory(0..0),
        };
        let mut nodes = Vec::from([root]);
        let mut count = 0;
        let mut next = 0;
        while let Some(node) = nodes.get(next) {
            if let What::Directory(_) = node.what {
                let entries = entries(&manager, volume, &path(&nodes, next), &mut count)?;
                let depth = node.depth + 1;
                if !entries.is_empty() && (depth > DEPTH_MAX || nodes.len() + entries.len() > NODES_MAX) {
                    return Err(MountError::Corrupt(
                        "it has more files or deeper directories than it should",
                    ));
                }
                let first = nodes.len() as u64;
                nodes.try_reserve(entries.len()).map_err(|_| Errno::Nomem)?;
                nodes.extend(entries.into_iter().map(|(name, short, what)| Node {
                    name,
                    short,
                    parent: next,
                    depth,
                    what,
                }));
                nodes[next].what = What::Directory(first..nodes.len() as u64);
            }
            next += 1;
        }
        let volume =
            alloc::sync::Arc::new(Turn::new(system, Box::new(Volume { manager, volume, open: None })));
        let mut files = Vec::new();
        files.try_reserve_exact(count).map_err(|_| Errno::Nomem)?;
        for (index, node) in nodes.iter().enumerate() {
            if let What::File(number, _) = node.what {
                files.push(File { volume: volume.clone(), number, path: path(&nodes, index) });
            }
        }
        // Nodes lie in the order in which their files were counted.
        Ok(Self { nodes, files })
    }
}

/// The names from the root on.
fn path(nodes: &[Node], mut index: usize) -> Vec<ShortFileName> {
    let mut path = Vec::new();
    while index != 0 {
        path.push(nodes[index].short);
        index = nodes[index].parent;
    }
    path.reverse();
    path
}

/// The directory `path` of the volume, to be closed.
fn open<B: BlockDevice>(
    manager: &Manager<B>,
    volume: RawVolume,
    path: &[ShortFileName],
) -> core::result::Result<RawDirectory, Fault> {
    let mut directory = manager.open_root_dir(volume)?;
    for name in path {
        let next = manager.open_dir(directory, *name);
        manager.close_dir(directory)?;
        directory = next?;
    }
    Ok(directory)
}

/// What is in the directory `path`, sorted by the bytes of the names. `files` counts files.
fn entries<B: BlockDevice>(
    manager: &Manager<B>,
    volume: RawVolume,
    path: &[ShortFileName],
    files: &mut usize,
) -> core::result::Result<Vec<(String, ShortFileName, What)>, MountError> {
    let directory = open(manager, volume, path).map_err(refused)?;
    let mut found: Vec<(DirEntry, Vec<Place>)> = Vec::new();
    let mut parts: Vec<Place> = Vec::new();
    let walked = manager.iterate_dir(directory, |entry| {
        let place = (entry.entry_block, entry.entry_offset as usize);
        let dots = entry.name == ShortFileName::this_dir() || entry.name == ShortFileName::parent_dir();
        if entry.attributes.is_volume() && entry.attributes.is_system() {
            // A part of a long name, as the sectors' mending has it. The last ones count.
            if parts.len() == entry::PARTS_MAX {
                parts.remove(0);
            }
            parts.push(place);
        } else if entry.attributes.is_volume() || dots {
            parts.clear();
        } else {
            parts.push(place);
            found.push((entry.clone(), core::mem::take(&mut parts)));
        }
        if found.len() > NODES_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    manager.close_dir(directory).map_err(refused)?;
    walked.map_err(refused)?;
    let mut shorts = BTreeSet::new();
    let mut names = Vec::new();
    for (entry, places) in found {
        // The library would find the first one for both.
        if !shorts.insert(entry.name) {
            return Err(MountError::Corrupt("two entries of a directory have the same short name"));
        }
        let name = long_name(manager, &places).map_err(refused)?;
        let name = name.unwrap_or_else(|| alloc::format!("{}", entry.name));
        if !name.is_empty() && !matches!(&*name, "." | "..") && !name.contains(['/', '\0']) {
            names.push((name, entry));
        }
    }
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names.dedup_by(|a, b| a.0 == b.0);
    let node = |(name, entry): (String, DirEntry)| {
        let what = if entry.attributes.is_directory() {
            What::Directory(0..0)
        } else {
            *files += 1;
            What::File(*files - 1, entry.size)
        };
        (name, entry.name, what)
    };
    Ok(names.into_iter().map(node).collect())
}

/// A sector of the card, and a byte of it.
type Place = (BlockIdx, usize);

/// The long name of the entry at the last of `places`, of which the other ones are its parts; `None` if it has none.
fn long_name<B: BlockDevice>(
    manager: &Manager<B>,
    places: &[Place],
) -> core::result::Result<Option<String>, Fault> {
    if places.len() < 2 {
        return Ok(None);
    }
    let mut raw = Vec::new();
    let mut sector = Block::new();
    let mut read = None;
    for &(at, offset) in places {
        if read != Some(at) {
            manager.device(|device| device.read_raw(at, &mut sector)).map_err(Fault::DeviceError)?;
            read = Some(at);
        }
        let mut bytes = [0; entry::SIZE];
        bytes.copy_from_slice(&sector.contents[offset..offset + entry::SIZE]);
        raw.push(bytes);
    }
    let short = raw.pop();
    Ok(short.and_then(|short| entry::long_name(&raw, &short[..11])))
}

impl<B: BlockDevice, S: System, R: RelaxStrategy + Send + Sync> Tree for Fat<B, S, R> {
    fn item(&self, number: u64) -> Option<Item<'_>> {
        let node = self.nodes.get(usize::try_from(number).ok()?)?;
        let content = match &node.what {
            What::Directory(children) => Content::Directory(children.clone()),
            What::File(file, size) => Content::Stored(u64::from(*size), &self.files[*file]),
        };
        Some(Item { name: &node.name, content })
    }
}

impl<B: BlockDevice, S: System, R: RelaxStrategy + Send + Sync> Reader for File<B, S, R> {
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let offset = u32::try_from(offset).map_err(|_| Errno::Io)?;
        self.volume.with(|volume| volume.read(self.number, &self.path, offset, buffer).map_err(errno))
    }
}

impl<B: BlockDevice> Volume<B> {
    /// Reads from the file that is number `number` and has this path.
    fn read(
        &mut self,
        number: usize,
        path: &[ShortFileName],
        offset: u32,
        buffer: &mut [u8],
    ) -> core::result::Result<usize, Fault> {
        let manager = &self.manager;
        let file = match self.open {
            Some((open, file)) if open == number => file,
            _ => {
                if let Some((_, file)) = self.open.take() {
                    manager.close_file(file)?;
                }
                manager.device(|device| device.read_directories(SEEK_MAX));
                let Some((name, folders)) = path.split_last() else { return Err(Fault::NotFound) };
                let directory = open(manager, self.volume, folders)?;
                let file = manager.open_file_in_dir(directory, *name, Mode::ReadOnly);
                manager.close_dir(directory)?;
                let file = file?;
                self.open = Some((number, file));
                file
            }
        };
        // Twice, as a sector of the table may be read for every one of the file.
        let sectors = 2 * (buffer.len() / SECTOR) as u64;
        manager.device(|device| device.read_files(SEEK_MAX + sectors));
        manager.file_seek_from_start(file, offset)?;
        manager.read(file, buffer)
    }
}

/// Nothing is written, so nobody asks what time it is.
struct Never;

impl TimeSource for Never {
    fn get_timestamp(&self) -> Timestamp {
        Timestamp::from_fat(0, 0)
    }
}

fn errno(_: Fault) -> Errno {
    Errno::Io
}

/// Why the volume is not mounted.
fn refused(fault: Fault) -> MountError {
    match fault {
        Fault::DeviceError(Failure(error)) => error,
        _ => MountError::Corrupt("its directories contradict themselves"),
    }
}
