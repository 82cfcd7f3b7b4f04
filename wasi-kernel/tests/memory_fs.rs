//! The memory file system: what every file system does, and what is its own.

mod suite;
mod support;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use suite::suite;
use support::Board;
use wasi_kernel::{
    Errno, FileSystem,
    fs::{self, Access, Node, Volume, memory::MemoryFs},
    types::Kind,
};

fn memory(limit: u64) -> MemoryFs<Board> {
    MemoryFs::new(Board::new(), 1, limit)
}

fn make() -> (Volume, ()) {
    (fs::volume(memory(64 << 20)), ())
}

suite!(make);

const WRITE: Access = Access { read: true, write: true, truncate: false };

#[test]
fn roots_are_made_on_demand() {
    let fs = memory(1 << 20);
    let log = fs.root("/var/log").unwrap();
    let var = fs.root("var").unwrap();
    assert_eq!(fs.lookup(var, "log").map(|found| found.0), Ok(log));
    let top = fs.root("/").unwrap();
    assert_eq!(fs.lookup(top, "var").map(|found| found.0), Ok(var));
    fs.create(top, "file", WRITE).unwrap();
    assert_eq!(fs.root("file"), Err(Errno::Notdir));
    assert_eq!(fs.root("file/below"), Err(Errno::Notdir));
}

/// With quadratic cost anywhere this would take an hour.
#[test]
fn a_hundred_thousand_files_are_no_trouble() {
    let fs = memory(1 << 30);
    let root = fs.root("").unwrap();
    (0..100_000).for_each(|i| fs.release(fs.create(root, &format!("file {i}"), WRITE).unwrap()));
    let mut count = 0;
    fs.read_directory(root, 0, &mut |entry| {
        count += 1;
        entry.kind == Kind::File
    })
    .unwrap();
    assert_eq!(count, 100_000);
    // Reading from the start again and again while removing does not count what is gone.
    for _ in 0..100_000 {
        let mut name = String::new();
        fs.read_directory(root, 0, &mut |entry| {
            name.push_str(entry.name);
            false
        })
        .unwrap();
        fs.unlink(root, &name).unwrap();
    }
    fs.read_directory(root, 0, &mut |_| panic!("all are gone")).unwrap();
}

#[test]
fn what_is_removed_is_paid_back() {
    let fs = memory(1 << 24);
    let root = fs.root("").unwrap();
    let round = || {
        let directory = fs.root("directory").unwrap();
        for i in 0..200 {
            let file = fs.create(directory, &format!("{i}"), WRITE).unwrap();
            fs.write(file, 1 << (i % 40), &[1; 3000]).unwrap();
            fs.release(file);
            fs.make_link(directory, &format!("link {i}"), "some text").unwrap();
        }
        for i in 0..200 {
            fs.unlink(directory, &format!("{i}")).unwrap();
            fs.unlink(directory, &format!("link {i}")).unwrap();
        }
        fs.release(directory);
        fs.remove_directory(root, "directory").unwrap();
        fs.used()
    };
    // The root directory keeps some room for names that were removed.
    let _ = (0..8).map(|_| round()).max();
    let settled = round();
    assert!((0..20).all(|_| round() == settled), "{settled} bytes, then {}", fs.used());
}

#[test]
fn a_full_file_system_says_so() {
    let fs = memory(1 << 20);
    let root = fs.root("").unwrap();
    let file = fs.create(root, "file", WRITE).unwrap();
    let (mut size, mut last) = (0, 0);
    while let Ok(written) = fs.write(file, size, &[7; 10_000]) {
        size += written as u64;
        last = written;
    }
    assert!(last < 10_000 && size > 900_000, "{size} bytes, {last} at the end");
    assert_eq!(fs.write(file, size, b"x"), Err(Errno::Nospc));
    assert_eq!(fs.write(file, 5, b"x"), Ok(1), "no new room is needed");
    let mut names = 0;
    while fs.make_directory(root, &format!("a rather long name of a directory {names}")).is_ok() {
        names += 1;
    }
    assert_eq!(fs.make_link(root, "link", &"x".repeat(4000)), Err(Errno::Nospc));
    assert!(fs.used() <= 1 << 20);
    fs.set_size(file, 0).unwrap();
    fs.make_directory(root, "room again").unwrap();
}

#[test]
fn nesting_is_limited() {
    let fs = memory(1 << 30);
    let mut directory = fs.root("").unwrap();
    let mut depth = 0;
    let errno = loop {
        if let Err(errno) = fs.make_directory(directory, "d") {
            break errno;
        }
        let (next, _) = fs.lookup(directory, "d").unwrap();
        fs.release(directory);
        directory = next;
        depth += 1;
    };
    assert_eq!((errno, depth), (Errno::Nospc, 4096));
    let file = fs.create(directory, "file", WRITE).unwrap();
    fs.release(file);
}

#[test]
fn numbers_of_no_node_are_stale() {
    let fs = memory(1 << 20);
    for node in [Node(1), Node(64), Node(u32::MAX.into()), Node(u64::MAX)] {
        assert_eq!(fs.stat(node), Err(Errno::Stale));
        assert_eq!(fs.lookup(node, "x"), Err(Errno::Stale));
        fs.release(node);
    }
}

#[test]
fn times_come_from_the_clock() {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let fs = memory(1 << 20);
    let root = fs.root("").unwrap();
    let file = fs.create(root, "file", WRITE).unwrap();
    let later = |time: u64| assert!(LAST.swap(time, Relaxed) < time);
    later(fs.stat(file).unwrap().created);
    fs.write(file, 0, b"1").unwrap();
    later(fs.stat(file).unwrap().modified);
    fs.read(file, 0, &mut [0]).unwrap();
    later(fs.stat(file).unwrap().accessed);
    let read = fs.stat(file).unwrap();
    fs.read(file, 0, &mut [0]).unwrap();
    assert_eq!(fs.stat(file).unwrap(), read, "relatime: only the first read after a change counts");
}

/// Files, names and links that one user makes are at its own cost, wherever they lie.
#[test]
fn who_fills_its_share_leaves_the_others_theirs() {
    const SHARE: u64 = 1 << 20;
    let all = memory(8 << 20);
    let (greedy, other) = (all.share(SHARE).unwrap(), all.share(SHARE).unwrap());
    let (root, theirs) = (greedy.root("").unwrap(), other.root("theirs").unwrap());
    let file = greedy.create(theirs, "file of the greedy", WRITE).unwrap();
    let mut size = 0;
    while let Ok(written) = greedy.write(file, size, &[7; 10_000]) {
        size += written as u64;
    }
    assert!((900_000..SHARE).contains(&size), "{size}");
    let mut names = 0;
    while greedy.make_directory(root, &format!("directory {names}")).is_ok() {
        names += 1;
    }
    assert!(names < 1000, "{names}");
    assert_eq!(greedy.make_link(root, "link", &"x".repeat(4000)), Err(Errno::Nospc));
    assert_eq!(greedy.create(theirs, "another name", WRITE), Err(Errno::Nospc));
    assert_eq!(greedy.link((theirs, "file of the greedy"), (root, &"n".repeat(255))), Err(Errno::Nospc));

    let written = other.create(theirs, "own", WRITE).unwrap();
    assert_eq!(other.write(written, 0, &[1; 900_000]), Ok(900_000));
    assert_eq!(other.write(file, 0, &[1; 100]), Ok(100), "what is there needs no room");
    assert_eq!(other.append(file, &[1; 100_000], &mut 0), Err(Errno::Nospc), "the maker pays");

    // What another removes is paid back to who made it.
    other.unlink(theirs, "file of the greedy").unwrap();
    greedy.release(file);
    greedy.make_directory(root, "room again").unwrap();
    assert!(all.used() <= 2 * SHARE);
}
