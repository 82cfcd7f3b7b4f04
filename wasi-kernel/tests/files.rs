//! Open files: flags, positions, sizes, times.

mod support;

use support::{BUFFER, Guest, IOVS, READ, RESULT, WRITE};
use wasi_kernel::Errno;

const CREAT: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCL: u32 = 4;
const TRUNC: u32 = 8;
const APPEND: u32 = 1;
const NONBLOCK: u32 = 4;

#[test]
fn opening_makes_empties_or_refuses() {
    let mut guest = Guest::new();
    assert_eq!(guest.open("file", 0, READ, 0), Err(Errno::Noent));
    assert_eq!(guest.open("file", CREAT | EXCL, WRITE, 0), Ok(5));
    assert_eq!(guest.open("file", CREAT | EXCL, WRITE, 0), Err(Errno::Exist));
    assert_eq!(guest.write(5, b"contents"), Ok(8));
    assert_eq!(guest.open("file", CREAT, WRITE, 0), Ok(6));
    assert_eq!(guest.fd_stat(6).unwrap().size, 8);
    assert_eq!(guest.open("file", TRUNC, READ, 0), Ok(7));
    assert_eq!(guest.fd_stat(6).unwrap().size, 0);
    guest.mkdir("dir").unwrap();
    assert_eq!(guest.open("dir", 0, WRITE, 0), Err(Errno::Isdir));
    assert_eq!(guest.open("dir", CREAT, READ, 0), Err(Errno::Isdir));
    assert_eq!(guest.open("new/", CREAT, READ, 0), Err(Errno::Isdir));
    assert_eq!(guest.open("file", DIRECTORY, READ, 0), Err(Errno::Notdir));
    assert_eq!(guest.open("dir", DIRECTORY | CREAT, READ, 0), Err(Errno::Inval));
    assert_eq!(guest.open("dir", DIRECTORY | TRUNC, READ, 0), Err(Errno::Inval));
    assert_eq!(guest.open("file", 0, READ, 16), Err(Errno::Notsup));
    assert_eq!(guest.open("file", 16, READ, 0), Err(Errno::Inval));
    assert_eq!(guest.open("file", 0, 1 << 30, 0), Err(Errno::Inval));
    assert_eq!(guest.open("file", 0, READ, 32), Err(Errno::Inval));
    assert_eq!(guest.open_at(5, 0, "x", 0, READ, 0), Err(Errno::Notdir));
    assert_eq!(guest.open_at(1, 0, "x", 0, READ, 0), Err(Errno::Badf));
    assert_eq!(guest.open_at(99, 0, "x", 0, READ, 0), Err(Errno::Badf));
}

#[test]
fn reading_and_writing_need_their_rights() {
    let mut guest = Guest::new();
    guest.file("file", b"text");
    let reader = guest.open("file", 0, READ, 0).unwrap();
    let writer = guest.open("file", 0, WRITE, 0).unwrap();
    assert_eq!(guest.write(reader, b"x"), Err(Errno::Badf));
    assert_eq!(guest.read(writer, 4), Err(Errno::Badf));
    assert_eq!(guest.read(reader, 10), Ok(b"text".to_vec()));
    assert_eq!(guest.write(writer, b"T"), Ok(1));
    let set_size = |guest: &mut Guest, fd, size| guest.call(|p, m| p.fd_filestat_set_size(m, fd, size));
    assert_eq!(set_size(&mut guest, reader, 2), Err(Errno::Inval));
    assert_eq!(set_size(&mut guest, writer, 2), Ok(()));
    assert_eq!(set_size(&mut guest, writer, 1 << 63), Err(Errno::Inval));
    assert_eq!(set_size(&mut guest, writer, 1 << 62), Err(Errno::Fbig));
    assert_eq!(set_size(&mut guest, 3, 2), Err(Errno::Badf));
    assert_eq!(guest.contents("file"), Ok(b"Te".to_vec()));
}

#[test]
fn a_read_only_directory_is_left_as_it_is() {
    let mut guest = Guest::new();
    guest.file("file", b"text");
    guest.mkdir("dir").unwrap();
    assert_eq!(guest.open_at(4, 0, "file", 0, WRITE, 0), Err(Errno::Perm));
    assert_eq!(guest.open_at(4, 0, "file", TRUNC, READ, 0), Err(Errno::Perm));
    assert_eq!(guest.open_at(4, 0, "new", CREAT, READ, 0), Err(Errno::Perm));
    let file = guest.open_at(4, 0, "file", 0, READ, 0).unwrap();
    assert_eq!(guest.read(file, 9), Ok(b"text".to_vec()));
    assert_eq!(guest.call(|p, m| p.fd_filestat_set_size(m, file, 0)), Err(Errno::Perm));
    assert_eq!(guest.call(|p, m| p.fd_filestat_set_times(m, file, 0, 0, 2)), Err(Errno::Perm));
    // Neither below it.
    let dir = guest.open_at(4, 0, "dir", DIRECTORY, READ, 0).unwrap();
    assert_eq!(guest.open_at(dir, 0, "new", CREAT, READ, 0), Err(Errno::Perm));
    let (at, len) = guest.path("new");
    let (old, old_len) = guest.path2("file");
    for fd in [4, dir] {
        assert_eq!(guest.call(|p, m| p.path_create_directory(m, fd, at, len)), Err(Errno::Perm));
        assert_eq!(guest.call(|p, m| p.path_remove_directory(m, fd, at, len)), Err(Errno::Perm));
        assert_eq!(guest.call(|p, m| p.path_unlink_file(m, fd, at, len)), Err(Errno::Perm));
        assert_eq!(guest.call(|p, m| p.path_symlink(m, old, old_len, fd, at, len)), Err(Errno::Perm));
        assert_eq!(
            guest.call(|p, m| p.path_filestat_set_times(m, fd, 0, at, len, 0, 0, 2)),
            Err(Errno::Perm)
        );
        for (from, to) in [(fd, 3), (3, fd)] {
            assert_eq!(
                guest.call(|p, m| p.path_rename(m, from, old, old_len, to, at, len)),
                Err(Errno::Perm)
            );
            assert_eq!(
                guest.call(|p, m| p.path_link(m, from, 0, old, old_len, to, at, len)),
                Err(Errno::Perm)
            );
        }
    }
    assert_eq!(guest.contents("file"), Ok(b"text".to_vec()));
}

#[test]
fn positions_move_with_reads_and_writes() {
    let mut guest = Guest::new();
    let fd = guest.open("file", CREAT, READ | WRITE, 0).unwrap();
    let seek = |guest: &mut Guest, offset: i64, whence| {
        guest.call(|p, m| p.fd_seek(m, fd, offset as u64, whence, RESULT)).map(|()| guest.u64(RESULT))
    };
    let tell = |guest: &mut Guest| guest.call(|p, m| p.fd_tell(m, fd, RESULT)).map(|()| guest.u64(RESULT));
    guest.write(fd, b"0123456789").unwrap();
    assert_eq!(tell(&mut guest), Ok(10));
    assert_eq!(guest.read(fd, 4), Ok(vec![]));
    assert_eq!(seek(&mut guest, 2, 0), Ok(2));
    assert_eq!(guest.read(fd, 3), Ok(b"234".to_vec()));
    assert_eq!(seek(&mut guest, -1, 1), Ok(4));
    assert_eq!(guest.read(fd, 1), Ok(b"4".to_vec()));
    assert_eq!(seek(&mut guest, -3, 2), Ok(7));
    assert_eq!(guest.pread(fd, 2, 1), Ok(b"12".to_vec()));
    assert_eq!(guest.pwrite(fd, b"ab", 0), Ok(2));
    assert_eq!(tell(&mut guest), Ok(7));
    assert_eq!(seek(&mut guest, -8, 1), Err(Errno::Inval));
    assert_eq!(seek(&mut guest, -1, 0), Err(Errno::Inval));
    assert_eq!(seek(&mut guest, 0, 3), Err(Errno::Inval));
    assert_eq!(tell(&mut guest), Ok(7));
    assert_eq!(seek(&mut guest, i64::MAX, 0), Ok(i64::MAX as u64));
    assert_eq!(seek(&mut guest, 5, 1), Ok(i64::MAX as u64 + 5));
    assert_eq!(guest.read(fd, 1), Err(Errno::Inval));
    assert_eq!(guest.write(fd, b"x"), Err(Errno::Inval));
    assert_eq!(guest.contents("file"), Ok(b"ab23456789".to_vec()));
    for stream in 0..3 {
        assert_eq!(guest.call(|p, m| p.fd_seek(m, stream, 0, 0, RESULT)), Err(Errno::Spipe));
        assert_eq!(guest.call(|p, m| p.fd_tell(m, stream, RESULT)), Err(Errno::Spipe));
    }
    assert_eq!(guest.call(|p, m| p.fd_tell(m, 3, RESULT)), Err(Errno::Badf));
    assert_eq!(guest.pread(0, 1, 0), Err(Errno::Spipe));
    assert_eq!(guest.pwrite(1, b"x", 0), Err(Errno::Spipe));
}

#[test]
fn appending_goes_to_the_end() {
    let mut guest = Guest::new();
    guest.file("file", b"one ");
    let log = guest.open("file", 0, WRITE, APPEND).unwrap();
    let other = guest.open("file", 0, WRITE, APPEND).unwrap();
    assert_eq!(
        (guest.write(log, b"two "), guest.write(other, b"three "), guest.write(log, b"four")),
        (Ok(4), Ok(6), Ok(4))
    );
    guest.call(|p, m| p.fd_tell(m, log, RESULT)).unwrap();
    assert_eq!(guest.u64(RESULT), 18);
    // As on Linux, in spite of the offset.
    assert_eq!(guest.pwrite(log, b"!", 0), Ok(1));
    assert_eq!(guest.contents("file"), Ok(b"one two three four!".to_vec()));
    guest.call(|p, m| p.fd_fdstat_set_flags(m, log, 0)).unwrap();
    assert_eq!(guest.pwrite(log, b"O", 0), Ok(1));
    assert_eq!(guest.contents("file"), Ok(b"One two three four!".to_vec()));
}

#[test]
fn flags_are_told_and_set() {
    let mut guest = Guest::new();
    let fd = guest.open("file", CREAT, WRITE, APPEND | NONBLOCK).unwrap();
    let flags = |guest: &mut Guest| {
        guest.call(|p, m| p.fd_fdstat_get(m, fd, RESULT)).unwrap();
        u16::from_le_bytes([guest.memory[RESULT as usize + 2], guest.memory[RESULT as usize + 3]])
    };
    assert_eq!(flags(&mut guest), 5);
    let set = |guest: &mut Guest, fd, value| guest.call(|p, m| p.fd_fdstat_set_flags(m, fd, value));
    assert_eq!(set(&mut guest, fd, 1), Ok(()));
    assert_eq!(flags(&mut guest), 1);
    for sync in [2, 8, 16, 3] {
        assert_eq!(set(&mut guest, fd, sync), Err(Errno::Inval));
    }
    assert_eq!(
        (set(&mut guest, 3, 0), set(&mut guest, 1, 0), set(&mut guest, fd, 32)),
        (Err(Errno::Badf), Err(Errno::Badf), Err(Errno::Inval))
    );
    assert_eq!(flags(&mut guest), 1);
}

#[test]
fn one_buffer_is_transferred_at_a_time() {
    let mut guest = Guest::new();
    let fd = guest.open("file", CREAT, READ | WRITE, 0).unwrap();
    guest.put(BUFFER, b"firstsecond");
    let vectors: Vec<u8> = [(0, 0), (BUFFER, 5), (BUFFER + 5, 6)]
        .iter()
        .flat_map(|(pointer, len): &(u32, u32)| [pointer.to_le_bytes(), len.to_le_bytes()].concat())
        .collect();
    guest.put(IOVS, &vectors);
    guest.call(|p, m| p.fd_write(m, fd, IOVS, 3, RESULT)).unwrap();
    assert_eq!((guest.u32(RESULT), guest.contents("file")), (5, Ok(b"first".to_vec())));
    guest.put(IOVS, &vectors);
    guest.call(|p, m| p.fd_write(m, fd, IOVS, 1, RESULT)).unwrap();
    assert_eq!(guest.u32(RESULT), 0);
    guest.call(|p, m| p.fd_pread(m, fd, IOVS, 3, 1, RESULT)).unwrap();
    assert_eq!((guest.u32(RESULT), &guest.memory[BUFFER as usize..][..4]), (4, &b"irst"[..]));
}

#[test]
fn times_are_set_by_flags() {
    let mut guest = Guest::new();
    guest.file("file", b"");
    guest.symlink("file", "link").unwrap();
    let fd = guest.open("file", 0, READ, 0).unwrap();
    let set = |guest: &mut Guest, flags| guest.call(|p, m| p.fd_filestat_set_times(m, fd, 11, 22, flags));
    assert_eq!(set(&mut guest, 5), Ok(()));
    assert_eq!(guest.fd_stat(fd).map(|stat| (stat.atim, stat.mtim)), Ok((11, 22)));
    assert_eq!(set(&mut guest, 8), Ok(()));
    let stat = guest.fd_stat(fd).unwrap();
    assert!(stat.atim == 11 && stat.mtim >= support::START);
    assert_eq!(set(&mut guest, 0), Ok(()));
    assert_eq!(guest.fd_stat(fd), Ok(stat));
    for both in [3, 12, 16] {
        assert_eq!(set(&mut guest, both), Err(Errno::Inval));
    }
    let (at, len) = guest.path("link");
    let path_set = |guest: &mut Guest, lookup| {
        guest.call(|p, m| p.path_filestat_set_times(m, 3, lookup, at, len, 33, 44, 5))
    };
    assert_eq!(path_set(&mut guest, 1), Ok(()));
    assert_eq!(guest.stat("file", 0).map(|stat| (stat.atim, stat.mtim)), Ok((33, 44)));
    let before = guest.stat("file", 0);
    guest.path("link");
    guest.call(|p, m| p.path_filestat_set_times(m, 3, 0, at, len, 55, 66, 5)).unwrap();
    assert_eq!(guest.stat("file", 0), before);
    assert_eq!(guest.stat("link", 0).map(|stat| (stat.atim, stat.mtim)), Ok((55, 66)));
    assert_eq!(guest.call(|p, m| p.fd_filestat_set_times(m, 1, 0, 0, 5)), Err(Errno::Badf));
}

#[test]
fn files_are_there_until_closed() {
    let mut guest = Guest::new();
    guest.file("file", b"kept");
    let fd = guest.open("file", 0, READ, 0).unwrap();
    guest.unlink("file").unwrap();
    assert_eq!(guest.contents("file"), Err(Errno::Noent));
    assert_eq!(guest.read(fd, 10), Ok(b"kept".to_vec()));
    assert_eq!(guest.fd_stat(fd).unwrap().nlink, 0);
    guest.close(fd).unwrap();
    assert_eq!(guest.read(fd, 1), Err(Errno::Badf));
}

#[test]
fn what_only_wasmtime_has_not_is_refused() {
    let mut guest = Guest::new();
    let fd = guest.open("file", CREAT, WRITE, 0).unwrap();
    assert_eq!(guest.call(|p, m| p.fd_allocate(m, fd, 0, 1)), Err(Errno::Notsup));
    assert_eq!(guest.call(|p, m| p.fd_allocate(m, 3, 0, 1)), Err(Errno::Badf));
    assert_eq!(guest.call(|p, m| p.fd_fdstat_set_rights(m, fd, 0, 0)), Err(Errno::Notsup));
    assert_eq!(guest.call(|p, m| p.fd_fdstat_set_rights(m, 1, 0, 0)), Err(Errno::Badf));
    assert_eq!(guest.call(|p, m| p.fd_fdstat_set_rights(m, fd, 1 << 30, 0)), Err(Errno::Inval));
    assert_eq!(guest.call(|p, m| p.fd_advise(m, fd, 0, 0, 5)), Ok(()));
    assert_eq!(guest.call(|p, m| p.fd_advise(m, fd, 0, 0, 6)), Err(Errno::Inval));
    assert_eq!(guest.call(|p, m| p.fd_advise(m, fd, 0, 1 << 63, 0)), Err(Errno::Inval));
    assert_eq!(guest.call(|p, m| p.fd_advise(m, 3, 0, 0, 0)), Err(Errno::Badf));
    assert_eq!(guest.call(|p, m| p.fd_sync(m, fd)), Ok(()));
    assert_eq!(guest.call(|p, m| p.fd_datasync(m, fd)), Ok(()));
    assert_eq!(guest.call(|p, m| p.fd_sync(m, 3)), Err(Errno::Badf));
}
