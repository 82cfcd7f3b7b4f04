//! The table of descriptors, directories, and what `fd_fdstat_get` tells.

mod support;

use support::{BUFFER, Guest, READ, RESULT, WRITE};
use wasi_kernel::Errno;

#[test]
fn the_highest_free_number_is_used() {
    let mut guest = Guest::new();
    let open = |guest: &mut Guest| guest.open(".", 0, READ, 0).unwrap();
    assert_eq!([(); 4].map(|()| open(&mut guest)), [5, 6, 7, 8]);
    guest.close(5).unwrap();
    guest.close(7).unwrap();
    assert_eq!(guest.close(7), Err(Errno::Badf));
    assert_eq!([(); 3].map(|()| open(&mut guest)), [7, 5, 9]);
    guest.close(0).unwrap();
    assert_eq!(open(&mut guest), 0);
}

#[test]
fn descriptors_are_renumbered() {
    let mut guest = Guest::new();
    guest.file("file", b"text");
    let renumber = |guest: &mut Guest, from, to| guest.call(|p, m| p.fd_renumber(m, from, to));
    let (one, two) = (guest.open("file", 0, READ, 0).unwrap(), guest.open("file", 0, WRITE, 0).unwrap());
    assert_eq!(renumber(&mut guest, one, two), Ok(()));
    assert_eq!(guest.read(two, 4), Ok(b"text".to_vec()));
    assert_eq!(guest.read(one, 4), Err(Errno::Badf));
    assert_eq!(renumber(&mut guest, one, two), Err(Errno::Badf));
    assert_eq!(renumber(&mut guest, two, one), Err(Errno::Badf));
    assert_eq!(renumber(&mut guest, two, two), Ok(()));
    assert_eq!(renumber(&mut guest, 99, 99), Err(Errno::Badf));
    // Standard output becomes a file, as a shell does it.
    let out = guest.open("out", 1, WRITE, 0).unwrap();
    assert_eq!(out, one);
    assert_eq!(renumber(&mut guest, out, 1), Ok(()));
    assert_eq!(guest.write(1, b"redirected"), Ok(10));
    assert_eq!(guest.contents("out"), Ok(b"redirected".to_vec()));
    assert!(guest.output.bytes.lock().unwrap().is_empty());
}

#[test]
fn an_app_has_as_many_descriptors_as_it_is_given() {
    let mut guest = Guest::new();
    guest.process.limit_open(7);
    let fds = [(); 2].map(|()| guest.open(".", 0, READ, 0).unwrap());
    assert_eq!(guest.open(".", 0, READ, 0), Err(Errno::Mfile));
    assert_eq!(guest.open("new", 1, WRITE, 0), Err(Errno::Mfile));
    guest.close(fds[0]).unwrap();
    assert_eq!(guest.open("new", 1, WRITE, 0), Ok(fds[0]));
}

#[test]
fn an_app_has_1024_descriptors() {
    let mut guest = Guest::new();
    for fd in 5..1024 {
        assert_eq!(guest.open(".", 0, READ, 0), Ok(fd));
    }
    assert_eq!(guest.open(".", 0, READ, 0), Err(Errno::Mfile));
    guest.close(500).unwrap();
    assert_eq!(guest.open(".", 0, READ, 0), Ok(500));
}

#[test]
fn preopens_are_found() {
    let mut guest = Guest::new();
    let prestat = |guest: &mut Guest, fd| {
        guest
            .call(|p, m| p.fd_prestat_get(m, fd, RESULT))
            .map(|()| (guest.memory[RESULT as usize], guest.u32(RESULT + 4)))
    };
    let name = |guest: &mut Guest, fd, len| guest.call(|p, m| p.fd_prestat_dir_name(m, fd, BUFFER, len));
    assert_eq!((prestat(&mut guest, 3), prestat(&mut guest, 4)), (Ok((0, 1)), Ok((0, 3))));
    assert_eq!(name(&mut guest, 4, 3), Ok(()));
    assert_eq!(&guest.memory[BUFFER as usize..][..4], b"/ro\0");
    assert_eq!(name(&mut guest, 4, 2), Err(Errno::Nametoolong));
    assert_eq!((name(&mut guest, 1, 3), name(&mut guest, 9, 3)), (Err(Errno::Notdir), Err(Errno::Badf)));
    assert_eq!(prestat(&mut guest, 1), Err(Errno::Badf));
    let dir = guest.open(".", 2, READ, 0).unwrap();
    assert_eq!(prestat(&mut guest, dir), Err(Errno::Badf));
    assert_eq!(name(&mut guest, dir, 3), Err(Errno::Notdir));
}

/// The figures are those that Wasmtime 48 gives.
#[test]
fn kinds_and_rights_are_wasmtimes() {
    let mut guest = Guest::new();
    guest.file("file", b"");
    let reader = guest.open("file", 0, READ, 0).unwrap();
    let writer = guest.open("file", 0, WRITE, 0).unwrap();
    let both = guest.open("file", 0, READ | WRITE, 0).unwrap();
    let dir = guest.open(".", 2, READ, 0).unwrap();
    let stat = |guest: &mut Guest, fd| {
        guest.call(|p, m| p.fd_fdstat_get(m, fd, RESULT)).unwrap();
        (guest.memory[RESULT as usize], guest.u64(RESULT + 8), guest.u64(RESULT + 16))
    };
    assert_eq!(stat(&mut guest, 0), (0, 2, 2));
    assert_eq!(stat(&mut guest, 1), (0, 64, 64));
    assert_eq!(stat(&mut guest, 3), (3, 0x7bf_fe00 & !0x40_0000 & !0x8_0000, 0xfff_ffff & !0x8_0000));
    assert_eq!(stat(&mut guest, reader), (4, 0x3fff_ffbf, 0x3fff_ffbf));
    assert_eq!(stat(&mut guest, writer), (4, 0x3fff_bffd, 0x3fff_bffd));
    assert_eq!(stat(&mut guest, both), (4, 0x3fff_ffff, 0x3fff_ffff));
    assert_eq!(stat(&mut guest, dir), (3, 0x3fb7_ffbb, 0x3fb7_ffbb));
    assert_eq!(guest.call(|p, m| p.fd_fdstat_get(m, 99, RESULT)), Err(Errno::Badf));
}

#[test]
fn directories_are_listed() {
    let mut guest = Guest::new();
    guest.mkdir("dir").unwrap();
    guest.mkdir("dir/a directory").unwrap();
    guest.file("dir/file", b"");
    guest.symlink("x", "dir/link").unwrap();
    let dir = guest.open("dir", 2, READ, 0).unwrap();
    let expected = [(1, 3, "."), (2, 3, ".."), (3, 3, "a directory"), (4, 4, "file"), (5, 7, "link")]
        .map(|(cookie, kind, name)| (cookie, kind, name.to_string()));
    // Whatever the size of the buffer: from one that just takes the longest entry.
    for size in [35, 36, 50, 64, 100, 4096, 100_000] {
        assert_eq!(guest.list(dir, size), Ok(expected.to_vec()), "{size}");
    }
    let own = guest.fd_stat(dir).unwrap().ino;
    guest.call(|p, m| p.fd_readdir(m, dir, BUFFER, 60, 0, RESULT)).unwrap();
    assert_eq!((guest.u32(RESULT), guest.u64(BUFFER + 8), guest.u64(BUFFER + 25 + 8)), (60, own, own));
    // A list from the middle, and from behind the end.
    guest.call(|p, m| p.fd_readdir(m, dir, BUFFER, 4096, 4, RESULT)).unwrap();
    assert_eq!((guest.u32(RESULT), guest.memory[BUFFER as usize + 20]), (24 + 4, 7));
    for cookie in [5, 6, u64::MAX] {
        guest.call(|p, m| p.fd_readdir(m, dir, BUFFER, 4096, cookie, RESULT)).unwrap();
        assert_eq!(guest.u32(RESULT), 0, "{cookie}");
    }
    assert_eq!(guest.call(|p, m| p.fd_readdir(m, 1, BUFFER, 100, 0, RESULT)), Err(Errno::Badf));
    // The same directory twice: each has its own cookies.
    let again = guest.open("dir", 2, READ, 0).unwrap();
    guest.unlink("dir/file").unwrap();
    assert_eq!(guest.list(again, 64).map(|all| all.len()), Ok(4));
    assert_eq!(guest.list(dir, 64).map(|all| all.len()), Ok(4));
}

#[test]
fn a_list_is_cut_off_where_the_buffer_ends() {
    let mut guest = Guest::new();
    guest.file("a rather long name", b"");
    guest.call(|p, m| p.fd_readdir(m, 3, BUFFER, 100_000, 0, RESULT)).unwrap();
    let whole = guest.u32(RESULT);
    let bytes = guest.memory[BUFFER as usize..][..whole as usize].to_vec();
    assert_eq!(whole, 3 * 24 + 1 + 2 + 18);
    for size in 0..whole + 3 {
        guest.memory[BUFFER as usize..][..200].fill(0xee);
        guest.call(|p, m| p.fd_readdir(m, 3, BUFFER, size, 0, RESULT)).unwrap();
        let used = guest.u32(RESULT) as usize;
        assert_eq!(used as u32, size.min(whole));
        assert_eq!(guest.memory[BUFFER as usize..][..used], bytes[..used]);
        assert!(guest.memory[BUFFER as usize + used..][..50].iter().all(|byte| *byte == 0xee));
    }
}

/// More than what is made resident at one time.
#[test]
fn a_long_list_is_whole() {
    let mut guest = Guest::new();
    let name = |i: u32| format!("{i:0>200}");
    (0..600).for_each(|i| guest.file(&name(i), b""));
    guest.memory.resize(1 << 20, 0);
    let all = guest.list(3, 900_000).unwrap();
    assert_eq!(all.len(), 602);
    assert!(all[2..].iter().zip(0..).all(|((_, kind, found), i)| *kind == 4 && *found == name(i)));
}

#[test]
fn links_are_read() {
    let mut guest = Guest::new();
    guest.symlink("some/where", "link").unwrap();
    guest.file("file", b"");
    let read = |guest: &mut Guest, path: &str, size| {
        let (at, len) = guest.path(path);
        guest.call(|p, m| p.path_readlink(m, 3, at, len, BUFFER, size, RESULT))?;
        Ok(guest.memory[BUFFER as usize..][..guest.u32(RESULT) as usize].to_vec())
    };
    assert_eq!(read(&mut guest, "link", 100), Ok(b"some/where".to_vec()));
    assert_eq!(read(&mut guest, "link", 4), Ok(b"some".to_vec()));
    assert_eq!(read(&mut guest, "link", 0), Ok(vec![]));
    assert_eq!(read(&mut guest, "file", 9), Err(Errno::Inval));
    assert_eq!(read(&mut guest, ".", 9), Err(Errno::Inval));
    assert_eq!(read(&mut guest, "none", 9), Err(Errno::Noent));
}

#[test]
fn nothing_is_a_socket() {
    let mut guest = Guest::new();
    assert_eq!(guest.call(|p, m| p.sock_accept(m, 3, 0, RESULT)), Err(Errno::Notsock));
    assert_eq!(guest.call(|p, m| p.sock_recv(m, 0, 0, 0, 0, RESULT, RESULT)), Err(Errno::Notsock));
    assert_eq!(guest.call(|p, m| p.sock_send(m, 1, 0, 0, 0, RESULT)), Err(Errno::Notsock));
    assert_eq!(guest.call(|p, m| p.sock_shutdown(m, 2, 3)), Err(Errno::Notsock));
    assert_eq!(guest.call(|p, m| p.sock_shutdown(m, 2, 4)), Err(Errno::Inval));
    assert_eq!(guest.call(|p, m| p.sock_accept(m, 99, 0, RESULT)), Err(Errno::Badf));
    assert_eq!(guest.call(|p, m| p.sock_recv(m, 99, 0, 0, 0, RESULT, RESULT)), Err(Errno::Badf));
    assert_eq!(guest.call(|p, m| p.sock_send(m, 99, 0, 0, 0, RESULT)), Err(Errno::Badf));
}
