//! Where things lie on a FAT volume, by its boot sector (Microsoft's FAT Specification, 1.03).

use super::super::disk::{
    MountError,
    device::{BlockDevice, SECTOR},
    partition,
};
use core::ops::Range;

/// What the boot sector says, free of contradictions. Numbers of sectors are the card's.
pub struct Geometry {
    /// The volume.
    pub volume: Range<u64>,
    /// The first of its tables, which is the one that is read.
    pub table: Range<u64>,
    /// The first sector behind the tables, from where on there are directories and files.
    pub files: u64,
    /// Whether entries of the table have four bytes instead of two.
    pub is_fat32: bool,
    /// Numbers of clusters.
    pub clusters: Range<u32>,
}

impl Geometry {
    /// Reads that of the first partition of `device`.
    ///
    /// # Errors
    /// The device's; there is no FAT16 or FAT32 volume, or its boot sector contradicts itself or the partition table.
    pub fn read(device: &mut impl BlockDevice) -> Result<Self, MountError> {
        let part = partition::first(device)?;
        let part =
            part.ok_or(MountError::Corrupt("the card has no such sectors as its first partition's"))?;
        let mut sector = [0; SECTOR];
        device.read(part.start, &mut sector)?;
        let half = |at: usize| u32::from(u16::from_le_bytes([sector[at], sector[at + 1]]));
        let word = |at: usize| u64::from(half(at + 2)) << 16 | u64::from(half(at));
        if half(510) != 0xaa55 || half(11) as usize != SECTOR {
            return Err(MountError::Corrupt("there is no FAT volume with sectors of 512 bytes on it"));
        }
        let either = |small: usize, large: usize| match half(small) {
            0 => word(large),
            small => small.into(),
        };
        let (per_cluster, reserved, tables) =
            (u64::from(sector[13]), u64::from(half(14)), u64::from(sector[16]));
        let root_sectors = u64::from(half(17) * 32).div_ceil(SECTOR as u64);
        let (total, table_sectors) = (either(19, 32), either(22, 36));
        let files = reserved + tables * table_sectors;
        let clusters = total.saturating_sub(files + root_sectors).checked_div(per_cluster).unwrap_or(0);
        let clusters = 2..u32::try_from(clusters).unwrap_or(u32::MAX).saturating_add(2);
        // Which of the two it is, the number of clusters says alone.
        let is_fat32 = clusters.end >= 65_525 + 2;
        let entry = if is_fat32 { 4 } else { 2 };
        let is_sound = per_cluster.is_power_of_two()
            && reserved > 0
            && matches!(tables, 1 | 2)
            && total <= part.sectors
            && part.start + total <= u64::from(u32::MAX)
            && u64::from(clusters.end) * entry <= table_sectors * SECTOR as u64;
        // The information sector lies before the tables; the root directory is a file as others are.
        let is_sound_fat32 = clusters.end <= 0x0fff_fff7
            && root_sectors == 0
            && (1..reserved).contains(&half(48).into())
            && word(44).try_into().is_ok_and(|root| clusters.contains(&root));
        if clusters.end < 4085 + 2 || !is_sound || is_fat32 && !is_sound_fat32 {
            return Err(MountError::Corrupt("the boot sector contradicts itself"));
        }
        let table = part.start + reserved;
        Ok(Self {
            volume: part.start..part.start + total,
            table: table..table + table_sectors,
            files: part.start + files,
            is_fat32,
            clusters,
        })
    }

    /// Makes entries of a sector of the table that name no cluster bad ones: the library takes every number for a cluster.
    pub fn mend_table(&self, sector: &mut [u8]) {
        if self.is_fat32 {
            for entry in sector.chunks_exact_mut(4) {
                let next = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]) & 0x0fff_ffff;
                if !self.clusters.contains(&next) && next < 0x0fff_fff8 {
                    entry.copy_from_slice(&0x0fff_fff7_u32.to_le_bytes());
                }
            }
        } else {
            for entry in sector.chunks_exact_mut(2) {
                let next = u16::from_le_bytes([entry[0], entry[1]]);
                if !self.clusters.contains(&next.into()) && next < 0xfff8 {
                    entry.copy_from_slice(&0xfff7_u16.to_le_bytes());
                }
            }
        }
    }
}
