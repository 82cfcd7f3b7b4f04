//! Figures that an earlier boot of the same machine with the same files gave: it would execute the same instructions again.

use super::{COMMAND_LINE, Linux};
use crate::{Error, Measurement, figures::sha256, report::version};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the figures of one machine with one first file system are.
pub struct Kept {
    file: PathBuf,
}

impl Kept {
    /// In `folder`, under a name that everything goes into of which the figures depend: emulator, kernel, device tree, command
    /// line, and the programs and jobs in the first file system.
    pub fn new(folder: &Path, linux: &Linux, initramfs: &Path) -> Result<Self, Error> {
        let mut parts = version("qemu-system-aarch64") + COMMAND_LINE;
        for path in [&linux.kernel, &linux.device_tree, initramfs] {
            parts += &sha256(&fs::read(path).map_err(|error| Error::file(path, error))?);
        }
        let file = folder.join(sha256(parts.as_bytes())).with_extension("json");
        Ok(Self { file })
    }

    /// The figures, if there are any.
    pub fn read(&self) -> Option<Vec<Measurement>> {
        serde_json::from_slice(&fs::read(&self.file).ok()?).ok()
    }

    /// Keeps figures.
    pub fn write(&self, found: &[Measurement]) -> Result<(), Error> {
        let text = serde_json::to_vec(found).expect("numbers and texts are JSON");
        let folder = self.file.parent().expect("the file has a folder");
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&self.file, text));
        written.map_err(|error| Error::file(&self.file, error))
    }
}
