//! What the file system knows beyond names: where the files' bytes lie, what is free, and what the log does not have yet.

use super::{
    cache::Cache,
    device::BlockDevice,
    extents::{Extent, Extents},
    layout::{BLOCK, Superblock},
    log::Log,
    names::Names,
    record::{RECORD_MAX, Record},
    space::Space,
};
use crate::{Errno, Result, fs::Node};
use alloc::vec::Vec;

/// Bytes in a snapshot, at most: of a node without names and text, of a name without its text, and of an extent.
const NODE_WEIGHT: u64 = 80;
const NAME_WEIGHT: u64 = 32;
pub const EXTENT_WEIGHT: u64 = 17;

/// What is known of a node.
#[derive(Default)]
pub struct File {
    /// Its number in the log; `None` if it has no name any more and the log does not know it.
    pub id: Option<u32>,
    /// Bytes of a symbolic link's text.
    text: u16,
    /// Bytes of a file.
    pub size: u64,
    /// Where they lie.
    pub extents: Extents,
    /// The block behind the one that was read last.
    pub next: u32,
}

/// Everything that one thread at a time works on.
pub struct State<B> {
    pub cache: Cache<B>,
    pub superblock: Superblock,
    pub log: Log,
    pub space: Space,
    /// By the nodes' numbers.
    pub files: Vec<Option<File>>,
    /// The number in the log that the next new node gets.
    pub next_id: u32,
    /// Bytes of a snapshot, at most.
    weight: u64,
    /// The device failed while something was written: nothing more is.
    pub failed: bool,
}

impl<B: BlockDevice> State<B> {
    /// What there is at the beginning of the log of `superblock`'s generation.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn new(device: B, superblock: Superblock) -> Result<Self> {
        let layout = superblock.layout;
        Ok(Self {
            cache: Cache::new(device)?,
            log: Log::new(&superblock)?,
            space: Space::new(layout.blocks, layout.first())?,
            superblock,
            files: Vec::new(),
            next_id: 0,
            weight: 0,
            failed: false,
        })
    }

    /// Begins a change that makes a snapshot up to `growth` bytes larger. There is room for its records then, unless it is that of
    /// a file's bytes in hundreds of pieces: so it is in one frame, and whole.
    ///
    /// # Errors
    /// `Rofs`, `Io`; `Nospc` if there is no room for that in a log.
    pub fn begin(&mut self, names: &impl Names, growth: u64) -> Result<()> {
        if self.cache.device.is_read_only() {
            return Err(Errno::Rofs);
        }
        if self.failed {
            return Err(Errno::Io);
        }
        self.admit(growth)?;
        if self.log.room_in_frame() < RECORD_MAX { self.commit(names) } else { Ok(()) }
    }

    /// Asks for room for `growth` more bytes in a snapshot.
    pub fn admit(&self, growth: u64) -> Result<()> {
        // A quarter of a log is left for changes.
        let log = u64::from(self.superblock.layout.log) * BLOCK as u64;
        let weight = self.weight + growth;
        if growth > 0 && weight + weight / 32 + 1024 > log / 4 * 3 { Err(Errno::Nospc) } else { Ok(()) }
    }

    /// Notes a change, for which [`State::begin`] has made room.
    pub fn record(&mut self, record: &Record<'_>) {
        record.write(self.log.frame());
    }

    /// Notes the node `number` that the log calls `id`, with a text of this size and one name of that.
    ///
    /// # Errors
    /// `Nospc`.
    pub fn add(&mut self, number: usize, id: u32, text: usize, name: usize) -> Result<()> {
        if number >= self.files.len() {
            self.files.try_reserve(number + 1 - self.files.len()).map_err(|_| Errno::Nospc)?;
            self.files.resize_with(number + 1, || None);
        }
        let file = File { id: Some(id), text: text as u16, ..File::default() };
        self.files[number] = Some(file);
        self.weight += NODE_WEIGHT + text as u64;
        self.add_name(name);
        Ok(())
    }

    /// Notes one more name of this size.
    pub fn add_name(&mut self, name: usize) {
        self.weight += Self::name_weight(name);
    }

    /// Notes one name less.
    pub fn remove_name(&mut self, name: usize) {
        self.weight -= Self::name_weight(name);
    }

    /// By how much a name makes a snapshot larger.
    pub fn name_weight(name: usize) -> u64 {
        NAME_WEIGHT + name as u64
    }

    /// By how much a node with a text and a name of these sizes makes a snapshot larger.
    pub fn node_weight(text: usize, name: usize) -> u64 {
        NODE_WEIGHT + text as u64 + Self::name_weight(name)
    }

    /// What is known of the node `number`.
    ///
    /// # Errors
    /// `Stale` if there is no such node.
    pub fn file(&mut self, number: usize) -> Result<&mut File> {
        self.files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)
    }

    /// The number that the log has for the node `number`, if it has one.
    pub fn id(&self, number: usize) -> Option<u32> {
        self.files.get(number)?.as_ref()?.id
    }

    /// Forgets the numbers that the log has for nodes.
    pub fn forget_ids(&mut self) {
        self.files.iter_mut().flatten().for_each(|file| file.id = None);
    }

    /// If the node `number` is gone, gives its blocks back, and returns what the log called it.
    pub fn collect(&mut self, names: &impl Names, number: usize) -> Option<u32> {
        if names.stat(Node(number as u64)) != Err(Errno::Stale) {
            return None;
        }
        let mut file = self.files.get_mut(number)?.take()?;
        self.weight -= NODE_WEIGHT + u64::from(file.text);
        self.weight -= EXTENT_WEIGHT * file.extents.all().len() as u64;
        file.extents.cut(0, |block, count| {
            self.cache.forget(block, count);
            self.space.give(block, count);
        });
        file.id
    }

    /// Makes blocks part of the file `number`, in place of those that are there.
    ///
    /// # Errors
    /// `Nospc`.
    pub fn map(&mut self, number: usize, extent: Extent) -> Result<()> {
        let Self { files, cache, space, weight, .. } = self;
        let file = files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)?;
        let before = file.extents.all().len() as u64;
        file.extents.map(extent, |block, count| {
            cache.forget(block, count);
            space.give(block, count);
        })?;
        *weight = *weight + EXTENT_WEIGHT * file.extents.all().len() as u64 - EXTENT_WEIGHT * before;
        Ok(())
    }

    /// Gives the file `number` another size, and its blocks behind that back.
    ///
    /// # Errors
    /// `Stale` if there is no such file.
    pub fn cut(&mut self, number: usize, size: u64) -> Result<()> {
        let Self { files, cache, space, weight, .. } = self;
        let file = files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)?;
        let before = file.extents.all().len() as u64;
        file.size = size;
        // Above the largest size there are no blocks.
        if let Ok(at) = u32::try_from(size.div_ceil(BLOCK as u64)) {
            file.extents.cut(at, |block, count| {
                cache.forget(block, count);
                space.give(block, count);
            });
        }
        *weight = *weight + EXTENT_WEIGHT * file.extents.all().len() as u64 - EXTENT_WEIGHT * before;
        Ok(())
    }

    /// Has every change up to now survive a power cut.
    ///
    /// # Errors
    /// The device's.
    pub fn commit(&mut self, names: &impl Names) -> Result<()> {
        if self.failed {
            return Err(Errno::Io);
        }
        if self.log.is_empty() {
            return Ok(());
        }
        self.try_commit(names).inspect_err(|_| self.failed = true)
    }

    fn try_commit(&mut self, names: &impl Names) -> Result<()> {
        // The files' bytes are there before anything refers to them.
        self.cache.write_back()?;
        self.cache.device.flush()?;
        if self.log.is_full() {
            self.snapshot(names)?;
        } else {
            self.log.write(&mut self.cache.device)?;
            self.cache.device.flush()?;
        }
        self.space.commit();
        Ok(())
    }
}
