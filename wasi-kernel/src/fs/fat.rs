//! The files of the partition that the board boots from, read-only: FAT16 or FAT32, by embedded-sdmmc.
//!
//! The tree is read once, when it is mounted: its names are those of a [`FixedFs`](super::fixed::FixedFs) then, and only files' bytes are
//! read from the card. Whatever is on the card, a call ends: each may read so many sectors and no more.

use super::{
    disk::{
        device::{BlockDevice, SECTOR},
        turn::Turn,
    },
    fixed::{Content, Item, Reader, Tree},
};
use crate::{Errno, Result, System};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::{
    cell::{Cell, RefCell},
    ops::{ControlFlow, Range},
};
use embedded_sdmmc::{
    Block, BlockCount, BlockIdx, DirEntry, LfnBuffer, Mode, RawDirectory, RawFile, RawVolume, ShortFileName,
    TimeSource, Timestamp, VolumeIdx, VolumeManager,
};
use spin::RelaxStrategy;

/// Files and directories, at most.
const NODES_MAX: usize = 10_000;
/// Directories between a file and the root, at most.
const DEPTH_MAX: usize = 16;
/// Sectors that are read to find all names, at most: 32 MiB of directories and tables.
const WALK_MAX: u64 = 1 << 16;
/// Sectors that are read to find a place in a file beside its own, at most: the table of the largest file.
const SEEK_MAX: u64 = 1 << 16;
/// Bytes of a name in UTF-8, at most: 255 letters.
const NAME_BYTES: usize = 3 * 255;

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
    /// `Io` if there is no FAT volume or it contradicts itself, `Nomem`.
    pub fn mount(device: B, system: S) -> Result<Self> {
        let left = Cell::new(WALK_MAX);
        let sectors = Sectors { device: RefCell::new(device), left };
        let manager = VolumeManager::new(sectors, Never);
        let volume = manager.open_raw_volume(VolumeIdx(0)).map_err(errno)?;
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
                    return Err(Errno::Io);
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
) -> Result<Vec<(String, ShortFileName, What)>> {
    let directory = open(manager, volume, path).map_err(errno)?;
    let mut entries: Vec<(String, ShortFileName, DirEntry)> = Vec::new();
    let mut storage = [0; NAME_BYTES];
    let mut long = LfnBuffer::new(&mut storage);
    let walked = manager.iterate_dir_lfn(directory, &mut long, |entry, name| {
        let dots = entry.name == ShortFileName::this_dir() || entry.name == ShortFileName::parent_dir();
        if entry.attributes.is_volume() || dots {
            return ControlFlow::Continue(());
        }
        let name = name.map_or_else(|| alloc::format!("{}", entry.name), String::from);
        let plain = !name.is_empty() && !matches!(&*name, "." | "..") && !name.contains(['/', '\0']);
        if plain {
            entries.push((name, entry.name, entry.clone()));
        }
        if entries.len() > NODES_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    manager.close_dir(directory).map_err(errno)?;
    walked.map_err(errno)?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.dedup_by(|a, b| a.0 == b.0);
    let node = |(name, short, entry): (String, ShortFileName, DirEntry)| {
        let what = if entry.attributes.is_directory() {
            What::Directory(0..0)
        } else {
            *files += 1;
            What::File(*files - 1, entry.size)
        };
        (name, short, what)
    };
    Ok(entries.into_iter().map(node).collect())
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
        let sectors = (buffer.len() / SECTOR) as u64;
        manager.device(|device| {
            device.left.set(SEEK_MAX + 2 * sectors);
            Never
        });
        let file = match self.open {
            Some((open, file)) if open == number => file,
            _ => {
                if let Some((_, file)) = self.open.take() {
                    manager.close_file(file)?;
                }
                let Some((name, folders)) = path.split_last() else { return Err(Fault::NotFound) };
                let directory = open(manager, self.volume, folders)?;
                let file = manager.open_file_in_dir(directory, *name, Mode::ReadOnly);
                manager.close_dir(directory)?;
                let file = file?;
                self.open = Some((number, file));
                file
            }
        };
        manager.file_seek_from_start(file, offset)?;
        manager.read(file, buffer)
    }
}

/// The card for the library, as long as it may read.
struct Sectors<B> {
    device: RefCell<B>,
    left: Cell<u64>,
}

/// A sector cannot be read, or too many were.
#[derive(Debug)]
struct Failure(Errno);

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl core::error::Error for Failure {}

impl<B: BlockDevice> embedded_sdmmc::BlockDevice for Sectors<B> {
    type Error = Failure;

    fn read(&self, blocks: &mut [Block], start: BlockIdx) -> core::result::Result<(), Failure> {
        let left = self.left.get().checked_sub(blocks.len() as u64).ok_or(Failure(Errno::Io))?;
        self.left.set(left);
        let mut device = self.device.borrow_mut();
        for (block, at) in blocks.iter_mut().zip(u64::from(start.0)..) {
            device.read(at, &mut block.contents).map_err(Failure)?;
        }
        Ok(())
    }

    fn write(&self, _: &[Block], _: BlockIdx) -> core::result::Result<(), Failure> {
        Err(Failure(Errno::Rofs))
    }

    fn num_blocks(&self) -> core::result::Result<BlockCount, Failure> {
        Ok(BlockCount(u32::try_from(self.device.borrow().sectors()).unwrap_or(u32::MAX)))
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
