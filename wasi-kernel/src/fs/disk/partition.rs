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
    let found = entries(device)?.into_iter().flatten().find(|(found, _)| *found == kind);
    Ok(found.map(|(_, entry)| entry))
}

/// The first entry of the table, if it is a partition in the sense of [`find`].
///
/// # Errors
/// The device's.
pub fn first(device: &mut impl BlockDevice) -> Result<Option<Entry>> {
    Ok(entries(device)?[0].map(|(_, entry)| entry))
}

/// The types and places of the primary partitions.
fn entries(device: &mut impl BlockDevice) -> Result<[Option<(u8, Entry)>; 4]> {
    const ENTRIES: usize = 446;
    let mut table = [0; SECTOR];
    device.read(0, &mut table)?;
    if table[SECTOR - 2..] != [0x55, 0xaa] {
        return Ok([None; 4]);
    }
    let word = |at: usize| u64::from(u32::from_le_bytes([0, 1, 2, 3].map(|i| table[at + i])));
    let sectors = device.sectors();
    Ok([0, 1, 2, 3].map(|number| {
        let at = ENTRIES + 16 * number;
        let entry = Entry { start: word(at + 8), sectors: word(at + 12) };
        let is_sound = entry.start > 0 && entry.sectors > 0 && entry.start + entry.sectors <= sectors;
        is_sound.then_some((table[at + 4], entry))
    }))
}
