//! The file system on a disk: what every file system does, and what is its own.

mod suite;
mod support;

use sinter_cards::MemoryDisk;
use std::sync::{Arc, Mutex};
use suite::suite;
use support::Board;
use wasi_kernel::{
    Errno, FileSystem,
    fs::{
        self, Access, Node, SetTime, Volume,
        disk::{self, DiskFs, device::BlockDevice},
    },
};

type Disk = DiskFs<MemoryDisk, Board>;

fn mount(disk: &MemoryDisk) -> Result<Disk, disk::MountError> {
    DiskFs::mount(disk.clone(), Board::new(), 1, 64 << 20)
}

fn formatted(mib: usize) -> MemoryDisk {
    let mut disk = MemoryDisk::new(mib << 20);
    disk::format(&mut disk, 7).unwrap();
    disk
}

fn make() -> (Volume, ()) {
    (fs::volume(mount(&formatted(64)).unwrap()), ())
}

suite!(make);

const WRITE: Access = Access { read: true, write: true, truncate: false };

/// All bytes of the file `name` in the root.
fn contents(fs: &Disk, name: &str) -> Result<Vec<u8>, Errno> {
    let root = fs.root("/")?;
    let (node, _) = fs.lookup(root, name)?;
    let mut bytes = vec![0; fs.stat(node)?.size as usize];
    let size = fs.read(node, 0, &mut bytes)?;
    assert_eq!(size, bytes.len());
    fs.release(node);
    Ok(bytes)
}

#[test]
fn what_was_synced_is_there_after_the_next_mount() {
    let disk = formatted(16);
    let stat = {
        let fs = mount(&disk).unwrap();
        let log = fs.root("/var/log").unwrap();
        let file = fs.create(log, "messages", WRITE).unwrap();
        // Random access, a hole, and more than the cache has.
        let bytes: Vec<u8> = (0..5_000_000u32).map(|i| (i / 7) as u8).collect();
        fs.write(file, 100_000, &bytes).unwrap();
        fs.write(file, 3, b"text").unwrap();
        fs.set_times(file, SetTime::To(11), SetTime::To(22)).unwrap();
        fs.make_link(log, "link", "messages").unwrap();
        fs.link((log, "messages"), (log, "again")).unwrap();
        fs.sync(file, true).unwrap();
        fs.stat(file).unwrap()
    };
    let fs = mount(&disk).unwrap();
    let log = fs.root("/var/log").unwrap();
    let (file, _) = fs.lookup(log, "again").unwrap();
    let found = fs.stat(file).unwrap();
    assert_eq!((found.size, found.links, found.accessed, found.modified), (5_100_000, 2, 11, 22));
    assert_eq!(found.created, stat.created);
    let mut bytes = vec![1; 5_100_000];
    assert_eq!(fs.read(file, 0, &mut bytes), Ok(5_100_000));
    assert_eq!(&bytes[..9], b"\0\0\0text\0\0");
    assert!(bytes[9..100_000].iter().all(|&byte| byte == 0));
    assert!(bytes[100_000..].iter().zip(0u32..).all(|(&byte, i)| byte == (i / 7) as u8));
    let (link, _) = fs.lookup(log, "link").unwrap();
    assert_eq!(&*fs.read_link(link).unwrap(), "messages");
}

/// Logs are 64 KiB here: names and times of a hundred thousand changes fill them again and again.
#[test]
fn full_logs_are_followed_by_snapshots() {
    let disk = formatted(1);
    let fs = mount(&disk).unwrap();
    let root = fs.root("/").unwrap();
    let file = fs.create(root, "file", WRITE).unwrap();
    fs.write(file, 0, b"bytes").unwrap();
    fs.link((root, "file"), (root, "second name")).unwrap();
    let directory = fs.root("/directory").unwrap();
    for round in 0..20_000u64 {
        let name = format!("name {}", round % 100);
        match fs.unlink(directory, &name) {
            Ok(()) => {}
            Err(_) => fs.make_link(directory, &name, "text").unwrap(),
        }
        fs.set_times(file, SetTime::To(round), SetTime::To(2 * round)).unwrap();
    }
    fs.sync_all().unwrap();
    let again = mount(&disk).unwrap();
    let stat = |fs: &Disk| {
        let (node, _) = fs.lookup(fs.root("/").unwrap(), "second name").unwrap();
        let stat = fs.stat(node).unwrap();
        (stat.size, stat.links, stat.accessed, stat.modified, stat.created)
    };
    assert_eq!(stat(&again), stat(&fs));
    assert_eq!(contents(&again, "file").unwrap(), b"bytes");
    let names = |fs: &Disk| {
        let mut names = Vec::new();
        fs.read_directory(fs.root("/directory").unwrap(), 0, &mut |entry| {
            names.push(entry.name.to_owned());
            true
        })
        .unwrap();
        names.sort();
        names
    };
    assert_eq!(names(&again), names(&fs));
}

#[test]
fn a_full_disk_says_so_and_loses_nothing() {
    let disk = formatted(2);
    let fs = mount(&disk).unwrap();
    let root = fs.root("/").unwrap();
    let file = fs.create(root, "file", WRITE).unwrap();
    let mut size = 0;
    let errno = loop {
        let mut end = 0;
        match fs.append(file, &[(size / 10_000) as u8; 10_000], &mut end) {
            Ok(written) => {
                size += written as u64;
                assert_eq!(end, size);
            }
            Err(errno) => break errno,
        }
    };
    assert_eq!(errno, Errno::Nospc);
    assert!(size > 1_800_000, "{size}");
    let expected: Vec<u8> = (0..size).map(|i| (i / 10_000) as u8).collect();
    fs.sync_all().unwrap();
    assert!(contents(&mount(&disk).unwrap(), "file").unwrap() == expected);
    // Names need no blocks, and what is removed makes room.
    fs.make_directory(root, "directory").unwrap();
    fs.set_size(file, 1000).unwrap();
    let other = fs.create(root, "other", WRITE).unwrap();
    assert_eq!(fs.write(other, 0, &[9; 1_500_000]), Ok(1_500_000));
    fs.sync_all().unwrap();
    let again = mount(&disk).unwrap();
    assert!(contents(&again, "file").unwrap() == expected[..1000]);
    assert!(contents(&again, "other").unwrap() == [9; 1_500_000]);
    // Names without end fill the logs at last.
    let errno = (0..).find_map(|i| fs.make_link(root, &format!("link {i}"), &"x".repeat(1000)).err());
    assert_eq!(errno, Some(Errno::Nospc));
    fs.sync_all().unwrap();
    fs.unlink(root, "other").unwrap();
    fs.sync_all().unwrap();
    assert_eq!(contents(&mount(&disk).unwrap(), "other"), Err(Errno::Noent));
}

/// A block that a removed file had must not be written before the log says that the file is gone.
#[test]
fn blocks_are_not_used_again_too_early() {
    let disk = formatted(2);
    let fs = mount(&disk).unwrap();
    let root = fs.root("/").unwrap();
    let file = fs.create(root, "old", WRITE).unwrap();
    fs.write(file, 0, &[1; 1_000_000]).unwrap();
    fs.sync_all().unwrap();
    fs.release(file);
    fs.unlink(root, "old").unwrap();
    let file = fs.create(root, "new", WRITE).unwrap();
    for _ in 0..50 {
        fs.append(file, &[2; 32 << 10], &mut 0).unwrap();
        // The power is cut.
        let left = mount(&disk.copy()).unwrap();
        match contents(&left, "old") {
            Ok(bytes) => assert!(bytes == [1; 1_000_000]),
            Err(errno) => assert_eq!(errno, Errno::Noent),
        }
    }
}

/// A disk that fails from some call on.
struct Failing {
    disk: MemoryDisk,
    calls: Arc<Mutex<u64>>,
}

impl Failing {
    fn call(&self) -> Result<(), Errno> {
        let mut calls = self.calls.lock().unwrap();
        *calls = calls.checked_sub(1).ok_or(Errno::Io)?;
        Ok(())
    }
}

impl BlockDevice for Failing {
    fn sectors(&self) -> u64 {
        self.disk.sectors()
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), Errno> {
        self.call()?;
        self.disk.read(at, buffer)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.call()?;
        self.disk.write(at, bytes)
    }

    fn flush(&mut self) -> Result<(), Errno> {
        self.call()
    }
}

#[test]
fn a_disk_that_fails_is_an_errno() {
    for calls in 0..60 {
        let disk = formatted(2);
        let left = Arc::new(Mutex::new(u64::MAX));
        let failing = Failing { disk: disk.clone(), calls: left.clone() };
        let fs: DiskFs<Failing, Board> = DiskFs::mount(failing, Board::new(), 1, 1 << 20).unwrap();
        let root = fs.root("/").unwrap();
        let file = fs.create(root, "kept", WRITE).unwrap();
        fs.write(file, 0, &[5; 10_000]).unwrap();
        fs.sync_all().unwrap();
        *left.lock().unwrap() = calls;
        let failed = (0..100).find_map(|i| {
            let file = fs
                .create(root, &format!("{i}"), WRITE)
                .and_then(|file| fs.write(file, 0, &vec![6; 5_000 + 1_000 * i]).map(|_| file));
            file.and_then(|file| fs.sync(file, false)).err()
        });
        assert_eq!(failed, Some(Errno::Io));
        // What is in RAM can still be read, but nothing is written any more.
        assert_eq!(fs.make_directory(root, "directory"), Err(Errno::Io));
        assert_eq!(fs.lookup(root, "kept").map(|found| found.0), Ok(file));
        assert!(contents(&mount(&disk).unwrap(), "kept").unwrap() == [5; 10_000]);
    }
}

/// A card that is write-protected.
struct Protected(MemoryDisk);

impl BlockDevice for Protected {
    fn sectors(&self) -> u64 {
        self.0.sectors()
    }

    fn is_read_only(&self) -> bool {
        true
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), Errno> {
        self.0.read(at, buffer)
    }

    fn write(&mut self, _: u64, _: &[u8]) -> Result<(), Errno> {
        panic!("it is written");
    }

    fn flush(&mut self) -> Result<(), Errno> {
        Ok(())
    }
}

#[test]
fn protected_disks_are_read_and_not_changed() {
    let disk = formatted(4);
    {
        let fs = mount(&disk).unwrap();
        let file = fs.create(fs.root("/").unwrap(), "file", WRITE).unwrap();
        fs.write(file, 0, &[5; 10_000]).unwrap();
        fs.sync_all().unwrap();
    }
    let fs: DiskFs<Protected, Board> = DiskFs::mount(Protected(disk), Board::new(), 1, 1 << 20).unwrap();
    let root = fs.root("/").unwrap();
    let (file, _) = fs.lookup(root, "file").unwrap();
    let mut bytes = [0; 10_001];
    assert_eq!(fs.read(file, 0, &mut bytes), Ok(10_000));
    assert!(bytes[..10_000] == [5; 10_000]);
    assert_eq!(fs.write(file, 0, &[6]), Err(Errno::Rofs));
    assert_eq!(fs.append(file, &[6], &mut 0), Err(Errno::Rofs));
    assert_eq!(fs.set_size(file, 0), Err(Errno::Rofs));
    assert_eq!(fs.set_times(file, SetTime::Now, SetTime::Now), Err(Errno::Rofs));
    assert_eq!(fs.create(root, "other", WRITE), Err(Errno::Rofs));
    assert_eq!(fs.make_directory(root, "other"), Err(Errno::Rofs));
    assert_eq!(fs.make_link(root, "other", "file"), Err(Errno::Rofs));
    assert_eq!(fs.link((root, "file"), (root, "other")), Err(Errno::Rofs));
    assert_eq!(fs.rename((root, "file"), (root, "other"), false), Err(Errno::Rofs));
    assert_eq!(fs.unlink(root, "file"), Err(Errno::Rofs));
    assert_eq!(fs.remove_directory(root, "file"), Err(Errno::Rofs));
    assert_eq!(fs.sync_all(), Ok(()));
    // As it was before any of that.
    assert_eq!(fs.read(file, 9_000, &mut bytes), Ok(1_000));
}

#[test]
fn a_disk_that_is_no_file_system_is_refused() {
    assert_eq!(mount(&MemoryDisk::new(4 << 20)).err(), Some(disk::MountError::Unformatted));
    assert_eq!(mount(&MemoryDisk::new(0)).err(), Some(disk::MountError::Failed(Errno::Io)));
    assert_eq!(disk::format(&mut MemoryDisk::new(1 << 19), 1), Err(Errno::Nospc));
    // The partition table says that there is less than there was.
    let mut less = formatted(4).bytes();
    less.truncate(3 << 20);
    assert_eq!(mount(&MemoryDisk::with(Arc::new(less))).err(), Some(disk::MountError::Unformatted));
    // One superblock is enough, none is not.
    let disk = formatted(4);
    disk.put(0, &[0xff; 8]);
    mount(&disk).unwrap();
    disk.put(4096, &[0xff; 8]);
    assert_eq!(mount(&disk).err(), Some(disk::MountError::Unformatted));
}

/// Appends to the file until there is no room; its size then.
fn fill(fs: &Disk, file: Node) -> u64 {
    let mut size = 0;
    while fs.append(file, &[7; 10_000], &mut size).is_ok() {}
    size
}

#[test]
fn who_fills_his_share_of_the_disk_leaves_the_others_theirs() {
    const SHARE: u64 = 2 << 20;
    let disk = formatted(8);
    let all = mount(&disk).unwrap();
    assert!((7 << 20..8 << 20).contains(&all.capacity()), "{}", all.capacity());
    let (greedy, other) = (all.share(SHARE).unwrap(), all.share(SHARE).unwrap());
    let (root, home) = (greedy.root("/greedy").unwrap(), other.root("/other").unwrap());
    let file = greedy.create(root, "file", WRITE).unwrap();
    assert_eq!(fill(&greedy, file), SHARE);
    assert_eq!(greedy.append(file, b"x", &mut 0), Err(Errno::Nospc));
    // What is there can still be changed, synced or not, in one block and in many.
    for _ in 0..3 {
        assert_eq!(greedy.write(file, 5000, &[8; 100]), Ok(100));
        assert_eq!(greedy.write(file, 1 << 20, &[9; 1 << 20]), Ok(1 << 20));
        greedy.sync_all().unwrap();
    }
    // Names run out, too: of files, of links, and further ones of the same file.
    let names = (0u32..).find(|i| greedy.make_link(root, &format!("link {i}"), "text").is_err()).unwrap();
    assert!((100..2000).contains(&names), "{names}");
    let more = (0..).find(|i| greedy.link((root, "file"), (root, &format!("name {i}"))).is_err()).unwrap();
    assert!(more < 4, "{more}");
    assert_eq!(greedy.make_directory(root, "directory"), Err(Errno::Nospc));
    let own = other.create(home, "file", WRITE).unwrap();
    assert_eq!(fill(&other, own), SHARE);
    let others = (0u32..).find(|i| other.make_link(home, &format!("link {i}"), "text").is_err()).unwrap();
    // A file in more pieces leaves less room.
    assert!(others.abs_diff(names) < 10, "{names} {others}");
    // Whoever writes to a file, it is its maker's.
    other.set_size(own, 0).unwrap();
    other.unlink(home, "link 0").unwrap();
    assert_eq!(other.append(file, b"x", &mut 0), Err(Errno::Nospc));
    let mut end = 0;
    assert_eq!(greedy.append(own, &[1; 9999], &mut end), Ok(9999));
    assert_eq!(end, 9999);
    // What is removed makes room.
    (0..names).for_each(|i| greedy.unlink(root, &format!("link {i}")).unwrap());
    (0..more).for_each(|i| greedy.unlink(root, &format!("name {i}")).unwrap());
    greedy.unlink(root, "file").unwrap();
    greedy.release(file);
    let file = greedy.create(root, "file", WRITE).unwrap();
    assert_eq!(fill(&greedy, file), SHARE);
}

/// A share is of the disk and not of a boot: what is in a user's directory counts at the next mount.
#[test]
fn what_was_there_before_is_paid_for_by_the_directorys_user() {
    const SHARE: u64 = 1 << 20;
    let disk = formatted(8);
    for round in 0..3 {
        let all = mount(&disk).unwrap();
        let (user, inner) = (all.share(SHARE).unwrap(), all.share(SHARE).unwrap());
        inner.adopt("/home/inner").unwrap();
        user.adopt("/home").unwrap();
        user.adopt("/none/at/all").unwrap();
        let (home, deep) = (user.root("/home/a/b").unwrap(), inner.root("/home/inner").unwrap());
        let size = |fs: &Disk, directory| {
            let name = format!("file {round}");
            let file = fs.create(directory, &name, WRITE).unwrap();
            fill(fs, file)
        };
        let expected = if round == 0 { SHARE } else { 0 };
        assert_eq!([size(&user, home), size(&inner, deep)], [expected; 2], "{round}");
        all.sync_all().unwrap();
    }
    // A file outside that is linked into the directory comes with it, and all of its names go.
    let all = mount(&disk).unwrap();
    let root = all.root("/").unwrap();
    let outside = all.create(root, "outside", WRITE).unwrap();
    all.write(outside, 0, &[1; 64 << 10]).unwrap();
    all.make_directory(root, "linked").unwrap();
    let (linked, _) = all.lookup(root, "linked").unwrap();
    all.link((root, "outside"), (linked, "inside")).unwrap();
    let user = all.share(64 << 10).unwrap();
    user.adopt("/linked").unwrap();
    assert_eq!(user.append(outside, b"x", &mut 0), Err(Errno::Nospc));
    user.rename((linked, "inside"), (linked, "in"), false).unwrap();
    user.unlink(linked, "in").unwrap();
    user.unlink(root, "outside").unwrap();
    user.release(outside);
    let file = user.create(linked, "file", WRITE).unwrap();
    assert_eq!(fill(&user, file), 64 << 10);
}

/// Whatever is done to files with several names, in the end nothing is paid for that is not there.
#[test]
fn nothing_is_paid_for_that_is_gone() {
    let disk = formatted(4);
    let all = mount(&disk).unwrap();
    let users = [all.share(1 << 20).unwrap(), all.share(1 << 20).unwrap()];
    let root = all.root("/shared").unwrap();
    let mut random = support::Random(11);
    for round in 0..4 {
        for _ in 0..3000 {
            let user = &users[random.below(2) as usize];
            let mut name = || format!("{}", random.below(12));
            let (a, b) = (name(), name());
            match random.below(6) {
                0 => drop(user.create(root, &a, WRITE).map(|file| user.release(file))),
                1 => _ = user.link((root, &a), (root, &b)),
                2 => _ = user.rename((root, &a), (root, &b), false),
                3 => _ = user.unlink(root, &a),
                _ => {
                    if let Ok((file, _)) = user.lookup(root, &a) {
                        let (at, len) = (random.below(100_000), 1 + random.below(60_000) as usize);
                        match random.below(4) {
                            0 => _ = user.set_size(file, at),
                            _ => _ = user.write(file, at, &vec![3; len]),
                        }
                        user.release(file);
                    }
                }
            }
        }
        (0..12).for_each(|name| _ = all.unlink(root, &name.to_string()));
        for user in &users {
            let file = user.create(root, "all", WRITE).unwrap();
            assert_eq!(fill(user, file), 1 << 20, "{round}");
            user.unlink(root, "all").unwrap();
            user.release(file);
        }
    }
}
