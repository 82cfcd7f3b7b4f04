//! What every file system must do, as tests: `suite!(make)` runs them all, each on the file system that `make()` returns with
//! whatever keeps it alive. The root is what it calls "0", and empty.

use std::{
    collections::BTreeSet,
    time::{SystemTime, UNIX_EPOCH},
};
use wasi_kernel::{
    Errno,
    fs::{Access, Handle, NAME_MAX, Node, SetTime, Stat, Volume},
    types::Kind,
};

const READ: Access = Access { read: true, write: false, truncate: false };
const WRITE: Access = Access { read: true, write: true, truncate: false };
const TRUNCATE: Access = Access { read: true, write: true, truncate: true };

/// A file system and its root.
pub struct Tree<T> {
    fs: Volume,
    root: Handle,
    _alive: T,
}

impl<T> Tree<T> {
    pub fn new((fs, alive): (Volume, T)) -> Self {
        let root = Handle::root(fs.clone(), "0").unwrap();
        Self { fs, root, _alive: alive }
    }

    fn root(&self) -> Node {
        self.root.node()
    }

    /// Appends; the number of bytes, and the file's size then.
    fn append(&self, file: &Handle, bytes: &[u8]) -> Result<(usize, u64), Errno> {
        let mut end = 0;
        self.fs.append(file.node(), bytes, &mut end).map(|size| (size, end))
    }

    fn get(&self, directory: &Handle, name: &str) -> Handle {
        let (node, _) = self.fs.lookup(directory.node(), name).unwrap();
        Handle::new(self.fs.clone(), node)
    }

    /// Looks up without keeping it.
    fn kind(&self, directory: Node, name: &str) -> Result<Kind, Errno> {
        let (node, kind) = self.fs.lookup(directory, name)?;
        self.fs.release(node);
        Ok(kind)
    }

    fn create(&self, directory: Node, name: &str) -> Handle {
        Handle::new(self.fs.clone(), self.fs.create(directory, name, WRITE).unwrap())
    }

    fn file(&self, name: &str, contents: &[u8]) -> Handle {
        let file = self.create(self.root(), name);
        assert_eq!(self.fs.write(file.node(), 0, contents), Ok(contents.len()));
        file
    }

    fn directory(&self, name: &str) -> Handle {
        self.fs.make_directory(self.root(), name).unwrap();
        self.get(&self.root, name)
    }

    fn contents(&self, file: &Handle) -> Vec<u8> {
        let mut bytes = vec![0xaa; 1000];
        let size = self.fs.read(file.node(), 0, &mut bytes).unwrap();
        bytes.truncate(size);
        bytes
    }

    fn stat(&self, handle: &Handle) -> Stat {
        self.fs.stat(handle.node()).unwrap()
    }

    fn names(&self, directory: Node) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut each = |entry: wasi_kernel::fs::Entry<'_>| assert!(names.insert(entry.name.to_string()));
        self.fs
            .read_directory(directory, 0, &mut |entry| {
                each(entry);
                true
            })
            .unwrap();
        names
    }
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(String::from).collect()
}

pub fn a_file_holds_what_was_written<T>(t: &Tree<T>) {
    let file = t.create(t.root(), "file");
    assert_eq!(t.fs.read(file.node(), 0, &mut [0; 8]), Ok(0));
    assert_eq!(t.fs.write(file.node(), 0, b"hello"), Ok(5));
    assert_eq!(t.fs.write(file.node(), 3, b"p!!"), Ok(3));
    assert_eq!(t.contents(&file), b"help!!");
    assert_eq!(t.append(&file, b" me"), Ok((3, 9)));
    let mut part = [0; 4];
    assert_eq!((t.fs.read(file.node(), 7, &mut part), &part[..2]), (Ok(2), &b"me"[..]));
    assert_eq!(t.fs.read(file.node(), 9, &mut part), Ok(0));
    assert_eq!(t.fs.read(file.node(), 1 << 40, &mut part), Ok(0));
    assert_eq!(t.fs.write(file.node(), 100, b""), Ok(0));
    assert_eq!(t.stat(&file).size, 9);
    t.fs.sync(file.node(), true).unwrap();
    t.fs.sync(file.node(), false).unwrap();
}

pub fn long_transfers_are_whole<T>(t: &Tree<T>) {
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let file = t.create(t.root(), "long");
    assert_eq!(t.fs.write(file.node(), 12_345, &bytes), Ok(bytes.len()));
    assert_eq!(t.append(&file, &bytes), Ok((bytes.len(), 12_345 + 2 * bytes.len() as u64)));
    let mut back = vec![1; bytes.len() + 10];
    assert_eq!(t.fs.read(file.node(), 12_345 + bytes.len() as u64, &mut back), Ok(bytes.len()));
    assert!(back[..bytes.len()] == bytes[..]);
    let mut start = vec![1; 12_346];
    assert_eq!(t.fs.read(file.node(), 0, &mut start), Ok(start.len()));
    assert!(start[..12_345].iter().all(|byte| *byte == 0) && start[12_345] == bytes[0]);
}

pub fn holes_and_cuts_read_as_zeros<T>(t: &Tree<T>) {
    let file = t.file("sparse", b"abcdef");
    assert_eq!(t.fs.write(file.node(), 1 << 36, b"end"), Ok(3));
    assert_eq!(t.stat(&file).size, (1 << 36) + 3);
    let mut bytes = [1; 6];
    assert_eq!(t.fs.read(file.node(), (1 << 36) - 3, &mut bytes), Ok(6));
    assert_eq!(&bytes, b"\0\0\0end");
    t.fs.set_size(file.node(), 3).unwrap();
    t.fs.set_size(file.node(), 8).unwrap();
    assert_eq!(t.contents(&file), b"abc\0\0\0\0\0");
    t.fs.set_size(file.node(), 0).unwrap();
    t.fs.set_size(file.node(), 2).unwrap();
    assert_eq!(t.contents(&file), b"\0\0");
    assert_eq!(t.fs.write(file.node(), i64::MAX as u64 - 10, b"x"), Err(Errno::Fbig));
    assert_eq!(t.fs.set_size(file.node(), i64::MAX as u64), Err(Errno::Fbig));
}

pub fn opening_can_empty_a_file<T>(t: &Tree<T>) {
    drop(t.file("file", b"contents"));
    let file = t.get(&t.root, "file");
    t.fs.open(file.node(), READ).unwrap();
    assert_eq!(t.contents(&file), b"contents");
    let again = t.get(&t.root, "file");
    t.fs.open(again.node(), TRUNCATE).unwrap();
    assert_eq!((t.contents(&again), t.contents(&file)), (vec![], vec![]));
}

pub fn only_files_are_written<T>(t: &Tree<T>) {
    let directory = t.directory("directory");
    assert_eq!(t.fs.open(directory.node(), WRITE), Err(Errno::Isdir));
    t.fs.open(directory.node(), READ).unwrap();
    t.fs.make_link(t.root(), "link", "directory").unwrap();
    assert_eq!(t.fs.open(t.get(&t.root, "link").node(), READ), Err(Errno::Loop));
}

pub fn names_are_made_once<T>(t: &Tree<T>) {
    drop(t.file("name", b""));
    assert_eq!(t.fs.create(t.root(), "name", WRITE), Err(Errno::Exist));
    assert_eq!(t.fs.make_directory(t.root(), "name"), Err(Errno::Exist));
    assert_eq!(t.fs.make_link(t.root(), "name", "x"), Err(Errno::Exist));
    assert_eq!(t.fs.link((t.root(), "name"), (t.root(), "name")), Err(Errno::Exist));
    assert_eq!(t.kind(t.root(), "other"), Err(Errno::Noent));
    assert_eq!(t.names(t.root()), set(["name"]));
}

pub fn names_are_255_bytes_long<T>(t: &Tree<T>) {
    // Two bytes each, so that the limit falls on bytes, not characters.
    let longest = "é".repeat(NAME_MAX / 2) + "x";
    let too_long = "é".repeat(NAME_MAX / 2 + 1);
    t.fs.make_directory(t.root(), &longest).unwrap();
    assert_eq!(t.kind(t.root(), &longest), Ok(Kind::Directory));
    assert_eq!(t.names(t.root()), set([&longest]));
    assert_eq!(t.kind(t.root(), &too_long), Err(Errno::Nametoolong));
    assert_eq!(t.fs.create(t.root(), &too_long, WRITE), Err(Errno::Nametoolong));
    assert_eq!(t.fs.make_directory(t.root(), &too_long), Err(Errno::Nametoolong));
    assert_eq!(t.fs.make_link(t.root(), &too_long, "x"), Err(Errno::Nametoolong));
    assert_eq!(t.fs.unlink(t.root(), &too_long), Err(Errno::Nametoolong));
    assert_eq!(t.fs.remove_directory(t.root(), &too_long), Err(Errno::Nametoolong));
    assert_eq!(t.fs.rename((t.root(), &longest), (t.root(), &too_long), false), Err(Errno::Nametoolong));
}

pub fn only_directories_are_entered<T>(t: &Tree<T>) {
    let file = t.file("file", b"");
    assert_eq!(t.kind(file.node(), "x"), Err(Errno::Notdir));
    assert_eq!(t.fs.create(file.node(), "x", WRITE), Err(Errno::Notdir));
    assert_eq!(t.fs.make_directory(file.node(), "x"), Err(Errno::Notdir));
    assert_eq!(t.fs.unlink(file.node(), "x"), Err(Errno::Notdir));
    assert_eq!(t.fs.read_directory(file.node(), 0, &mut |_| true), Err(Errno::Notdir));
}

pub fn kinds_and_links_are_told<T>(t: &Tree<T>) {
    let file = t.file("file", b"1234");
    let directory = t.directory("directory");
    t.fs.make_link(t.root(), "link", "somewhere/else").unwrap();
    let link = t.get(&t.root, "link");
    assert_eq!(t.stat(&file).kind, Kind::File);
    assert_eq!((t.stat(&directory).kind, t.stat(&directory).links), (Kind::Directory, 2));
    assert_eq!((t.stat(&link).kind, t.stat(&link).size), (Kind::Link, 14));
    assert_eq!(t.fs.read_link(link.node()).as_deref(), Ok("somewhere/else"));
    assert_eq!(t.fs.read_link(file.node()), Err(Errno::Inval));
    assert_eq!(t.fs.read_link(directory.node()), Err(Errno::Inval));
    t.fs.make_directory(directory.node(), "below").unwrap();
    assert_eq!(t.stat(&directory).links, 3);
    let inodes = [t.stat(&file).inode, t.stat(&directory).inode, t.stat(&link).inode, t.stat(&t.root).inode];
    assert_eq!(BTreeSet::from(inodes).len(), 4);
}

pub fn a_file_has_several_names<T>(t: &Tree<T>) {
    let file = t.file("one", b"text");
    let directory = t.directory("directory");
    t.fs.link((t.root(), "one"), (directory.node(), "two")).unwrap();
    let other = t.get(&directory, "two");
    assert_eq!((t.stat(&other).inode, t.stat(&other).links), (t.stat(&file).inode, 2));
    t.fs.open(other.node(), WRITE).unwrap();
    assert_eq!(t.append(&other, b"!"), Ok((1, 5)));
    t.fs.unlink(t.root(), "one").unwrap();
    assert_eq!((t.stat(&file).links, t.contents(&file)), (1, b"text!".to_vec()));
    assert_eq!(t.fs.link((t.root(), "directory"), (t.root(), "three")), Err(Errno::Perm));
    assert_eq!(t.fs.link((t.root(), "one"), (t.root(), "three")), Err(Errno::Noent));
    t.fs.make_link(t.root(), "link", "nowhere").unwrap();
    t.fs.link((t.root(), "link"), (t.root(), "same link")).unwrap();
    assert_eq!(t.stat(&t.get(&t.root, "same link")).links, 2);
}

pub fn files_outlive_their_names<T>(t: &Tree<T>) {
    let file = t.file("file", b"still there");
    t.fs.unlink(t.root(), "file").unwrap();
    assert_eq!(t.kind(t.root(), "file"), Err(Errno::Noent));
    assert_eq!((t.stat(&file).links, t.contents(&file)), (0, b"still there".to_vec()));
    assert_eq!(t.fs.write(file.node(), 0, b"S"), Ok(1));
    drop(t.file("file", b"another"));
    assert_eq!(t.contents(&file), b"Still there");
}

pub fn removed_directories_stay_empty<T>(t: &Tree<T>) {
    let directory = t.directory("directory");
    drop(t.create(directory.node(), "inside"));
    assert_eq!(t.fs.remove_directory(t.root(), "directory"), Err(Errno::Notempty));
    assert_eq!(t.fs.unlink(t.root(), "directory"), Err(Errno::Isdir));
    t.fs.unlink(directory.node(), "inside").unwrap();
    t.fs.remove_directory(t.root(), "directory").unwrap();
    assert_eq!(t.kind(directory.node(), "inside"), Err(Errno::Noent));
    assert_eq!(t.fs.create(directory.node(), "x", WRITE), Err(Errno::Noent));
    assert_eq!(t.fs.make_directory(directory.node(), "x"), Err(Errno::Noent));
    assert_eq!(t.fs.make_link(directory.node(), "x", "y"), Err(Errno::Noent));
    drop(t.file("file", b""));
    assert_eq!(t.fs.link((t.root(), "file"), (directory.node(), "x")), Err(Errno::Noent));
    assert_eq!(t.fs.rename((t.root(), "file"), (directory.node(), "x"), false), Err(Errno::Noent));
    assert_eq!(t.names(directory.node()), set([]));
    assert_eq!(t.fs.remove_directory(t.root(), "file"), Err(Errno::Notdir));
    assert_eq!(t.fs.remove_directory(t.root(), "directory"), Err(Errno::Noent));
    assert_eq!(t.fs.unlink(t.root(), "directory"), Err(Errno::Noent));
}

pub fn names_move<T>(t: &Tree<T>) {
    let file = t.file("file", b"moved");
    let directory = t.directory("directory");
    t.fs.rename((t.root(), "file"), (directory.node(), "new name"), false).unwrap();
    assert_eq!((t.names(t.root()), t.names(directory.node())), (set(["directory"]), set(["new name"])));
    assert_eq!(t.stat(&t.get(&directory, "new name")).inode, t.stat(&file).inode);
    t.fs.rename((t.root(), "directory"), (t.root(), "elsewhere"), true).unwrap();
    assert_eq!((t.names(t.root()), t.names(directory.node())), (set(["elsewhere"]), set(["new name"])));
    assert_eq!(t.fs.rename((t.root(), "no"), (t.root(), "yes"), false), Err(Errno::Noent));
    assert_eq!(t.fs.rename((directory.node(), "new name"), (t.root(), "x"), true), Err(Errno::Notdir));
}

pub fn a_move_replaces_only_its_like<T>(t: &Tree<T>) {
    let (one, two) = (t.file("one", b"1"), t.file("two", b"2"));
    t.fs.rename((t.root(), "one"), (t.root(), "two"), false).unwrap();
    assert_eq!((t.stat(&one).links, t.stat(&two).links, t.names(t.root())), (1, 0, set(["two"])));
    t.fs.rename((t.root(), "two"), (t.root(), "two"), false).unwrap();
    // Two names of one file: nothing happens.
    t.fs.link((t.root(), "two"), (t.root(), "same")).unwrap();
    t.fs.rename((t.root(), "two"), (t.root(), "same"), false).unwrap();
    assert_eq!(t.names(t.root()), set(["two", "same"]));

    let (full, empty) = (t.directory("full"), t.directory("empty"));
    t.fs.make_directory(full.node(), "inside").unwrap();
    assert_eq!(t.fs.rename((t.root(), "two"), (t.root(), "empty"), false), Err(Errno::Isdir));
    assert_eq!(t.fs.rename((t.root(), "empty"), (t.root(), "two"), false), Err(Errno::Notdir));
    assert_eq!(t.fs.rename((t.root(), "empty"), (t.root(), "full"), false), Err(Errno::Notempty));
    t.fs.rename((t.root(), "full"), (t.root(), "empty"), false).unwrap();
    assert_eq!((t.stat(&empty).links, t.names(t.root())), (0, set(["two", "same", "empty"])));
    assert_eq!((t.stat(&full).links, t.stat(&t.root).links, t.names(full.node())), (3, 3, set(["inside"])));
}

pub fn a_directory_does_not_move_into_itself<T>(t: &Tree<T>) {
    let outer = t.directory("outer");
    t.fs.make_directory(outer.node(), "inner").unwrap();
    let inner = t.get(&outer, "inner");
    assert_eq!(t.fs.rename((t.root(), "outer"), (outer.node(), "x"), false), Err(Errno::Inval));
    assert_eq!(t.fs.rename((t.root(), "outer"), (inner.node(), "x"), false), Err(Errno::Inval));
    assert_eq!(t.fs.rename((outer.node(), "inner"), (t.root(), "outer"), false), Err(Errno::Notempty));
    // After a move the directories above are others.
    t.fs.rename((outer.node(), "inner"), (t.root(), "inner"), false).unwrap();
    t.fs.rename((t.root(), "outer"), (inner.node(), "outer"), false).unwrap();
    assert_eq!(t.fs.rename((t.root(), "inner"), (outer.node(), "x"), false), Err(Errno::Inval));
    assert_eq!((t.names(t.root()), t.names(inner.node())), (set(["inner"]), set(["outer"])));
    assert_eq!((t.stat(&t.root).links, t.stat(&inner).links, t.stat(&outer).links), (3, 3, 2));
}

pub fn entries_are_told_once<T>(t: &Tree<T>) {
    let all: BTreeSet<String> = (0..700).map(|i| format!("entry {i}")).collect();
    all.iter().for_each(|name| drop(t.create(t.root(), name)));
    // One at a time, each from the cookie of the one before, while those that were told are removed and others added.
    let (mut seen, mut cookie) = (BTreeSet::new(), 0);
    loop {
        let mut found = None;
        let mut each = |entry: wasi_kernel::fs::Entry<'_>| {
            assert_ne!(entry.next, 0);
            found = Some((entry.next, entry.name.to_string(), entry.inode, entry.kind));
            false
        };
        t.fs.read_directory(t.root(), cookie, &mut each).unwrap();
        let Some((next, name, inode, kind)) = found else { break };
        cookie = next;
        if name.starts_with("entry") {
            assert_eq!((t.stat(&t.get(&t.root, &name)).inode, kind), (inode, Kind::File));
            t.fs.unlink(t.root(), &name).unwrap();
            assert!(seen.insert(name), "an entry was told twice");
        }
        if seen.len() % 100 == 50
            && let Ok(node) = t.fs.create(t.root(), &format!("added {}", seen.len()), WRITE)
        {
            t.fs.release(node);
        }
    }
    assert_eq!(seen, all);
    assert!(t.names(t.root()).iter().all(|name| name.starts_with("added")));
}

pub fn entries_have_kinds<T>(t: &Tree<T>) {
    drop(t.file("file", b""));
    drop(t.directory("directory"));
    t.fs.make_link(t.root(), "link", "file").unwrap();
    let mut kinds = Vec::new();
    t.fs.read_directory(t.root(), 0, &mut |entry| {
        kinds.push((entry.name.to_string(), entry.kind));
        true
    })
    .unwrap();
    kinds.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("directory", Kind::Directory), ("file", Kind::File), ("link", Kind::Link)];
    assert_eq!(kinds, expected.map(|(name, kind)| (name.to_string(), kind)));
    t.fs.read_directory(t.root(), u64::MAX >> 1, &mut |_| panic!("behind the last cookie")).unwrap();
}

pub fn times_are_set<T>(t: &Tree<T>) {
    let file = t.file("file", b"text");
    let second = 1_000_000_000;
    t.fs.set_times(file.node(), SetTime::To(7 * second + 8), SetTime::To(9 * second + 10)).unwrap();
    assert_eq!((t.stat(&file).accessed, t.stat(&file).modified), (7 * second + 8, 9 * second + 10));
    t.fs.set_times(file.node(), SetTime::Keep, SetTime::To(11 * second)).unwrap();
    assert_eq!((t.stat(&file).accessed, t.stat(&file).modified), (7 * second + 8, 11 * second));
    t.fs.set_times(file.node(), SetTime::Now, SetTime::Keep).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let accessed = t.stat(&file).accessed;
    assert!(accessed > 1_600_000_000 * second && accessed <= now.max(crate::support::START * 2));
    assert_eq!(t.stat(&file).modified, 11 * second);
    let directory = t.directory("directory");
    t.fs.set_times(directory.node(), SetTime::To(second), SetTime::To(2 * second)).unwrap();
    assert_eq!((t.stat(&directory).accessed, t.stat(&directory).modified), (second, 2 * second));
    // A link's own times, not those of what it leads to.
    t.fs.make_link(t.root(), "link", "file").unwrap();
    let link = t.get(&t.root, "link");
    t.fs.set_times(link.node(), SetTime::To(3 * second), SetTime::To(4 * second)).unwrap();
    assert_eq!((t.stat(&link).modified, t.stat(&file).modified), (4 * second, 11 * second));
}

pub fn changes_are_dated<T>(t: &Tree<T>) {
    let file = t.file("file", b"text");
    let old = |handle: &Handle| t.fs.set_times(handle.node(), SetTime::To(1), SetTime::To(2)).unwrap();
    old(&file);
    assert_eq!(t.append(&file, b"!"), Ok((1, 5)));
    assert!(t.stat(&file).modified > 2);
    assert!(t.stat(&file).created > 2);
    t.contents(&file);
    assert!(t.stat(&file).accessed > 1, "read after a change");
    old(&file);
    t.fs.set_size(file.node(), 1).unwrap();
    assert!(t.stat(&file).modified > 2);
    let directory = t.directory("directory");
    old(&directory);
    drop(t.create(directory.node(), "new"));
    assert!(t.stat(&directory).modified > 2);
    old(&directory);
    t.fs.unlink(directory.node(), "new").unwrap();
    assert!(t.stat(&directory).modified > 2);
}

pub fn references_are_independent<T>(t: &Tree<T>) {
    let file = t.file("file", b"text");
    let other = Handle::new(t.fs.clone(), t.fs.duplicate(file.node()).unwrap());
    drop(file);
    t.fs.unlink(t.root(), "file").unwrap();
    assert_eq!(t.stat(&other).size, 4);
    let root = Handle::new(t.fs.clone(), t.fs.duplicate(t.root()).unwrap());
    drop(t.create(root.node(), "through the other"));
    assert_eq!(t.names(t.root()), set(["through the other"]));
}

macro_rules! suite {
    ($make:expr; $($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                suite::$name(&suite::Tree::new($make()));
            }
        )*
    };
    ($make:expr) => {
        suite! { $make;
            a_file_holds_what_was_written long_transfers_are_whole holes_and_cuts_read_as_zeros opening_can_empty_a_file
            only_files_are_written names_are_made_once names_are_255_bytes_long only_directories_are_entered
            kinds_and_links_are_told a_file_has_several_names files_outlive_their_names removed_directories_stay_empty
            names_move a_move_replaces_only_its_like a_directory_does_not_move_into_itself entries_are_told_once
            entries_have_kinds times_are_set changes_are_dated references_are_independent
        }
    };
}
pub(crate) use suite;
