//! Logs that someone wrote on purpose: their checksums are right, and what they say is wrong.

extern crate std;

use super::{
    DiskFs, MountError,
    device::BlockDevice,
    format,
    layout::Superblock,
    log::{FRAME_MAX, Log},
};
use crate::{
    Clock, Errno, FileSystem, Result, System, WaitQueue,
    fs::{Access, Node},
    types::Kind,
};
use alloc::{sync::Arc, vec, vec::Vec};
use proptest::prelude::*;
use std::sync::Mutex;

#[derive(Clone)]
struct Disk(Arc<Mutex<Vec<u8>>>);

impl BlockDevice for Disk {
    fn sectors(&self) -> u64 {
        self.0.lock().unwrap().len() as u64 / 512
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let bytes = self.0.lock().unwrap();
        let from = bytes.get(at as usize * 512..).and_then(|bytes| bytes.get(..buffer.len()));
        buffer.copy_from_slice(from.ok_or(Errno::Io)?);
        Ok(())
    }

    fn write(&mut self, at: u64, from: &[u8]) -> Result<()> {
        let mut bytes = self.0.lock().unwrap();
        let to = bytes.get_mut(at as usize * 512..).and_then(|bytes| bytes.get_mut(..from.len()));
        to.ok_or(Errno::Io)?.copy_from_slice(from);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Board;

impl Clock for Board {
    fn realtime(&self) -> u64 {
        1
    }

    fn monotonic(&self) -> u64 {
        1
    }

    fn realtime_resolution(&self) -> u64 {
        1
    }

    fn monotonic_resolution(&self) -> u64 {
        1
    }
}

impl System for Board {
    type Queue = Nobody;

    fn random(&self, _: &mut [u8]) -> Result<()> {
        Ok(())
    }

    fn yield_now(&self) {}

    fn wait(&self, _: Option<u64>) {
        unreachable!("a single thread waits for itself")
    }
}

#[derive(Default)]
struct Nobody;

impl WaitQueue for Nobody {
    fn enter(&self, work: &mut dyn FnMut()) {
        work();
    }

    fn notify(&self) {}
}

fn mount(disk: &Disk) -> core::result::Result<DiskFs<Disk, Board>, MountError> {
    DiskFs::mount(disk.clone(), Board, 1, 1 << 20)
}

/// The records of a small tree, one frame.
fn records() -> Vec<u8> {
    let mut disk = Disk(Arc::new(Mutex::new(vec![0; 2 << 20])));
    format(&mut disk, 1).unwrap();
    let fs = mount(&disk).unwrap();
    let (root, below) = (fs.root("/").unwrap(), fs.root("/a").unwrap());
    let write = Access { read: true, write: true, truncate: false };
    for name in ["b", "c"] {
        let file = fs.create(below, name, write).unwrap();
        fs.write(file, 5_000, &[1; 20_000]).unwrap();
        fs.write(file, 9_000, &[2; 100]).unwrap();
        fs.release(file);
    }
    fs.link((below, "b"), (root, "d")).unwrap();
    fs.make_link(root, "e", "a/b").unwrap();
    fs.rename((root, "d"), (below, "c"), false).unwrap();
    fs.rename((root, "a"), (root, "f"), true).unwrap();
    fs.unlink(below, "b").unwrap();
    fs.sync_all().unwrap();
    let superblock = Superblock::read(&mut disk, 1).unwrap().unwrap();
    let frame = Log::new(&superblock).unwrap().read(&mut disk).unwrap().unwrap();
    frame.records().to_vec()
}

/// Everything that can be done to what a log has made.
fn use_all(fs: &DiskFs<Disk, Board>, directory: Node, depth: usize) {
    let mut names = Vec::new();
    let _ = fs.read_directory(directory, 0, &mut |entry| {
        names.push(std::string::String::from(entry.name));
        names.len() < 100
    });
    for name in names {
        let Ok((node, kind)) = fs.lookup(directory, &name) else { continue };
        let _ = fs.stat(node);
        match kind {
            Kind::Directory if depth < 50 => use_all(fs, node, depth + 1),
            Kind::Link => drop(fs.read_link(node)),
            _ => {
                let _ = fs.read(node, 0, &mut [0; 10_000]);
                let _ = fs.write(node, 6_000, &[3; 50_000]);
                let _ = fs.set_size(node, 7_000);
            }
        }
        fs.release(node);
        let _ = fs.rename((directory, &name), (directory, "moved"), false);
        let _ = fs.unlink(directory, "moved");
    }
    let _ = fs.sync_all();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn no_log_does_harm(changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6),
                        cut in any::<proptest::sample::Index>(), twice in any::<bool>()) {
        let mut disk = Disk(Arc::new(Mutex::new(vec![0; 2 << 20])));
        format(&mut disk, 1).unwrap();
        let superblock = Superblock::read(&mut disk, 1).unwrap().unwrap();
        let mut bytes = records();
        for (place, value) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *value;
        }
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        if twice {
            bytes.extend_from_within(..);
        }
        bytes.truncate(FRAME_MAX - 8);
        let mut log = Log::new(&superblock).unwrap();
        log.frame().extend_from_slice(&bytes);
        if !log.is_empty() {
            log.write(&mut disk).unwrap();
        }
        if let Ok(fs) = mount(&disk) {
            let root = fs.root("/").unwrap();
            use_all(&fs, root, 0);
            // What it wrote itself is sound.
            prop_assert!(mount(&disk).is_ok());
        }
    }
}
