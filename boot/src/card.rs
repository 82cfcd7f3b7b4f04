//! The SD card's image: a partition table, a FAT32 partition that the firmware boots from, and one for data.
//!
//! ```text
//! sector 0          master boot record
//! sector 2048       boot partition, FAT32, label SINTER, 63 MiB or what its files need
//! behind it, to the end of the card   data partition
//! ```
//!
//! The same files and size give the same bytes: all times are 1980, and numbers that are to be unlike those of other
//! cards come from the files' hash.

use crate::disk::Disk;
use fatfs::{Date, DateTime, FatType, FormatVolumeOptions, FsOptions, Time, TimeProvider};
use mbrman::{CHS, MBR, MBRPartitionEntry};
use sha2::{Digest, Sha256};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use thiserror::Error;
use wasi_kernel::fs::disk::{self, partition};

/// Bytes of a sector.
pub const SECTOR: u64 = 512;
/// Partitions begin at multiples of this many bytes, which cards and their erase blocks like.
pub const ALIGNMENT: u64 = 1 << 20;
/// Least [`Card::size`]: FAT32 needs 65,525 clusters, and a data partition is left.
pub const SIZE_MIN: u64 = 128 << 20;
/// Greatest [`Card::size`]: sectors have numbers of 32 bits in a partition table.
pub const SIZE_MAX: u64 = 1 << 40;

/// Bytes of the boot partition if its files do not need more: with the sectors before it 64 MiB.
const BOOT_SIZE: u64 = 63 << 20;
/// The partition's label, padded to eleven bytes.
const LABEL: [u8; 11] = *b"SINTER     ";

/// What goes onto a card.
#[derive(Debug, Clone)]
pub struct Card {
    /// Files of the boot partition's root directory, by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// Bytes of the whole card, a power of two from [`SIZE_MIN`] to [`SIZE_MAX`] as QEMU demands; `None` for the
    /// least one.
    pub size: Option<u64>,
}

/// Why a card cannot be written.
#[derive(Debug, Error)]
pub enum Error {
    /// [`Card::size`] is none of those that there are.
    #[error("a card has a power of two of bytes from 128MiB to 1TiB: --size {}B", .0.next_power_of_two().clamp(SIZE_MIN, SIZE_MAX))]
    Size(u64),
    /// [`Card::size`] is too small.
    #[error("the card's files need {0} bytes: --size {needed}B", needed = .0.next_power_of_two())]
    Full(u64),
    /// The file cannot be written, or a library refuses a value.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<mbrman::Error> for Error {
    fn from(error: mbrman::Error) -> Self {
        Self::Io(io::Error::other(error))
    }
}

impl Card {
    /// Writes the card to `out`, which is empty and is left with [`Card::size`] bytes. Zeros are skipped, so that a
    /// file has holes there; `set_len` gives it its size.
    ///
    /// # Errors
    /// The size is impossible, or the card cannot be written.
    pub fn write<W: Read + Write + Seek + Send>(
        &self,
        out: &mut W,
        set_len: impl FnOnce(&mut W, u64) -> io::Result<()>,
    ) -> Result<(), Error> {
        let boot_size = self.boot_size();
        let least = ALIGNMENT + boot_size + ALIGNMENT;
        let size = self.size.unwrap_or_else(|| least.next_power_of_two().max(SIZE_MIN));
        if !size.is_power_of_two() || !(SIZE_MIN..=SIZE_MAX).contains(&size) {
            return Err(Error::Size(size));
        }
        if size < least {
            return Err(Error::Full(least));
        }
        set_len(out, size)?;
        let identity = self.identity();
        let mut table = MBR::new_from(out, SECTOR as u32, identity)?;
        table[1] = entry(partition::BOOT, ALIGNMENT, boot_size);
        let data = ALIGNMENT + boot_size;
        table[2] = entry(partition::DATA, data, size - data);
        table.write_into(out)?;
        let boot = self.boot(boot_size, u32::from_le_bytes(identity))?;
        for (block, at) in boot.chunks(4096).zip((ALIGNMENT..).step_by(4096)) {
            if block.iter().any(|&byte| byte != 0) {
                out.seek(SeekFrom::Start(at))?;
                out.write_all(block)?;
            }
        }
        disk::format(&mut Disk::new(&mut *out, data, size - data), u32::from_le_bytes(identity))
            .map_err(|errno| io::Error::other(format!("the data partition: {errno:?}")))?;
        out.flush()?;
        Ok(())
    }

    /// Bytes of the boot partition: half of it stays free for the next kernel.
    fn boot_size(&self) -> u64 {
        let files: u64 = self.files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        (2 * files).next_multiple_of(ALIGNMENT).max(BOOT_SIZE)
    }

    /// What tells this card from others.
    fn identity(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        for (name, bytes) in &self.files {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        let hash = hash.finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The bytes of the boot partition.
    fn boot(&self, size: u64, identity: u32) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; size as usize];
        let options = FormatVolumeOptions::new()
            .fat_type(FatType::Fat32)
            .bytes_per_cluster(SECTOR as u32)
            .volume_id(identity)
            .volume_label(LABEL);
        fatfs::format_volume(Cursor::new(&mut bytes[..]), options)?;
        hidden_sectors(&mut bytes);
        let options = FsOptions::new().time_provider(&Epoch);
        let volume = fatfs::FileSystem::new(Cursor::new(&mut bytes[..]), options)?;
        for (name, content) in &self.files {
            volume.root_dir().create_file(name)?.write_all(content)?;
        }
        volume.unmount()?;
        Ok(bytes)
    }
}

fn entry(sys: u8, start: u64, size: u64) -> MBRPartitionEntry {
    MBRPartitionEntry {
        boot: mbrman::BOOT_INACTIVE,
        first_chs: CHS::empty(),
        sys,
        last_chs: CHS::empty(),
        starting_lba: (start / SECTOR) as u32,
        sectors: (size / SECTOR) as u32,
    }
}

/// Writes the number of sectors before the partition into both of its boot sectors (BPB_HiddSec in Microsoft's
/// specification of FAT32), which the library leaves at 0.
fn hidden_sectors(volume: &mut [u8]) {
    const BACKUP: usize = 6;
    for sector in [0, BACKUP] {
        let at = sector * SECTOR as usize + 28;
        volume[at..at + 4].copy_from_slice(&((ALIGNMENT / SECTOR) as u32).to_le_bytes());
    }
}

/// The first time that FAT knows.
#[derive(Debug)]
struct Epoch;

impl TimeProvider for Epoch {
    fn get_current_date(&self) -> Date {
        Date { year: 1980, month: 1, day: 1 }
    }

    fn get_current_date_time(&self) -> DateTime {
        DateTime { date: self.get_current_date(), time: Time { hour: 0, min: 0, sec: 0, millis: 0 } }
    }
}
