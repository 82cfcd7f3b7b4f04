//! What lies where on the disk. Numbers are little-endian.
//!
//! ```text
//! block 0      first superblock
//! block 1      second superblock
//! block 2      first log, then the second one
//! then         blocks of files
//! ```
//!
//! The disk's state is what its log says: a *snapshot* of the whole tree, and the changes since. A log that is full is
//! followed by a new snapshot in the other one, which counts from the moment its superblock is written. Superblock and log
//! of generation `g` are number `g % 2`.

use super::device::{BlockDevice, SECTOR};
use crate::{Errno, Result};
use sinter_abi::crc::crc32;

/// Bytes of a block.
pub const BLOCK: usize = 4096;
/// Sectors of a block.
pub const BLOCK_SECTORS: u64 = (BLOCK / SECTOR) as u64;
/// Blocks before the first log.
const FIRST_LOG: u32 = 2;
/// Least number of blocks of a disk.
pub const BLOCKS_MIN: u32 = 256;
/// Least number of blocks of a log.
const LOG_MIN: u32 = 16;

const MAGIC: [u8; 8] = *b"SinterFS";
const VERSION: u32 = 1;

/// Where things lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Blocks of the disk.
    pub blocks: u32,
    /// Blocks of each log.
    pub log: u32,
}

impl Layout {
    /// For a disk of `sectors` sectors.
    ///
    /// # Errors
    /// `Nospc` if it is too small.
    pub fn new(sectors: u64) -> Result<Self> {
        let blocks = u32::try_from(sectors / BLOCK_SECTORS).unwrap_or(u32::MAX);
        if blocks < BLOCKS_MIN {
            return Err(Errno::Nospc);
        }
        Ok(Self { blocks, log: (blocks / 32).max(LOG_MIN) })
    }

    /// The first block of the log of `generation`.
    pub fn log_start(&self, generation: u64) -> u32 {
        FIRST_LOG + (generation % 2) as u32 * self.log
    }

    /// The first block of files.
    pub fn first(&self) -> u32 {
        FIRST_LOG + 2 * self.log
    }
}

/// The beginning of everything: which log counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Superblock {
    /// Grows with every snapshot.
    pub generation: u64,
    /// Number of the disk, to which frames of the log belong.
    pub identity: u32,
    /// Number of frames of the snapshot.
    pub snapshot: u32,
    /// Where things lie.
    pub layout: Layout,
}

impl Superblock {
    const SIZE: usize = 36;

    /// Writes it.
    ///
    /// # Errors
    /// The device's.
    pub fn write(&self, device: &mut impl BlockDevice) -> Result<()> {
        let mut sector = [0; SECTOR];
        sector[..8].copy_from_slice(&MAGIC);
        sector[8..12].copy_from_slice(&VERSION.to_le_bytes());
        sector[12..20].copy_from_slice(&self.generation.to_le_bytes());
        sector[20..24].copy_from_slice(&self.identity.to_le_bytes());
        sector[24..28].copy_from_slice(&self.snapshot.to_le_bytes());
        sector[28..32].copy_from_slice(&self.layout.blocks.to_le_bytes());
        sector[32..36].copy_from_slice(&self.layout.log.to_le_bytes());
        let sum = crc32(0, &sector[..Self::SIZE]);
        sector[Self::SIZE..Self::SIZE + 4].copy_from_slice(&sum.to_le_bytes());
        device.write(Self::place(self.generation), &sector)
    }

    /// Reads the one that generations like `generation` have; `None` if there is none.
    ///
    /// # Errors
    /// The device's.
    pub fn read(device: &mut impl BlockDevice, generation: u64) -> Result<Option<Self>> {
        let mut sector = [0; SECTOR];
        device.read(Self::place(generation), &mut sector)?;
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| sector[at + i]));
        let superblock = Self {
            generation: u64::from(word(16)) << 32 | u64::from(word(12)),
            identity: word(20),
            snapshot: word(24),
            layout: Layout { blocks: word(28), log: word(32) },
        };
        let is_one = sector[..8] == MAGIC
            && word(8) == VERSION
            && crc32(0, &sector[..Self::SIZE]) == word(Self::SIZE)
            && superblock.generation % 2 == generation % 2
            && superblock.is_sound(device.sectors());
        Ok(is_one.then_some(superblock))
    }

    /// Makes what is in the place of `generation`'s none.
    ///
    /// # Errors
    /// The device's.
    pub fn clear(device: &mut impl BlockDevice, generation: u64) -> Result<()> {
        device.write(Self::place(generation), &[0; SECTOR])
    }

    /// Whether a disk of `sectors` sectors can have it.
    fn is_sound(&self, sectors: u64) -> bool {
        let Layout { blocks, log } = self.layout;
        let fits = u64::from(blocks) * BLOCK_SECTORS <= sectors;
        let logs = u64::from(FIRST_LOG) + 2 * u64::from(log);
        fits && blocks >= BLOCKS_MIN && log >= LOG_MIN && logs < blocks.into() && self.generation < u64::MAX
    }

    /// The sector that it lies in.
    fn place(generation: u64) -> u64 {
        generation % 2 * BLOCK_SECTORS
    }
}
