//! Cards with bytes that someone changed: they are mounted, or refused, and whatever then seems to be on them is used.

use crate::{
    Board, MemoryDisk,
    samples::{self, FatType},
};
use std::sync::{Arc, OnceLock};
use wasi_kernel::{
    Errno, FileSystem,
    fs::{
        Node,
        disk::{
            DiskFs,
            device::{BlockDevice, Partition, SECTOR},
            partition,
        },
        fat::Fat,
        fixed::FixedFs,
    },
    types::Kind,
};

/// Bytes of the file system's blocks, and the greatest size of a frame of its log.
const BLOCK: usize = 4096;
const FRAME_MAX: usize = 64 << 10;

/// Damages a card as `input` says, and uses it. The first byte says which card and what of it; then there are changes: two bytes for one of the
/// sectors that are not empty, two for the byte in it, one for how many bytes, and those.
///
/// # Panics
/// If the file systems do, or do not keep what they promise for any card: an error that has a message of one line, an end to
/// every call, and after a sync a file system that is sound.
pub fn try_card(input: &[u8]) {
    let Some((&what, changes)) = input.split_first() else { return };
    let kind = if what & 1 == 0 { FatType::Fat16 } else { FatType::Fat32 };
    let sample = sample(kind);
    let disk = MemoryDisk::with(sample.bytes.clone());
    sample.change(&disk, changes);
    if what & 2 == 0 {
        try_boot(disk);
    } else {
        try_data(disk, what & 4 != 0);
    }
}

/// A card that is sound.
struct Sample {
    bytes: Arc<Vec<u8>>,
    /// Its sectors that are not empty.
    sectors: Vec<usize>,
}

fn sample(kind: FatType) -> &'static Sample {
    static SAMPLES: [OnceLock<Sample>; 2] = [const { OnceLock::new() }; 2];
    SAMPLES[usize::from(kind == FatType::Fat32)].get_or_init(|| {
        let bytes = samples::card(kind, 3_000);
        let is_used = |sector: &(usize, &[u8])| sector.1.iter().any(|&byte| byte != 0);
        let sectors = bytes.chunks(SECTOR).enumerate().filter(is_used).map(|(at, _)| at).collect();
        Sample { bytes, sectors }
    })
}

impl Sample {
    fn change(&self, disk: &MemoryDisk, mut changes: &[u8]) {
        while let Some((&[s0, s1, at0, at1, size], rest)) = changes.split_first_chunk() {
            let sector = self.sectors[usize::from(u16::from_le_bytes([s0, s1])) % self.sectors.len()];
            let at = usize::from(u16::from_le_bytes([at0, at1])) % SECTOR;
            let (bytes, rest) = rest.split_at(usize::from(size).min(rest.len()));
            disk.put(sector * SECTOR + at, bytes);
            changes = rest;
        }
    }
}

fn try_boot(disk: MemoryDisk) {
    let mounted: Result<Fat<_, _, spin::Spin>, _> = Fat::mount(disk, Board);
    match mounted {
        Ok(fat) => {
            let fs = FixedFs::new(fat, 5);
            let root = fs.root("0").expect("the root is there");
            use_all(&fs, root, 0);
        }
        Err(error) => check(&error),
    }
}

fn try_data(mut disk: MemoryDisk, mends: bool) {
    let Ok(Some(entry)) = partition::find(&mut disk, partition::DATA) else { return };
    let part = || Partition::new(disk.clone(), entry.start, entry.sectors).expect("the card has it");
    if mends {
        mend(&mut part());
    }
    let mount = || -> Result<DiskFs<_, _>, _> { DiskFs::mount(part(), Board, 1, 1 << 20) };
    match mount() {
        Ok(fs) => {
            let root = fs.root("/").expect("the root is there");
            use_all(&fs, root, 0);
            if fs.sync_all().is_ok() {
                assert!(mount().is_ok(), "{:?}", mount().err());
            }
        }
        Err(error) => check(&error),
    }
}

fn check(error: &dyn std::fmt::Display) {
    let message = error.to_string();
    assert!(!message.is_empty() && !message.contains('\n'), "{message:?}");
}

/// Everything that can be done to a tree.
fn use_all(fs: &dyn FileSystem, directory: Node, depth: usize) {
    let mut names = Vec::new();
    let _ = fs.read_directory(directory, 0, &mut |entry| {
        names.push(entry.name.to_owned());
        names.len() < 100
    });
    for name in names {
        let Ok((node, kind)) = fs.lookup(directory, &name) else { continue };
        let _ = fs.stat(node);
        match kind {
            Kind::Directory if depth < 50 => use_all(fs, node, depth + 1),
            Kind::Link => drop(fs.read_link(node)),
            _ => {
                let mut buffer = [0; 10_000];
                for offset in [0, 700, 2_999, 1 << 20, u64::from(u32::MAX) - 5_000, 1 << 43] {
                    let _ = fs.read(node, offset, &mut buffer);
                }
                let _ = fs.write(node, 6_000, &[3; 50_000]);
                let _ = fs.set_size(node, 7_000);
            }
        }
        fs.release(node);
        let _ = fs.rename((directory, &name), (directory, "moved"), false);
        let _ = fs.unlink(directory, "moved");
    }
}

/// Makes the checksums of a data partition's superblocks and logs right, as whoever writes one on purpose does.
fn mend(part: &mut impl BlockDevice) {
    let mut disk = Bytes(part);
    for slot in 0..2 {
        let superblock: [u8; 40] = disk.read(slot * BLOCK);
        let sum = crc32(0, &superblock[..36]);
        disk.write(slot * BLOCK + 36, &sum.to_le_bytes());
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| superblock[at + i]));
        let (identity, log) = (word(20), word(32) as usize);
        let mut at = (2 + slot * log.min(1 << 20)) * BLOCK;
        let mut sum = crc32(identity, &superblock[12..20]);
        loop {
            let header: [u8; 8] = disk.read(at);
            let size = 8 + u32::from_le_bytes([4, 5, 6, 7].map(|i| header[i])) as usize;
            if size == 8 || size > FRAME_MAX {
                break;
            }
            let frame = disk.read_all(at + 4, size - 4);
            sum = crc32(sum, &frame);
            disk.write(at, &sum.to_le_bytes());
            at += size.next_multiple_of(SECTOR);
        }
    }
}

fn crc32(sum: u32, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(sum);
    hasher.update(bytes);
    hasher.finalize()
}

/// A device by bytes. Behind its end there are zeros.
struct Bytes<'a, B>(&'a mut B);

impl<B: BlockDevice> Bytes<'_, B> {
    fn sector(&mut self, at: usize) -> [u8; SECTOR] {
        let mut sector = [0; SECTOR];
        match self.0.read((at / SECTOR) as u64, &mut sector) {
            Ok(()) | Err(Errno::Io) => sector,
            Err(errno) => panic!("a disk in memory gives {errno:?}"),
        }
    }

    fn read<const SIZE: usize>(&mut self, at: usize) -> [u8; SIZE] {
        self.read_all(at, SIZE).try_into().expect("these are so many")
    }

    fn read_all(&mut self, at: usize, size: usize) -> Vec<u8> {
        let sectors = (at / SECTOR * SECTOR..at + size).step_by(SECTOR);
        let bytes: Vec<u8> = sectors.flat_map(|at| self.sector(at)).collect();
        bytes[at % SECTOR..][..size].to_vec()
    }

    /// All in one sector.
    fn write(&mut self, at: usize, bytes: &[u8]) {
        let mut sector = self.sector(at);
        sector[at % SECTOR..][..bytes.len()].copy_from_slice(bytes);
        let _ = self.0.write((at / SECTOR) as u64, &sector);
    }
}
