//! Entries of directories as they lie on the disk, 32 bytes each (FAT Specification 6, 7).

use alloc::{string::String, vec::Vec};
use core::ops::Range;

/// Bytes of an entry.
pub const SIZE: usize = 32;
/// Parts of a long name, at most: 13 letters each.
pub const PARTS_MAX: usize = 20;

const SYSTEM: u8 = 0x04;
const VOLUME: u8 = 0x08;
const DIRECTORY: u8 = 0x10;
const LONG: u8 = 0x0f;

/// Makes a sector of a directory one that the library can take: entries that are only for people (parts of long names, the volume's
/// label) get a name that nothing has, since the library would find them under theirs, and are labels then, those that were parts with
/// the attribute of a system's file. Whether the others are sound: their names are some, and they begin at one of `clusters`, whose numbers
/// have 28 bits if `is_fat32`.
pub fn mend(sector: &mut [u8], is_fat32: bool, clusters: &Range<u32>) -> bool {
    for entry in sector.chunks_exact_mut(SIZE) {
        match entry[0] {
            // The end of the directory.
            0 => break,
            // A name that was removed.
            0xe5 => continue,
            _ => {}
        }
        let attributes = entry[11];
        if attributes & VOLUME != 0 {
            entry.fill(0);
            entry[..11].fill(1);
            entry[11] = if attributes & LONG == LONG { VOLUME | SYSTEM } else { VOLUME };
            continue;
        }
        let half = |at: usize| u32::from(u16::from_le_bytes([entry[at], entry[at + 1]]));
        let first = if is_fat32 { half(20) << 16 } else { 0 } | half(26);
        // The root directory has no number as a parent, and an empty file has no cluster.
        let is_none = first == 0 && (attributes & DIRECTORY != 0 || entry[28..] == [0; 4]);
        // 5 stands for a first letter 0xe5.
        let is_named = entry[0] != b' '
            && entry[..11].iter().zip(0..).all(|(&letter, at)| letter >= b' ' || at == 0 && letter == 5);
        if !is_named || !is_none && !clusters.contains(&first) {
            return false;
        }
    }
    true
}

/// The name that the last ones of `parts`, in their order on the disk, give the entry with the short name `short`; `None` if they are
/// not its, or no text.
pub fn long_name(parts: &[[u8; SIZE]], short: &[u8]) -> Option<String> {
    const LAST: u8 = 0x40;
    let sum = short.iter().fold(0_u8, |sum, letter| sum.rotate_right(1).wrapping_add(*letter));
    let mut units = Vec::new();
    for (part, number) in parts.iter().rev().zip(1_u8..) {
        if part[0] & !LAST != number || part[11] & LONG != LONG || part[13] != sum {
            return None;
        }
        for letters in [&part[1..11], &part[14..26], &part[28..32]] {
            units.extend(letters.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])));
        }
        // What lies before it is nobody's.
        if part[0] & LAST != 0 {
            let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
            return String::from_utf16(&units[..end]).ok().filter(|name| !name.is_empty());
        }
    }
    None
}
