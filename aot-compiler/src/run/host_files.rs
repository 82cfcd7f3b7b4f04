//! Directories of the host as the kernel sees them: nodes with numbers, entered one name at a time.
//!
//! A node is an open file descriptor, so it stays what it is whatever happens to its name. No request can name anything but
//! one entry of a directory whose node it has, and no symbolic link is ever followed here: that keeps the kernel, and
//! with it the app, within the directories of the command line.

use super::{
    host_errno::{BADF, Errno, ILSEQ, INVAL, NOTDIR},
    host_server::Reply,
};
use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    fs::{
        self, AtFlags, CWD, FileType, Mode, OFlags, RawDir, SeekFrom, StatxFlags, Timespec, Timestamps,
        UTIME_NOW, UTIME_OMIT,
    },
    io::{self as rio, ReadWriteFlags},
};
use sinter_abi::host::{
    ACCESS_READ, ACCESS_TRUNCATE, ACCESS_WRITE, ENTRY, Op, PAYLOAD_MAX, STAT, TIME_KEEP, TIME_NOW,
};
use std::{
    collections::HashMap,
    io::{self, IoSlice},
    mem::MaybeUninit,
    path::Path,
};

/// The nodes that the kernel has a reference to.
pub struct Files {
    roots: Vec<OwnedFd>,
    nodes: HashMap<u64, OwnedFd>,
    next: u64,
}

type Answer = Result<Reply, Errno>;

/// How a node is held before it is opened: it may be looked at, not read.
const HOLD: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

impl Files {
    /// Serves `directories` by their place in the list.
    ///
    /// # Errors
    /// One of them cannot be opened.
    pub fn new(directories: &[&Path]) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = |path: &&Path| Ok(fs::open(*path, flags, Mode::empty())?);
        let roots = directories.iter().map(open).collect::<io::Result<_>>()?;
        Ok(Self { roots, nodes: HashMap::new(), next: 1 })
    }

    /// Ends the references to the nodes in `payload`.
    pub fn release(&mut self, payload: &[u8]) {
        for number in payload.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok()) {
            self.nodes.remove(&u64::from_le_bytes(number));
        }
    }

    /// Carries out an operation on files.
    ///
    /// # Errors
    /// As the protocol says for each; `Inval` for operations and names that it does not have.
    pub fn answer(&mut self, op: Op, [a, b, c]: [u64; 3], payload: &[u8]) -> Answer {
        match op {
            Op::Root => {
                let root = self.roots.get(a as usize).ok_or(INVAL)?;
                let node = fs::openat(root, ".", HOLD | OFlags::DIRECTORY, Mode::empty())?;
                Ok(Reply::value(self.give(node)))
            }
            Op::Lookup => {
                let node = fs::openat(self.node(a)?, name(payload)?, HOLD, Mode::empty())?;
                let kind = kind(FileType::from_raw_mode(fs::fstat(&node)?.st_mode));
                Ok(Reply { values: [self.give(node), kind.into(), 0], payload: Vec::new() })
            }
            Op::Duplicate => {
                let node = rio::fcntl_dupfd_cloexec(self.node(a)?, 0)?;
                Ok(Reply::value(self.give(node)))
            }
            Op::Stat => stat(self.node(a)?),
            Op::Open => {
                let node = reopen(self.node(a)?, flags(b))?;
                self.nodes.insert(a, node);
                Ok(Reply::default())
            }
            Op::Read => read(self.node(a)?, b.min(PAYLOAD_MAX as u64) as usize, c),
            Op::Write => write(self.node(a)?, payload, b),
            Op::Append => append(self.node(a)?, payload),
            Op::SetSize => done(fs::ftruncate(self.node(a)?, b)),
            Op::SetTimes => done(set_times(self.node(a)?, b, c)),
            Op::Sync => done(sync(self.node(a)?, b != 0)),
            Op::Create => {
                let flags = flags(b & !ACCESS_TRUNCATE) | OFlags::CREATE | OFlags::EXCL;
                let node = fs::openat(self.node(a)?, name(payload)?, flags, Mode::from_raw_mode(0o666))?;
                Ok(Reply::value(self.give(node)))
            }
            Op::MakeDirectory => done(fs::mkdirat(self.node(a)?, name(payload)?, Mode::from_raw_mode(0o777))),
            Op::MakeLink => {
                let (link, text) = split(payload, b)?;
                done(fs::symlinkat(text, self.node(a)?, name(link)?))
            }
            Op::ReadLink => read_link(self.node(a)?),
            Op::Link => {
                let (old, new) = split(payload, c)?;
                done(fs::linkat(self.node(a)?, name(old)?, self.node(b)?, name(new)?, AtFlags::empty()))
            }
            Op::Rename => {
                let (old, new) = split(payload, c & 0xffff_ffff)?;
                self.rename((a, name(old)?), (b, name(new)?), c >> 32 & 1 != 0)
            }
            Op::Unlink => done(fs::unlinkat(self.node(a)?, name(payload)?, AtFlags::empty())),
            Op::RemoveDirectory => done(fs::unlinkat(self.node(a)?, name(payload)?, AtFlags::REMOVEDIR)),
            Op::ReadDirectory => read_directory(self.node(a)?, b, c.min(PAYLOAD_MAX as u64) as usize),
            Op::Output
            | Op::Error
            | Op::Input
            | Op::InputReady
            | Op::Exit
            | Op::Trap
            | Op::Terminals
            | Op::Time
            | Op::Release => Err(INVAL),
        }
    }

    fn node(&self, number: u64) -> Result<BorrowedFd<'_>, Errno> {
        self.nodes.get(&number).map(AsFd::as_fd).ok_or(BADF)
    }

    fn give(&mut self, node: OwnedFd) -> u64 {
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, node);
        number
    }

    fn rename(&self, from: (u64, &str), to: (u64, &str), directory: bool) -> Answer {
        let (old, new) = (self.node(from.0)?, self.node(to.0)?);
        if directory {
            let mode = fs::statat(old, from.1, AtFlags::SYMLINK_NOFOLLOW)?.st_mode;
            // rename(2) looks both names up before it asks what they are.
            match fs::statat(new, to.1, AtFlags::SYMLINK_NOFOLLOW) {
                Err(rio::Errno::NOENT) if fs::fstat(new)?.st_nlink > 0 => {}
                found => _ = found?,
            }
            if FileType::from_raw_mode(mode) != FileType::Directory {
                return Err(NOTDIR);
            }
        }
        done(fs::renameat(old, from.1, new, to.1))
    }
}

fn done(result: rio::Result<()>) -> Answer {
    result?;
    Ok(Reply::default())
}

/// A name that stays within its directory.
fn name(bytes: &[u8]) -> Result<&str, Errno> {
    let name = std::str::from_utf8(bytes).map_err(|_| ILSEQ)?;
    let outside = matches!(name, "" | "." | "..") || name.contains(['/', '\0']);
    if outside { Err(INVAL) } else { Ok(name) }
}

/// The first `at` bytes, and the rest.
fn split(payload: &[u8], at: u64) -> Result<(&[u8], &[u8]), Errno> {
    payload.split_at_checked(at as usize).ok_or(INVAL)
}

fn flags(access: u64) -> OFlags {
    let way = match (access & ACCESS_READ != 0, access & ACCESS_WRITE != 0) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    };
    let truncate = if access & ACCESS_TRUNCATE != 0 { OFlags::TRUNC } else { OFlags::empty() };
    // A FIFO or a device of the host must not hold the whole board up.
    way | truncate | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW | OFlags::CLOEXEC
}

/// The same file, whatever its name is by now, opened for more. `/proc/self/fd` is the way from one descriptor to another
/// (proc_pid_fd(5)); its entries are links, which is why `NOFOLLOW` has to go. A node that is itself a symbolic link
/// gives ELOOP all the same.
fn reopen(node: BorrowedFd<'_>, flags: OFlags) -> rio::Result<OwnedFd> {
    use std::os::fd::AsRawFd;
    let path = format!("/proc/self/fd/{}", node.as_raw_fd());
    fs::openat(CWD, path, flags.difference(OFlags::NOFOLLOW), Mode::empty())
}

/// The number of a `$filetype`.
fn kind(ty: FileType) -> u32 {
    match ty {
        FileType::BlockDevice => 1,
        FileType::CharacterDevice => 2,
        FileType::Directory => 3,
        FileType::RegularFile => 4,
        FileType::Socket => 6,
        FileType::Symlink => 7,
        _ => 0,
    }
}

fn stat(node: BorrowedFd<'_>) -> Answer {
    let stat = fs::statx(node, "", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS | StatxFlags::BTIME)?;
    let time = |time: fs::StatxTimestamp| {
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        seconds.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec.into())
    };
    let fields = [
        kind(FileType::from_raw_mode(stat.stx_mode.into())).into(),
        stat.stx_ino,
        stat.stx_nlink.into(),
        stat.stx_size,
        time(stat.stx_atime),
        time(stat.stx_mtime),
        time(stat.stx_btime),
    ];
    let payload: Vec<u8> = fields.into_iter().flat_map(u64::to_le_bytes).collect();
    debug_assert_eq!(payload.len(), STAT);
    Ok(Reply::payload(payload))
}

fn read(node: BorrowedFd<'_>, size: usize, offset: u64) -> Answer {
    let mut buffer = vec![0; size];
    let read = rio::pread(node, &mut buffer, offset)?;
    buffer.truncate(read);
    Ok(Reply::payload(buffer))
}

fn write(node: BorrowedFd<'_>, bytes: &[u8], offset: u64) -> Answer {
    Ok(Reply::value(rio::pwrite(node, bytes, offset)? as u64))
}

fn append(node: BorrowedFd<'_>, bytes: &[u8]) -> Answer {
    let written = rio::pwritev2(node, &[IoSlice::new(bytes)], 0, ReadWriteFlags::APPEND)?;
    let size = u64::try_from(fs::fstat(node)?.st_size).unwrap_or(0);
    Ok(Reply { values: [written as u64, size, 0], payload: Vec::new() })
}

fn set_times(node: BorrowedFd<'_>, accessed: u64, modified: u64) -> rio::Result<()> {
    let time = |time: u64| match time {
        TIME_KEEP => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        TIME_NOW => Timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
        time => Timespec { tv_sec: (time / 1_000_000_000) as i64, tv_nsec: (time % 1_000_000_000) as i64 },
    };
    let times = Timestamps { last_access: time(accessed), last_modification: time(modified) };
    fs::utimensat(node, "", &times, AtFlags::EMPTY_PATH)
}

/// A node that was only looked up is opened for the moment.
fn sync(node: BorrowedFd<'_>, data_only: bool) -> rio::Result<()> {
    let sync = |node: BorrowedFd<'_>| if data_only { fs::fdatasync(node) } else { fs::fsync(node) };
    match sync(node) {
        Err(rio::Errno::BADF) => sync(reopen(node, flags(ACCESS_READ))?.as_fd()),
        result => result,
    }
}

fn read_link(node: BorrowedFd<'_>) -> Answer {
    match fs::readlinkat(node, "", Vec::new()) {
        Ok(text) => Ok(Reply::payload(text.into_bytes())),
        // What Linux says of a node without a name that is no link.
        Err(rio::Errno::NOENT) => Err(INVAL),
        Err(errno) => Err(errno.into()),
    }
}

fn read_directory(node: BorrowedFd<'_>, cookie: u64, size: usize) -> Answer {
    fs::seek(node, SeekFrom::Start(cookie))?;
    let mut buffer = [MaybeUninit::uninit(); 32 << 10];
    let mut entries = RawDir::new(node, &mut buffer);
    let (mut payload, mut last) = (Vec::new(), true);
    while let Some(entry) = entries.next() {
        let entry = match entry {
            // A directory that was removed has none.
            Err(rio::Errno::NOENT) => break,
            entry => entry?,
        };
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let name = name.to_str().map_err(|_| ILSEQ)?;
        if payload.len() + ENTRY + name.len() > size {
            last = false;
            break;
        }
        let ty = match entry.file_type() {
            FileType::Unknown => {
                let stat = fs::statat(node, name, AtFlags::SYMLINK_NOFOLLOW);
                stat.map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode))
            }
            ty => ty,
        };
        payload.extend(entry.next_entry_cookie().to_le_bytes());
        payload.extend(entry.ino().to_le_bytes());
        payload.extend(kind(ty).to_le_bytes());
        payload.extend((name.len() as u32).to_le_bytes());
        payload.extend(name.bytes());
    }
    Ok(Reply { values: [last.into(), 0, 0], payload })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    const NOENT: Errno = Errno(44);
    const LOOP: Errno = Errno(32);
    const NAMETOOLONG: Errno = Errno(37);

    fn served() -> (tempfile::TempDir, Files, u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::new(&[folder.path()]).unwrap();
        let root = files.answer(Op::Root, [0; 3], b"").unwrap().values[0];
        (folder, files, root)
    }

    fn lookup(files: &mut Files, directory: u64, name: &[u8]) -> Result<(u64, u64), Errno> {
        files.answer(Op::Lookup, [directory, 0, 0], name).map(|reply| (reply.values[0], reply.values[1]))
    }

    #[test]
    fn a_file_is_made_written_read_and_removed() {
        let (folder, mut files, root) = served();
        let file = files.answer(Op::Create, [root, ACCESS_READ | ACCESS_WRITE, 0], b"new").unwrap().values[0];
        assert_eq!(files.answer(Op::Write, [file, 2, 0], b"text").unwrap().values[0], 4);
        assert_eq!(files.answer(Op::Append, [file, 0, 0], b"!").unwrap().values, [1, 7, 0]);
        assert_eq!(files.answer(Op::Read, [file, 64, 1], b"").unwrap().payload, b"\0text!");
        assert_eq!(std::fs::read(folder.path().join("new")).unwrap(), b"\0\0text!");
        files.answer(Op::Unlink, [root, 0, 0], b"new").unwrap();
        assert_eq!(lookup(&mut files, root, b"new"), Err(NOENT));
        assert_eq!(files.answer(Op::Read, [file, 64, 0], b"").unwrap().payload.len(), 7);
        files.release(&file.to_le_bytes());
        assert_eq!(files.answer(Op::Read, [file, 64, 0], b"").unwrap_err(), BADF);
    }

    #[test]
    fn no_name_leads_out_of_a_directory() {
        let (folder, mut files, root) = served();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        for outside in [&b".."[..], b".", b"", b"/etc", b"in/..", b"a\0b"] {
            assert_eq!(lookup(&mut files, root, outside), Err(INVAL), "{outside:?}");
            assert_eq!(files.answer(Op::MakeDirectory, [root, 0, 0], outside).unwrap_err(), INVAL);
        }
    }

    #[test]
    fn a_symbolic_link_is_itself() {
        let (folder, mut files, root) = served();
        symlink("/etc", folder.path().join("link")).unwrap();
        let (link, kind) = lookup(&mut files, root, b"link").unwrap();
        assert_eq!(kind, 7);
        assert_eq!(files.answer(Op::ReadLink, [link, 0, 0], b"").unwrap().payload, b"/etc");
        assert_eq!(files.answer(Op::Open, [link, ACCESS_READ, 0], b"").unwrap_err(), LOOP);
        assert_eq!(lookup(&mut files, link, b"passwd"), Err(NOTDIR));
    }

    #[test]
    fn what_is_no_link_is_an_invalid_argument_for_reading_one() {
        let (folder, mut files, root) = served();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let (file, _) = lookup(&mut files, root, b"file").unwrap();
        assert_eq!(files.answer(Op::ReadLink, [file, 0, 0], b"").unwrap_err(), INVAL);
    }

    #[test]
    fn a_directory_that_was_removed_has_no_entries() {
        let (folder, mut files, root) = served();
        std::fs::create_dir(folder.path().join("gone")).unwrap();
        let (gone, _) = lookup(&mut files, root, b"gone").unwrap();
        files.answer(Op::Open, [gone, ACCESS_READ, 0], b"").unwrap();
        std::fs::remove_dir(folder.path().join("gone")).unwrap();
        let reply = files.answer(Op::ReadDirectory, [gone, 0, 100], b"").unwrap();
        assert_eq!((reply.values[0], reply.payload.len()), (1, 0));
    }

    #[test]
    fn entries_come_once_however_small_the_answers() {
        let (folder, mut files, root) = served();
        let mut names: Vec<_> = (0..300).map(|number| format!("file number {number}")).collect();
        names.iter().for_each(|name| std::fs::write(folder.path().join(name), name).unwrap());
        files.answer(Op::Open, [root, ACCESS_READ, 0], b"").unwrap();
        let (mut cookie, mut seen) = (0, Vec::new());
        loop {
            let reply = files.answer(Op::ReadDirectory, [root, cookie, 100], b"").unwrap();
            let mut rest = &reply.payload[..];
            while !rest.is_empty() {
                let (header, tail) = rest.split_at(ENTRY);
                cookie = u64::from_le_bytes(header[..8].try_into().unwrap());
                assert_eq!(header[16..20], 4u32.to_le_bytes());
                let length = u32::from_le_bytes(header[20..].try_into().unwrap()) as usize;
                seen.push(String::from_utf8(tail[..length].to_vec()).unwrap());
                rest = &tail[length..];
            }
            if reply.values[0] == 1 {
                break;
            }
        }
        seen.sort();
        names.sort();
        assert_eq!(seen, names);
    }

    #[test]
    fn times_are_set_without_opening() {
        let (folder, mut files, root) = served();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let (file, _) = lookup(&mut files, root, b"file").unwrap();
        files.answer(Op::SetTimes, [file, TIME_KEEP, 1_500_000_000], b"").unwrap();
        let stat = files.answer(Op::Stat, [file, 0, 0], b"").unwrap().payload;
        assert_eq!(stat[40..48], 1_500_000_000u64.to_le_bytes());
    }

    #[test]
    fn rename_looks_at_the_new_name_before_it_asks_what_the_old_one_is() {
        let (folder, mut files, root) = served();
        std::fs::write(folder.path().join("a"), "").unwrap();
        let long = [b"a".as_slice(), &[b'x'; 256]].concat();
        assert_eq!(files.answer(Op::Rename, [root, root, 1 | 1 << 32], &long).unwrap_err(), NAMETOOLONG);
        std::fs::create_dir(folder.path().join("gone")).unwrap();
        let (gone, _) = lookup(&mut files, root, b"gone").unwrap();
        std::fs::remove_dir(folder.path().join("gone")).unwrap();
        assert_eq!(files.answer(Op::Rename, [root, gone, 1 | 1 << 32], b"ab").unwrap_err(), NOENT);
    }

    #[test]
    fn rename_tells_files_from_directories() {
        let (folder, mut files, root) = served();
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert_eq!(files.answer(Op::Rename, [root, root, 1 | 1 << 32], b"ab").unwrap_err(), NOTDIR);
        files.answer(Op::Rename, [root, root, 1], b"ab").unwrap();
        assert!(folder.path().join("b").exists());
    }
}
