//! The bytes of files: from the disk and to it.

use super::{
    account::NOBODY,
    cache::RUN,
    device::BlockDevice,
    extents::Extent,
    layout::{BLOCK, BLOCK_SECTORS},
    names::Names,
    record::Record,
    state::{EXTENT_WEIGHT, State},
};
use crate::{Errno, Result};

/// Largest size of a file in bytes: blocks in it have numbers of 32 bits.
pub const SIZE_MAX: u64 = (1 << 44) - 4096;

/// Bytes in the log of one piece of a file and of its size, at most.
const PIECE_MAX: usize = 64;

/// So many whole blocks or more go between the disk and the caller's buffer without the cache.
const DIRECT: usize = 8;

impl<B: BlockDevice> State<B> {
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
        self.begin(names, NOBODY, 0)?;
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
        let payer = self.payer(number);
        self.admit(payer, 2 * EXTENT_WEIGHT)?;
        if self.log.room_in_frame() < PIECE_MAX {
            self.commit(names)?;
        }
        let part = &bytes[..bytes.len().min(BLOCK - start)];
        let whole = if start == 0 { bytes.len() / BLOCK } else { 0 };
        let room = self.accounts[payer as usize].room().blocks;
        let extents = &self.file(number)?.extents;
        // Blocks take the place of those that are there, or the payer pays for them.
        let (there, most) = match extents.find(at) {
            Some((block, count)) => (Some(block), count.into()),
            None => (None, room.min(extents.gap(at).into())),
        };
        if most == 0 {
            return Err(Errno::Nospc);
        }
        if let Some(block) = there.filter(|block| self.space.is_fresh(*block))
            && whole < DIRECT
        {
            self.cache.change(block)?[start..start + part.len()].copy_from_slice(part);
            return Ok(part.len());
        }
        let wanted = if whole >= DIRECT { most.min(whole as u64) as u32 } else { 1 };
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
}

/// The block that byte `offset`, below [`SIZE_MAX`], is in, and where in it.
fn split(offset: u64) -> (u32, usize) {
    ((offset / BLOCK as u64) as u32, offset as usize % BLOCK)
}
