//! The first file system of a Linux, as a cpio archive.

use crate::Error;
use cpio::{NewcBuilder, newc::trailer};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};
use tempfile::NamedTempFile;

const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const TEXT: u32 = 0o100_644;
const CHARACTER_DEVICE: u32 = 0o020_600;

/// What will be in it.
#[derive(Default)]
pub struct Initramfs {
    entries: Vec<(NewcBuilder, Vec<u8>)>,
    folders: BTreeSet<String>,
}

impl Initramfs {
    /// Adds a folder, and those that it is in.
    pub fn folder(&mut self, name: &str) {
        if self.folders.insert(name.to_owned()) {
            if let Some((parent, _)) = name.rsplit_once('/') {
                self.folder(parent);
            }
            self.entries.push((NewcBuilder::new(name).mode(FOLDER), Vec::new()));
        }
    }

    /// Adds the device that the first process has for its standard streams (Linux's Documentation/admin-guide/devices.txt: 5:1).
    pub fn console(&mut self) {
        let device = NewcBuilder::new("dev/console").mode(CHARACTER_DEVICE).rdev_major(5).rdev_minor(1);
        self.entries.push((device, Vec::new()));
    }

    /// Adds a file of the host, which may be executed, and the folder that it is in.
    pub fn program(&mut self, name: &str, file: &Path) -> Result<(), Error> {
        if let Some((folder, _)) = name.rsplit_once('/') {
            self.folder(folder);
        }
        let content = fs::read(file).map_err(|error| Error::file(file, error))?;
        self.entries.push((NewcBuilder::new(name).mode(PROGRAM), content));
        Ok(())
    }

    /// Adds a text file.
    pub fn text(&mut self, name: &str, content: Vec<u8>) {
        self.entries.push((NewcBuilder::new(name).mode(TEXT), content));
    }

    /// Writes the archive, which goes with what is returned.
    pub fn write(self) -> Result<NamedTempFile, Error> {
        let write = || -> io::Result<NamedTempFile> {
            let file = tempfile::Builder::new().prefix("sinter-bench-").suffix(".cpio").tempfile()?;
            let mut out: BufWriter<File> = BufWriter::new(file.reopen()?);
            for (number, (entry, content)) in (1..).zip(self.entries) {
                let mut entry = entry.ino(number).nlink(1).write(&mut out, content.len() as u32);
                entry.write_all(&content)?;
                entry.finish()?;
            }
            trailer(&mut out)?;
            out.flush()?;
            Ok(file)
        };
        write().map_err(|error| Error::File(format!("the file system for Linux: {error}")))
    }
}
