//! The log: frames of records, one behind the other.
//!
//! A frame begins at a sector. It counts if its checksum is right, which covers the checksum of the frame before it: so
//! neither half a frame counts nor one that an earlier log left behind. The first one that does not count ends the log.

use super::{
    device::{BlockDevice, SECTOR},
    layout::{BLOCK_SECTORS, Superblock},
};
use crate::{Errno, Result};
use alloc::vec::Vec;
use core::mem;
use sinter_abi::crc::crc32;

/// Bytes before a frame's records: checksum, and number of the bytes behind it.
const HEADER: usize = 8;

/// Greatest size of a frame.
pub const FRAME_MAX: usize = 64 << 10;

/// A frame that was read.
pub struct Frame(Vec<u8>);

impl Frame {
    /// What is in it.
    pub fn records(&self) -> &[u8] {
        &self.0[HEADER..]
    }
}

/// A log that is read to its end, and then written.
pub struct Log {
    /// The sector of the next frame.
    at: u64,
    /// The sector behind the log.
    end: u64,
    /// Checksum of the frame before the next one.
    sum: u32,
    /// Number of frames.
    pub frames: u32,
    /// The frame that is being made or read. Its capacity is [`FRAME_MAX`].
    frame: Vec<u8>,
}

impl Log {
    /// At the beginning of the log of `superblock`'s generation.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn new(superblock: &Superblock) -> Result<Self> {
        let mut frame = Vec::new();
        frame.try_reserve_exact(FRAME_MAX).map_err(|_| Errno::Nomem)?;
        let mut log = Self { at: 0, end: 0, sum: 0, frames: 0, frame };
        log.restart(superblock);
        Ok(log)
    }

    /// Goes to the beginning of the log of `superblock`'s generation. The frame that is being made is empty then.
    pub fn restart(&mut self, superblock: &Superblock) {
        let start = u64::from(superblock.layout.log_start(superblock.generation));
        self.at = start * BLOCK_SECTORS;
        self.end = self.at + u64::from(superblock.layout.log) * BLOCK_SECTORS;
        self.sum = crc32(superblock.identity, &superblock.generation.to_le_bytes());
        self.frames = 0;
        self.begin();
    }

    /// The frame that is being made, for records to be appended to.
    pub fn frame(&mut self) -> &mut Vec<u8> {
        &mut self.frame
    }

    /// Whether there is nothing in the frame.
    pub fn is_empty(&self) -> bool {
        self.frame.len() == HEADER
    }

    /// Bytes for which there is room in the frame.
    pub fn room_in_frame(&self) -> usize {
        FRAME_MAX - self.frame.len()
    }

    /// Whether there is no room for the frame that is being made.
    pub fn is_full(&self) -> bool {
        (self.end - self.at) < self.frame.len().div_ceil(SECTOR) as u64
    }

    /// Writes the frame, and begins the next one.
    ///
    /// # Errors
    /// The device's; `Nospc` if there is no room in the log.
    pub fn write(&mut self, device: &mut impl BlockDevice) -> Result<()> {
        if self.is_full() {
            return Err(Errno::Nospc);
        }
        let size = (self.frame.len() - HEADER) as u32;
        self.frame[4..8].copy_from_slice(&size.to_le_bytes());
        let sum = crc32(self.sum, &self.frame[4..]);
        self.frame[..4].copy_from_slice(&sum.to_le_bytes());
        // The capacity is a multiple of sectors.
        self.frame.resize(self.frame.len().next_multiple_of(SECTOR), 0);
        device.write(self.at, &self.frame)?;
        self.at += (self.frame.len() / SECTOR) as u64;
        self.sum = sum;
        self.frames += 1;
        self.begin();
        Ok(())
    }

    /// Reads the next frame; `None` at the end of the log. [`Log::put_back`] is to get it back.
    ///
    /// # Errors
    /// The device's.
    pub fn read(&mut self, device: &mut impl BlockDevice) -> Result<Option<Frame>> {
        if self.at == self.end {
            return Ok(None);
        }
        self.frame.clear();
        self.frame.resize(SECTOR, 0);
        device.read(self.at, &mut self.frame)?;
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| self.frame[at + i]));
        let (sum, size) = (word(0), HEADER.saturating_add(word(4) as usize));
        let sectors = size.div_ceil(SECTOR);
        let is_frame = size > HEADER && size <= FRAME_MAX && sectors as u64 <= self.end - self.at;
        if is_frame && sectors > 1 {
            self.frame.resize(sectors * SECTOR, 0);
            device.read(self.at + 1, &mut self.frame[SECTOR..])?;
        }
        if !is_frame || crc32(self.sum, &self.frame[4..size]) != sum {
            self.begin();
            return Ok(None);
        }
        self.at += sectors as u64;
        self.sum = sum;
        self.frames += 1;
        self.frame.truncate(size);
        Ok(Some(Frame(mem::take(&mut self.frame))))
    }

    /// Takes back what [`Log::read`] gave.
    pub fn put_back(&mut self, frame: Frame) {
        self.frame = frame.0;
        self.begin();
    }

    fn begin(&mut self) {
        self.frame.clear();
        self.frame.resize(HEADER, 0);
    }
}
