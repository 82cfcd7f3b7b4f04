//! Files of a FAT partition, sound ones and such that contradict themselves.

mod support;

use fatfs::{FatType, FormatVolumeOptions, FsOptions};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use support::{Board, disk::MemoryDisk};
use wasi_kernel::{
    Errno, FileSystem,
    fs::{Access, Node, fat::Fat, fixed::FixedFs},
    types::Kind,
};

const MIB: usize = 1 << 20;
const READ: Access = Access { read: true, write: false, truncate: false };

type Volume = FixedFs<Fat<MemoryDisk, Board, spin::Spin>>;

fn mount(disk: &MemoryDisk) -> Result<Volume, Errno> {
    Fat::mount(disk.clone(), Board::new()).map(|fat| FixedFs::new(fat, 5))
}

/// A byte of the large file.
fn byte(index: usize) -> u8 {
    (index / 3) as u8
}

/// A card whose first partition has some files, in clusters of one sector.
fn card(kind: FatType, size: usize) -> Vec<u8> {
    let mut card = vec![0; MIB + size];
    card[446..462].copy_from_slice(&[0, 0, 0, 0, 0x0c, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]);
    card[458..462].copy_from_slice(&((size / 512) as u32).to_le_bytes());
    card[510..512].copy_from_slice(&[0x55, 0xaa]);
    let part =
        || FormatVolumeOptions::new().fat_type(kind).bytes_per_cluster(512).volume_label(*b"LABEL      ");
    fatfs::format_volume(Cursor::new(&mut card[MIB..]), part()).unwrap();
    let volume = fatfs::FileSystem::new(Cursor::new(&mut card[MIB..]), FsOptions::new()).unwrap();
    let root = volume.root_dir();
    root.create_file("CONFIG.TXT").unwrap().write_all(b"arm_64bit=1\n").unwrap();
    root.create_file("a file with a long name, in Ελληνικά.conf").unwrap().write_all(b"long").unwrap();
    root.create_file("empty").unwrap();
    let folder = root.create_dir("folder").unwrap().create_dir("below").unwrap();
    let bytes: Vec<u8> = (0..300_000).map(byte).collect();
    folder.create_file("large").unwrap().write_all(&bytes).unwrap();
    for number in 0..50 {
        folder.create_file(&format!("number {number}")).unwrap().write_all(&[number; 10]).unwrap();
    }
    drop((folder, root));
    volume.unmount().unwrap();
    card
}

fn disk(bytes: Vec<u8>) -> MemoryDisk {
    MemoryDisk(std::sync::Arc::new(std::sync::Mutex::new(bytes)))
}

/// The node at `path`.
fn find(fs: &Volume, path: &str) -> Result<(Node, Kind), Errno> {
    let mut found = (fs.root("0")?, Kind::Directory);
    for name in path.split('/') {
        found = fs.lookup(found.0, name)?;
    }
    Ok(found)
}

#[test]
fn files_are_read() {
    // FAT32 begins at 65,525 clusters.
    for (kind, size) in [(FatType::Fat16, 8 * MIB), (FatType::Fat32, 40 * MIB)] {
        let fs = mount(&disk(card(kind, size))).unwrap();
        let mut names = Vec::new();
        fs.read_directory(fs.root("0").unwrap(), 0, &mut |entry| {
            names.push(entry.name.to_owned());
            true
        })
        .unwrap();
        assert_eq!(names, ["CONFIG.TXT", "a file with a long name, in Ελληνικά.conf", "empty", "folder"]);
        let read = |path: &str, offset: u64, size: usize| {
            let (node, kind) = find(&fs, path).unwrap();
            assert_eq!(kind, Kind::File);
            fs.open(node, READ).unwrap();
            let mut buffer = vec![0; size];
            let read = fs.read(node, offset, &mut buffer).unwrap();
            buffer.truncate(read);
            buffer
        };
        assert_eq!(read("CONFIG.TXT", 0, 100), b"arm_64bit=1\n");
        assert_eq!(read("a file with a long name, in Ελληνικά.conf", 1, 2), b"on");
        assert_eq!(read("empty", 0, 1), b"");
        for offset in [0, 1, 511, 512, 299_000, 299_999, 300_000, 1 << 40] {
            let expected: Vec<u8> = (offset..300_000.max(offset)).take(5_000).map(byte).collect();
            assert_eq!(read("folder/below/large", offset as u64, 5_000), expected, "{offset}");
            // Another file in between.
            assert_eq!(read("folder/below/number 49", 3, 100), [49; 7]);
        }
        let (large, _) = find(&fs, "folder/below/large").unwrap();
        assert_eq!(fs.stat(large).unwrap().size, 300_000);
        // Nothing is written.
        assert_eq!(fs.open(large, Access { write: true, ..READ }), Err(Errno::Rofs));
        assert_eq!(fs.unlink(fs.root("0").unwrap(), "empty"), Err(Errno::Rofs));
        assert_eq!(find(&fs, "none"), Err(Errno::Noent));
        assert_eq!(find(&fs, "empty/below"), Err(Errno::Notdir));
    }
}

/// A directory whose entry leads back to the root has no end.
#[test]
fn directory_loops_are_refused() {
    let mut card = card(FatType::Fat32, 40 * MIB);
    let entry = card.windows(11).position(|name| name == b"BELOW      ").unwrap();
    let root = 2_u32;
    card[entry + 20..entry + 22].copy_from_slice(&((root >> 16) as u16).to_le_bytes());
    card[entry + 26..entry + 28].copy_from_slice(&(root as u16).to_le_bytes());
    assert_eq!(mount(&disk(card)).err(), Some(Errno::Io));
}

/// A chain of clusters that leads back to its beginning has no end.
#[test]
fn cluster_loops_end() {
    let good = card(FatType::Fat32, 40 * MIB);
    let table = MIB + 512 * usize::from(u16::from_le_bytes([good[MIB + 14], good[MIB + 15]]));
    for cluster in (2..800).step_by(19) {
        let mut card = good.clone();
        let at = table + 4 * cluster;
        card[at..at + 4].copy_from_slice(&(cluster as u32).to_le_bytes());
        if let Ok(fs) = mount(&disk(card)) {
            read_all(&fs, fs.root("0").unwrap());
        }
    }
}

fn read_all(fs: &Volume, directory: Node) {
    let mut names = Vec::new();
    let _ = fs.read_directory(directory, 0, &mut |entry| {
        names.push(entry.name.to_owned());
        true
    });
    for name in names {
        match fs.lookup(directory, &name) {
            Ok((node, Kind::Directory)) => read_all(fs, node),
            Ok((node, _)) => {
                let mut buffer = vec![0; 100_000];
                for offset in [0, 100_000, 299_000] {
                    let _ = fs.read(node, offset, &mut buffer);
                }
            }
            Err(_) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn no_volume_does_harm(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        // What counts lies in these sectors: the tables, the boot sector, the first of the FAT, the directories.
        static CARD: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut bytes = CARD.get_or_init(|| card(FatType::Fat16, 8 * MIB)).clone();
        let interesting: Vec<usize> = (0..bytes.len() / 512)
            .filter(|sector| bytes[sector * 512..][..512].iter().any(|&byte| byte != 0)).take(200).collect();
        for (place, value) in &changes {
            let place = place.index(interesting.len() * 512);
            bytes[interesting[place / 512] * 512 + place % 512] = *value;
        }
        if let Ok(fs) = mount(&disk(bytes)) {
            read_all(&fs, fs.root("0").unwrap());
        }
    }
}
