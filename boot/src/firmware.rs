//! The VideoCore's firmware, which loads the kernel on a real board.
//!
//! The files are Broadcom's: they may be passed on with their licence, for use with a Raspberry Pi only, and so are not
//! part of this project. Which ones they are is pinned in `firmware.lock`, whose format is that of sha256sum(1).

use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Debian's package with the files that [`LOCK`] names.
pub const PACKAGE: &str = "raspi-firmware 1.20220830+ds-1";

/// The hash and the name of each file.
const LOCK: &str = include_str!("../firmware.lock");

/// Why there is no firmware.
#[derive(Debug, Error)]
pub enum Error {
    /// A file cannot be read.
    #[error(
        "{}: {error}: `make image` fetches the firmware, which is in Debian's package {PACKAGE} (non-free-firmware)",
        path.display()
    )]
    Missing {
        /// Its path.
        path: PathBuf,
        /// The operating system's error.
        error: io::Error,
    },
    /// A file is not the one that was pinned.
    #[error("{}: its SHA-256 is not {wanted}: take the file of Debian's package {PACKAGE}", path.display())]
    Other {
        /// Its path.
        path: PathBuf,
        /// The hash that the lock file has.
        wanted: &'static str,
    },
}

/// Reads the firmware's files, by the names that they have on the card, from `folder`.
///
/// # Errors
/// One is missing, or is another than the one that was pinned.
pub fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let file = |line: &'static str| {
        let (wanted, name) = line.split_once("  ").expect("sha256sum's format");
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(|error| Error::Missing { path: path.clone(), error })?;
        if hex(&Sha256::digest(&bytes)) != wanted {
            return Err(Error::Other { path, wanted });
        }
        let name = if name == "copyright" { "LICENCE.broadcom" } else { name };
        Ok((name.to_owned(), bytes))
    };
    LOCK.lines().map(file).collect()
}

/// `bytes` in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
