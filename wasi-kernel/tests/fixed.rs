//! Files of the image and devices: trees that nobody changes.

mod support;

use std::sync::Arc;
use support::{Board, Buffer, Guest, READ, WRITE};
use wasi_kernel::{
    Errno,
    fs::{
        self,
        devices::Devices,
        fixed::{Content, FixedFs, Item, Tree},
    },
};

/// `/a/b` with a file and a link in it, and files beside.
struct Files;

const ITEMS: [(&str, Content<'static>); 8] = [
    ("", Content::Directory(1..5)),
    ("a", Content::Directory(5..6)),
    ("empty", Content::File(b"")),
    ("text", Content::File(b"some text")),
    ("ß", Content::Link("a/b/link")),
    ("b", Content::Directory(6..8)),
    ("data", Content::File(&[7; 10_000])),
    ("link", Content::Link("../../text")),
];

impl Tree for Files {
    fn item(&self, number: u64) -> Option<Item<'_>> {
        let (name, content) = ITEMS.get(number as usize)?;
        let content = match content {
            Content::File(bytes) => Content::File(bytes),
            Content::Directory(children) => Content::Directory(children.clone()),
            Content::Link(text) => Content::Link(text),
            Content::Stored(..) | Content::Device(_) => return None,
        };
        Some(Item { name, content })
    }
}

fn files() -> Guest {
    Guest::on(Board::new(), fs::volume(FixedFs::new(Files, 7)))
}

#[test]
fn files_are_read_in_place() {
    let mut guest = files();
    assert_eq!(guest.contents("text"), Ok(b"some text".to_vec()));
    assert_eq!(guest.contents("empty"), Ok(vec![]));
    assert_eq!(guest.contents("ß"), Ok(b"some text".to_vec()), "by two links");
    let data = guest.open("a/b/data", 0, READ, 0).unwrap();
    assert_eq!(guest.pread(data, 100, 9_990), Ok(vec![7; 10]));
    assert_eq!(guest.pread(data, 100, 10_000), Ok(vec![]));
    assert_eq!(guest.pread(data, 100, i64::MAX as u64 - 100), Ok(vec![]));
    let stat = guest.fd_stat(data).unwrap();
    assert_eq!((stat.kind, stat.size, stat.nlink, stat.mtim), (4, 10_000, 1, 0));
    assert_eq!(guest.stat("a", 0).map(|stat| (stat.kind, stat.nlink)), Ok((3, 3)));
    assert_eq!(guest.stat("a/b/link", 0).map(|stat| (stat.kind, stat.size)), Ok((7, 10)));
    for missing in ["b", "a/data", "tex", "textt", "zz"] {
        assert_eq!(guest.contents(missing), Err(Errno::Noent), "{missing}");
    }
    assert_eq!(guest.contents("text/x"), Err(Errno::Notdir));
}

#[test]
fn directories_are_listed_in_pages() {
    let mut guest = files();
    for size in [64, 100, 4096] {
        let names: Vec<_> = guest.list(3, size).unwrap().into_iter().map(|entry| entry.2).collect();
        assert_eq!(names, [".", "..", "a", "empty", "text", "ß"], "{size}");
    }
}

#[test]
fn nothing_is_changed() {
    let mut guest = files();
    let rofs = Err(Errno::Rofs);
    assert_eq!(guest.open("text", 0, WRITE, 0), Err(Errno::Rofs));
    assert_eq!(guest.open("new", 9, WRITE, 0), Err(Errno::Rofs));
    assert_eq!(guest.open("a", 0, WRITE, 0), Err(Errno::Isdir));
    assert_eq!(guest.mkdir("new"), rofs);
    assert_eq!(guest.mkdir("a"), Err(Errno::Exist));
    assert_eq!(guest.symlink("x", "new"), rofs);
    assert_eq!(guest.link("text", "new"), rofs);
    assert_eq!(guest.rename("text", "new"), rofs);
    assert_eq!(guest.unlink("text"), rofs);
    assert_eq!(guest.unlink("missing"), Err(Errno::Noent));
    assert_eq!(guest.rmdir("a"), rofs);
}

fn devices() -> Guest {
    let board = Board::new();
    let streams = [(); 2].map(|()| Arc::new(Buffer::default()));
    streams[0].bytes.lock().unwrap().extend(b"typed");
    let devices = Devices::new(board, streams[0].clone(), streams[1].clone());
    let mut guest = Guest::on(board, fs::volume(FixedFs::new(devices, 2)));
    guest.output = streams[1].clone();
    guest
}

#[test]
fn devices_make_and_take_bytes() {
    let mut guest = devices();
    let mut open = |name| guest.open(name, 0, READ | WRITE, 0).unwrap();
    let [null, zero, random, console] = ["null", "zero", "random", "console"].map(&mut open);
    assert_eq!(guest.write(null, &[1; 5000]), Ok(5000));
    assert_eq!(guest.read(null, 10), Ok(vec![]));
    assert_eq!(guest.read(zero, 4000), Ok(vec![0; 4000]));
    assert_eq!(guest.pread(zero, 7, 1 << 40), Ok(vec![0; 7]));
    assert_eq!(guest.read(random, 3), Ok(vec![1, 2, 3]), "what the board says is random");
    assert_eq!(guest.write(random, b"entropy"), Ok(7));
    assert_eq!(guest.read(console, 100), Ok(b"typed".to_vec()));
    assert_eq!(guest.write(console, b"shown"), Ok(5));
    assert_eq!(*guest.output.bytes.lock().unwrap(), b"shown");
    for fd in [null, zero, random, console] {
        assert_eq!(guest.fd_stat(fd).map(|stat| (stat.kind, stat.size)), Ok((2, 0)));
    }
    let truncated = guest.open("null", 8, WRITE, 1).unwrap();
    assert_eq!(guest.write(truncated, b"gone"), Ok(4));
}

#[test]
fn devices_need_the_right_to_write() {
    let mut guest = devices();
    assert_eq!(guest.open_at(4, 0, "null", 0, WRITE, 0), Err(Errno::Perm));
    let null = guest.open_at(4, 0, "null", 0, READ, 0).unwrap();
    assert_eq!(guest.write(null, b"x"), Err(Errno::Badf));
}
