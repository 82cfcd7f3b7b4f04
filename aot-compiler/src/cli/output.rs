//! Output files that are there as a whole or not at all.

use super::failure::Failure;
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Writes `bytes` to the file `path`: under another name first, so that a failure leaves what was there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // The kind alone: the whole error may name the other file.
    let failed = |error: io::Error| Failure::file(path, format_args!("cannot be written: {}", error.kind()));
    // Pipes and devices stay what they are.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return fs::write(path, bytes).map_err(failed);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = fs::Permissions::from_mode(0o666);
    let file = tempfile::Builder::new().prefix(".sinter-").permissions(permissions).tempfile_in(folder);
    let mut file = file.map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
