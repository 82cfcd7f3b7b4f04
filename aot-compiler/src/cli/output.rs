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
    // Pipes and devices stay what they are.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return fs::write(path, bytes).map_err(|error| failed(path, &error));
    }
    create(path, |file| file.write_all(bytes).map_err(|error| failed(path, &error)))
}

/// Has `content` write the file `path`, which is there when that has succeeded.
pub fn create(
    path: &Path,
    content: impl FnOnce(&mut fs::File) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = fs::Permissions::from_mode(0o666);
    let file = tempfile::Builder::new().prefix(".sinter-").permissions(permissions).tempfile_in(folder);
    let mut file = file.map_err(|error| failed(path, &error))?;
    content(file.as_file_mut())?;
    file.persist(path).map_err(|error| failed(path, &error.error))?;
    Ok(())
}

/// That `path` cannot be written. The kind of the error alone: the whole error may name the other file.
pub fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::file(path, format_args!("cannot be written: {}", error.kind()))
}
