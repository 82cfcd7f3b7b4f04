//! Sound cards.

use crate::{Board, MemoryDisk};
pub use fatfs::FatType;
use fatfs::{FormatVolumeOptions, FsOptions};
use std::{
    io::{Cursor, Write},
    sync::Arc,
};
use wasi_kernel::{
    FileSystem, Result,
    fs::{
        Access,
        disk::{self, DiskFs, device::Partition, partition},
    },
};

/// Bytes of a mebibyte.
pub const MIB: usize = 1 << 20;
/// Bytes before the boot partition.
pub const BOOT: usize = MIB;
/// Bytes of the data partition, which is behind the boot partition.
pub const DATA_SIZE: usize = 2 * MIB;
/// The name of a file on the boot partition.
pub const LONG_NAME: &str = "a file with a long name, in Ελληνικά.conf";

/// Bytes of a boot partition that is hardly larger than its kind must be: FAT32 begins at 65,525 clusters.
pub fn boot_size(kind: FatType) -> usize {
    if kind == FatType::Fat32 { 34 * MIB } else { 3 * MIB }
}

/// A card with a boot partition of this kind, in clusters of one sector, and a data partition; both have some files. `large` is the size of
/// the boot partition's `folder/below/large`, whose bytes [`byte`] tells.
pub fn card(kind: FatType, large: usize) -> Arc<Vec<u8>> {
    let data = BOOT + boot_size(kind);
    let mut card = vec![0; data + DATA_SIZE];
    for (number, kind, start, size) in
        [(0, partition::BOOT, BOOT, boot_size(kind)), (1, partition::DATA, data, DATA_SIZE)]
    {
        let entry = &mut card[446 + 16 * number..][..16];
        entry[4] = kind;
        entry[8..12].copy_from_slice(&((start / 512) as u32).to_le_bytes());
        entry[12..].copy_from_slice(&((size / 512) as u32).to_le_bytes());
    }
    card[510..512].copy_from_slice(&[0x55, 0xaa]);
    fill_boot(&mut card[BOOT..data], kind, large).expect("there is room for them");
    let disk = MemoryDisk::with(Arc::new(card));
    fill_data(&disk, (data / 512) as u64).expect("there is room for them");
    Arc::new(disk.bytes())
}

/// Byte `index` of the large file.
pub fn byte(index: usize) -> u8 {
    (index / 3) as u8
}

fn fill_boot(volume: &mut [u8], kind: FatType, large: usize) -> std::io::Result<()> {
    let options =
        FormatVolumeOptions::new().fat_type(kind).bytes_per_cluster(512).volume_label(*b"FOLDER     ");
    fatfs::format_volume(Cursor::new(&mut *volume), options)?;
    let volume = fatfs::FileSystem::new(Cursor::new(volume), FsOptions::new())?;
    let root = volume.root_dir();
    root.create_file("CONFIG.TXT")?.write_all(b"arm_64bit=1\n")?;
    root.create_file(LONG_NAME)?.write_all(b"long")?;
    root.create_file("empty")?;
    // Called like the volume itself.
    let folder = root.create_dir("folder")?.create_dir("below")?;
    let bytes: Vec<u8> = (0..large).map(byte).collect();
    folder.create_file("large")?.write_all(&bytes)?;
    for number in 0..20 {
        folder.create_file(&format!("number {number}"))?.write_all(&[number; 10])?;
    }
    drop((folder, root));
    volume.unmount()
}

fn fill_data(disk: &MemoryDisk, start: u64) -> Result<()> {
    let mut part =
        Partition::new(disk.clone(), start, (DATA_SIZE / 512) as u64).ok_or(wasi_kernel::Errno::Nospc)?;
    disk::format(&mut part, 1)?;
    let fs: DiskFs<_, Board> = DiskFs::mount(part, Board, 1, 1 << 20).map_err(|_| wasi_kernel::Errno::Io)?;
    let (root, below) = (fs.root("/")?, fs.root("/a")?);
    let write = Access { read: true, write: true, truncate: false };
    for name in ["b", "c"] {
        let file = fs.create(below, name, write)?;
        fs.write(file, 5_000, &[1; 20_000])?;
        fs.write(file, 9_000, &[2; 100])?;
        fs.release(file);
    }
    fs.link((below, "b"), (root, "d"))?;
    fs.make_link(root, "e", "a/b")?;
    fs.rename((root, "d"), (below, "c"), false)?;
    fs.rename((root, "a"), (root, "f"), true)?;
    fs.unlink(below, "b")?;
    fs.sync_all()
}
