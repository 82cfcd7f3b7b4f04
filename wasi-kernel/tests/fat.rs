//! Files of a FAT partition, sound ones and such that contradict themselves.

mod support;

use sinter_cards::{
    MemoryDisk,
    samples::{BOOT, FatType, LONG_NAME, byte, card},
};
use std::sync::Arc;
use support::Board;
use wasi_kernel::{
    Errno, FileSystem,
    fs::{Access, Node, disk::MountError, fat::Fat, fixed::FixedFs},
    types::Kind,
};

/// Bytes of the large file.
const LARGE: usize = 300_000;
const READ: Access = Access { read: true, write: false, truncate: false };

type Volume = FixedFs<Fat<MemoryDisk, Board, spin::Spin>>;

fn mount(disk: &MemoryDisk) -> Result<Volume, MountError> {
    Fat::mount(disk.clone(), Board::new()).map(|fat| FixedFs::new(fat, 5))
}

fn disk(card: &Arc<Vec<u8>>) -> MemoryDisk {
    MemoryDisk::with(card.clone())
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
    for kind in [FatType::Fat16, FatType::Fat32] {
        let fs = mount(&disk(&card(kind, LARGE))).unwrap();
        let mut names = Vec::new();
        fs.read_directory(fs.root("0").unwrap(), 0, &mut |entry| {
            names.push(entry.name.to_owned());
            true
        })
        .unwrap();
        assert_eq!(names, ["CONFIG.TXT", LONG_NAME, "empty", "folder"]);
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
        assert_eq!(read(LONG_NAME, 1, 2), b"on");
        assert_eq!(read("empty", 0, 1), b"");
        for offset in [0, 1, 511, 512, 299_000, 299_999, 300_000, 1 << 40] {
            let expected: Vec<u8> = (offset..300_000.max(offset)).take(5_000).map(byte).collect();
            assert_eq!(read("folder/below/large", offset as u64, 5_000), expected, "{offset}");
            // Another file in between.
            assert_eq!(read("folder/below/number 19", 3, 100), [19; 7]);
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

/// The error that the card gives with `bytes` at `at`.
fn refused(card: &Arc<Vec<u8>>, at: usize, bytes: &[u8]) -> Option<String> {
    let disk = disk(card);
    disk.put(at, bytes);
    mount(&disk).err().map(|error| error.to_string())
}

/// Clusters of no sectors were divided by, and a root directory behind the volume was looked up in the table.
#[test]
fn boot_sectors_that_contradict_themselves_are_refused() {
    let (small, large) = (card(FatType::Fat16, 10), card(FatType::Fat32, 10));
    let contradicts = Some("it is corrupt: the boot sector contradicts itself".to_owned());
    let both: [(&str, usize, &[u8]); 10] = [
        ("no sectors in a cluster", 13, &[0]),
        ("three of them", 13, &[3]),
        ("too many of them", 13, &[128]),
        ("no boot sector", 14, &[0, 0]),
        ("no table", 16, &[0]),
        ("many tables", 16, &[255]),
        ("no sectors", 19, &[1, 0]),
        ("tables that are too small", 22, &[1, 0]),
        ("tables that are too large", 22, &[0xff; 2]),
        ("more sectors than the partition", 32, &[0xff; 4]),
    ];
    for (what, at, bytes) in both {
        for card in [&small, &large] {
            // A small volume has its size in the first place, if it is there.
            let disk = disk(card);
            if at == 32 {
                disk.put(BOOT + 19, &[0, 0]);
            }
            disk.put(BOOT + at, bytes);
            assert_eq!(mount(&disk).err().map(|error| error.to_string()), contradicts, "{what}");
        }
    }
    let fat32: [(&str, usize, &[u8]); 6] = [
        ("a root directory before the volume", 44, &[1, 0, 0, 0]),
        ("one behind it", 44, &[0, 0, 2, 0]),
        ("one that the table cannot have", 44, &[0, 0, 0, 0xf0]),
        ("the information in the boot sector", 48, &[0, 0]),
        ("the information in the table", 48, &[0xff, 0xff]),
        ("two root directories", 17, &[16, 0]),
    ];
    for (what, at, bytes) in fat32 {
        assert_eq!(refused(&large, BOOT + at, bytes), contradicts, "{what}");
    }
    let none = Some("it is corrupt: there is no FAT volume with sectors of 512 bytes on it".to_owned());
    assert_eq!(refused(&small, BOOT + 510, &[0]), none);
    assert_eq!(refused(&small, BOOT + 11, &[0, 4]), none);
    let lies = Some("it is corrupt: the card has no such sectors as its first partition's".to_owned());
    assert_eq!(refused(&small, 446 + 8, &[0; 4]), lies);
    assert_eq!(refused(&small, 446 + 8, &[0xff; 4]), lies);
    assert_eq!(refused(&small, 446 + 12, &[0xff; 4]), lies);
}

/// Where the file or directory with this short name has its entry.
fn entry(card: &[u8], name: &[u8; 11]) -> usize {
    // Labels have attributes of their own, and bytes that are no entry have others.
    let is_it = |bytes: &[u8]| bytes[..11] == *name && bytes[11] & !0x37 == 0;
    card.windows(12).position(is_it).unwrap()
}

/// An entry whose cluster is in no table made the library panic.
#[test]
fn entries_with_impossible_clusters_are_refused() {
    let impossible = Some("it is corrupt: a directory has an impossible entry".to_owned());
    for kind in [FatType::Fat16, FatType::Fat32] {
        let card = card(kind, 10);
        for name in [b"CONFIG  TXT", b"FOLDER     ", b"BELOW      "] {
            let at = entry(&card, name);
            assert_eq!(refused(&card, at + 26, &[1, 0]), impossible, "{name:?}");
            let far = if kind == FatType::Fat32 { 20 } else { 26 };
            assert_eq!(refused(&card, at + far, &[0, 0xf0]), impossible, "{name:?}");
        }
        // A file that has bytes, but no cluster; and a name that is none.
        let at = entry(&card, b"CONFIG  TXT");
        assert_eq!(refused(&card, at + 26, &[0, 0]), impossible);
        assert_eq!(refused(&card, at + 1, &[0]), impossible);
    }
}

/// Tables whose entries name no cluster: what lies behind is not read.
#[test]
fn chains_do_not_leave_the_volume() {
    for kind in [FatType::Fat16, FatType::Fat32] {
        let card = card(kind, LARGE);
        let table = BOOT + 512 * usize::from(u16::from_le_bytes([card[BOOT + 14], card[BOOT + 15]]));
        let size = if kind == FatType::Fat32 { 4 } else { 2 };
        for value in [0, 1, 0x0fff_0000_u32, 0xefff, 0xffff_fff6] {
            let disk = disk(&card);
            for cluster in 2..800 {
                disk.put(table + size * cluster, &value.to_le_bytes()[..size]);
            }
            // Directories end with their first cluster then, and files are cut off.
            let fs = mount(&disk).unwrap();
            let (config, _) = find(&fs, "CONFIG.TXT").unwrap();
            assert_eq!(fs.read(config, 0, &mut [0; 100]), Ok(12));
            read_all(&fs, fs.root("0").unwrap());
        }
    }
}

/// Half a letter at the beginning of a part of a name, and none that fits in the part before it, was one letter too many for the library.
#[test]
fn long_names_are_put_together_from_any_parts() {
    let card = card(FatType::Fat16, 10);
    // The entries are: the last part with its letters from 39 on, two more, the first one, and the short name.
    let short = entry(&card, b"AFILEW~1CON");
    let units = |part: usize, first: &[u16], last: &[u16]| {
        let at = short - 32 * part;
        let bytes = |units: &[u16]| units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>();
        [(at + 1, bytes(first)), (at + 32 - 2 * last.len(), bytes(last))]
    };
    let names = |changes: &[(usize, Vec<u8>)]| {
        let disk = disk(&card);
        changes.iter().for_each(|(at, bytes)| disk.put(*at, bytes));
        let fs = mount(&disk).unwrap();
        let mut names = Vec::new();
        fs.read_directory(fs.root("0").unwrap(), 0, &mut |entry| {
            names.push(entry.name.to_owned());
            true
        })
        .unwrap();
        names
    };
    // Letters 12 and 13 are the two halves of one.
    let [_, high] = units(1, &[], &[0xd83d]);
    let [low, _] = units(2, &[0xde00], &[]);
    let name = LONG_NAME.chars().enumerate().filter(|(index, _)| *index != 13);
    let name: String = name.map(|(index, letter)| if index == 12 { '\u{1f600}' } else { letter }).collect();
    assert!(names(&[high.clone(), low.clone()]).contains(&name));
    // What is no text is no name.
    for changes in [&[high][..], &[low][..]] {
        assert!(names(changes).contains(&"AFILEW~1.CON".to_owned()));
    }
    // Neither are parts of another name, or too few or many.
    for (part, at, value) in [(1, 13, 0), (1, 0, 2), (4, 0, 4), (3, 11, 8)] {
        let found = names(&[(short - 32 * part + at, vec![value])]);
        assert!(found.contains(&"AFILEW~1.CON".to_owned()), "{part} {at} {value}: {found:?}");
    }
}

/// A part of a long name was found under the short name that its letters spell, and taken for a file anywhere; and so was the
/// volume's label, which the folder `folder` shares with it.
#[test]
fn only_files_and_directories_are_found() {
    let card = card(FatType::Fat32, 10);
    let short = entry(&card, b"AFILEW~1CON");
    let fs = mount(&disk(&card)).unwrap();
    assert!(find(&fs, "folder/below/large").is_ok());
    // The first part of the long name, and CONFIG.TXT behind it by the same name.
    let disk = disk(&card);
    disk.put(short - 32, b"ABCDEFGHIJK");
    disk.put(short, b"ABCDEFGHIJK");
    let fs = mount(&disk).unwrap();
    let (file, _) = find(&fs, "ABCDEFGH.IJK").unwrap();
    assert_eq!(fs.read(file, 0, &mut [0; 100]), Ok(4));
    // Two files by the same name.
    disk.put(entry(&card, b"CONFIG  TXT"), b"ABCDEFGHIJK");
    let expected = MountError::Corrupt("two entries of a directory have the same short name");
    assert_eq!(mount(&disk).err(), Some(expected));
}

/// A directory whose entry leads back to the root has no end.
#[test]
fn directory_loops_are_refused() {
    let card = card(FatType::Fat32, LARGE);
    let entry = card.windows(11).position(|name| name == b"BELOW      ").unwrap();
    let root = 2_u32;
    let disk = disk(&card);
    disk.put(entry + 20, &((root >> 16) as u16).to_le_bytes());
    disk.put(entry + 26, &(root as u16).to_le_bytes());
    let expected = MountError::Corrupt("it has more files or deeper directories than it should");
    assert_eq!(mount(&disk).err(), Some(expected));
}

/// A chain of clusters that leads back to its beginning has no end.
#[test]
fn cluster_loops_end() {
    let card = card(FatType::Fat32, LARGE);
    let table = BOOT + 512 * usize::from(u16::from_le_bytes([card[BOOT + 14], card[BOOT + 15]]));
    for cluster in (2..800).step_by(19) {
        let disk = disk(&card);
        disk.put(table + 4 * cluster, &(cluster as u32).to_le_bytes());
        if let Ok(fs) = mount(&disk) {
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
