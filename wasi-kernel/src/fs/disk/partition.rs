//! The partition table: a master boot record.

use super::device::{BlockDevice, SECTOR};
use crate::Result;

/// Type of the partition that the board boots from: FAT32 with sector numbers.
pub const BOOT: u8 = 0x0c;
/// Type of the data partition: for individual use, by the Alternative OS Development Partition Standard.
pub const DATA: u8 = 0x7f;

/// Where a partition lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its first sector.
    pub start: u64,
    /// Its sectors, at least one, all of which the device has.
    pub sectors: u64,
}

/// The first primary partition of type `kind`. One that does not lie on the device, or overlaps the table, is none.
///
/// # Errors
/// The device's.
pub fn find(device: &mut impl BlockDevice, kind: u8) -> Result<Option<Entry>> {
    const ENTRIES: usize = 446;
    let mut table = [0; SECTOR];
    device.read(0, &mut table)?;
    if table[SECTOR - 2..] != [0x55, 0xaa] {
        return Ok(None);
    }
    let word = |at: usize| u64::from(u32::from_le_bytes([0, 1, 2, 3].map(|i| table[at + i])));
    let entries = (0..4).map(|number| ENTRIES + 16 * number).filter(|at| table[at + 4] == kind);
    let entries = entries.map(|at| Entry { start: word(at + 8), sectors: word(at + 12) });
    let sectors = device.sectors();
    let mut sound = entries
        .filter(|entry| entry.start > 0 && entry.sectors > 0 && entry.start + entry.sectors <= sectors);
    Ok(sound.next())
}
