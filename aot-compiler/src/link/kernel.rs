//! The kernel, which the build script compiled for the board.

use super::LinkError;
use object::read::archive::ArchiveFile;
use std::collections::HashSet;

/// The static library.
pub(super) const ARCHIVE: &[u8] = include_bytes!(env!("SINTER_KERNEL"));

/// Names of what it defines for others.
pub(super) fn symbols() -> Result<HashSet<String>, LinkError> {
    let wrong = |error| LinkError::Shape(format!("the kernel's library: {error}"));
    let symbols = ArchiveFile::parse(ARCHIVE).and_then(|archive| archive.symbols()).map_err(wrong)?;
    let symbols = symbols.into_iter().flatten();
    symbols.map(|symbol| Ok(String::from_utf8_lossy(symbol.map_err(wrong)?.name()).into_owned())).collect()
}
