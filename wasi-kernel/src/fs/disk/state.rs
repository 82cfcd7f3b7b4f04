//! What the file system knows beyond names: where the files' bytes lie, what is free, and what the log does not have yet.

use super::{
    cache::{Cache, RUN},
    device::BlockDevice,
    extents::{Extent, Extents},
    layout::{BLOCK, BLOCK_SECTORS, Superblock},
    log::Log,
    names::Names,
    record::{RECORD_MAX, Record},
    space::Space,
};
use crate::{Errno, Result, fs::Node};
use alloc::vec::Vec;

/// Largest size of a file in bytes: blocks in it have numbers of 32 bits.
pub const SIZE_MAX: u64 = (1 << 44) - 4096;

/// Bytes in the log of one piece of a file and of its size, at most.
const PIECE_MAX: usize = 64;

/// So many whole blocks or more go between the disk and the caller's buffer without the cache.
const DIRECT: usize = 8;

/// Bytes in a snapshot, at most: of a node without names and text, of a name without its text, and of an extent.
const NODE_WEIGHT: u64 = 80;
const NAME_WEIGHT: u64 = 32;
const EXTENT_WEIGHT: u64 = 17;

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
    next: u32,
}

/// Everything that one thread at a time works on.
pub struct State<B> {
    pub cache: Cache<B>,
    pub superblock: Superblock,
    pub log: Log,
    pub space: Space,
    /// By the nodes' numbers.
    files: Vec<Option<File>>,
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
    fn admit(&self, growth: u64) -> Result<()> {
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

    /// Reads from byte `offset` of the file `number` on.
    ///
    /// # Errors
    /// The device's.
    pub fn read(&mut self, number: usize, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let file = self.files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)?;
        let size = file.size.saturating_sub(offset).min(buffer.len() as u64) as usize;
        let mut done = 0;
        while done < size {
            let (at, start) = split(offset + done as u64);
            let rest = &mut buffer[done..size];
            done += match file.extents.find(at) {
                None => {
                    let zeros = (u64::from(file.extents.gap(at)) * BLOCK as u64 - start as u64)
                        .min(rest.len() as u64);
                    rest[..zeros as usize].fill(0);
                    zeros as usize
                }
                Some((block, count)) => {
                    let whole = if start == 0 { (rest.len() / BLOCK).min(count as usize) } else { 0 };
                    let cached = |index: &usize| self.cache.has(block + *index as u32);
                    let uncached = (0..whole).find(cached).unwrap_or(whole);
                    if uncached >= DIRECT {
                        let to = &mut rest[..uncached * BLOCK];
                        self.cache.device.read(u64::from(block) * BLOCK_SECTORS, to)?;
                        file.next = at + uncached as u32;
                        uncached * BLOCK
                    } else {
                        let ahead =
                            if at == file.next || at + 1 == file.next { RUN.min(count as usize) } else { 1 };
                        let bytes = &self.cache.read(block, ahead)?[start..];
                        let part = bytes.len().min(rest.len());
                        rest[..part].copy_from_slice(&bytes[..part]);
                        file.next = at + 1;
                        part
                    }
                }
            };
        }
        Ok(size)
    }

    /// Writes from byte `offset` of the file `number` on, at the time `time`, and returns how many bytes there was room for.
    ///
    /// # Errors
    /// `Fbig`, `Nospc`, `Io`, `Rofs`.
    pub fn write(
        &mut self,
        names: &impl Names,
        number: usize,
        offset: u64,
        bytes: &[u8],
        time: u64,
    ) -> Result<usize> {
        let room = SIZE_MAX.checked_sub(offset).filter(|room| *room > 0).ok_or(Errno::Fbig)?;
        let bytes = &bytes[..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
        self.clear_tail(names, number, offset)?;
        let mut done = 0;
        while done < bytes.len() {
            let (at, start) = split(offset + done as u64);
            match self.write_some(names, number, at, start, &bytes[done..]) {
                Ok(written) => done += written,
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        let file = self.file(number)?;
        file.size = file.size.max(offset + done as u64);
        let (id, size) = (file.id, file.size);
        if let Some(id) = id {
            self.record(&Record::Size { id, size, time });
        }
        Ok(done)
    }

    /// Cuts the file `number` off at `size` bytes, or lengthens it by zeros, at the time `time`.
    ///
    /// # Errors
    /// `Fbig`, `Nospc`, `Io`, `Rofs`.
    pub fn set_size(&mut self, names: &impl Names, number: usize, size: u64, time: u64) -> Result<()> {
        if size > SIZE_MAX {
            return Err(Errno::Fbig);
        }
        self.begin(names, 0)?;
        self.clear_tail(names, number, size)?;
        self.cut(number, size)?;
        if let Some(id) = self.file(number)?.id {
            self.record(&Record::Size { id, size, time });
        }
        Ok(())
    }

    /// Before the file `number` gets longer, makes what lies behind its end in its last block zeros, up to byte `end`. Only then:
    /// a file is cut off without any room.
    fn clear_tail(&mut self, names: &impl Names, number: usize, end: u64) -> Result<()> {
        const ZEROS: [u8; BLOCK] = [0; BLOCK];
        let file = self.file(number)?;
        let (at, start) = split(file.size);
        let count = end.saturating_sub(file.size).min((BLOCK - start) as u64) as usize;
        if start > 0 && count > 0 && file.extents.find(at).is_some() {
            self.write_some(names, number, at, start, &ZEROS[..count])?;
        }
        Ok(())
    }

    /// Writes into one block or into blocks that lie one behind the other, from byte `start` of the file's block `at` on, and
    /// returns how many bytes.
    fn write_some(
        &mut self,
        names: &impl Names,
        number: usize,
        at: u32,
        start: usize,
        bytes: &[u8],
    ) -> Result<usize> {
        // A block in the middle of an extent makes three of it.
        self.admit(2 * EXTENT_WEIGHT)?;
        if self.log.room_in_frame() < PIECE_MAX {
            self.commit(names)?;
        }
        let part = &bytes[..bytes.len().min(BLOCK - start)];
        let whole = if start == 0 { bytes.len() / BLOCK } else { 0 };
        let there = self.file(number)?.extents.find(at).map(|(block, _)| block);
        if let Some(block) = there.filter(|block| self.space.is_fresh(*block))
            && whole < DIRECT
        {
            self.cache.change(block)?[start..start + part.len()].copy_from_slice(part);
            return Ok(part.len());
        }
        let wanted = if whole >= DIRECT { whole as u32 } else { 1 };
        let (block, count) = self.take(names, wanted)?;
        let size = if whole >= DIRECT {
            self.cache.forget(block, count);
            let size = count as usize * BLOCK;
            let written = self.cache.device.write(u64::from(block) * BLOCK_SECTORS, &bytes[..size]);
            written.inspect_err(|_| self.failed = true)?;
            size
        } else {
            let page = match there {
                Some(old) if part.len() < BLOCK => self.cache.change_moved(old, block),
                _ => self.cache.change_new(block),
            };
            match page {
                Ok(page) => page[start..start + part.len()].copy_from_slice(part),
                Err(errno) => {
                    self.space.give(block, count);
                    return Err(errno);
                }
            }
            part.len()
        };
        let extent = Extent { at, block, count };
        if let Err(errno) = self.map(number, extent) {
            self.cache.forget(block, count);
            self.space.give(block, count);
            return Err(errno);
        }
        if let Some(id) = self.file(number)?.id {
            self.record(&Record::Map { id, at, block, count });
        }
        Ok(size)
    }

    /// Takes up to `wanted` free blocks.
    fn take(&mut self, names: &impl Names, wanted: u32) -> Result<(u32, u32)> {
        match self.space.take(wanted) {
            Some(blocks) => Ok(blocks),
            // What was given back is free after a commit.
            None if self.space.free() > 0 => {
                self.commit(names)?;
                self.space.take(wanted).ok_or(Errno::Nospc)
            }
            None => Err(Errno::Nospc),
        }
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

    /// Writes a snapshot into the other log, which counts from then on.
    fn snapshot(&mut self, names: &impl Names) -> Result<()> {
        self.superblock.generation += 1;
        self.log.restart(&self.superblock);
        self.write_snapshot(names)?;
        if !self.log.is_empty() {
            self.log.write(&mut self.cache.device)?;
        }
        self.superblock.snapshot = self.log.frames;
        self.cache.device.flush()?;
        self.superblock.write(&mut self.cache.device)?;
        self.cache.device.flush()
    }

    /// Notes a part of the snapshot.
    pub fn snapshot_record(&mut self, record: &Record<'_>) -> Result<()> {
        if self.log.room_in_frame() < RECORD_MAX {
            self.log.write(&mut self.cache.device)?;
        }
        self.record(record);
        Ok(())
    }
}

/// The block that byte `offset`, below [`SIZE_MAX`], is in, and where in it.
fn split(offset: u64) -> (u32, usize) {
    ((offset / BLOCK as u64) as u32, offset as usize % BLOCK)
}
