//! Writing an image to a card: to nothing but a card.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};
use thiserror::Error;

/// A card in a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it says that it is.
    pub model: String,
    /// Its bytes.
    pub size: u64,
}

/// Why a device is not written to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The kernel knows no such block device.
    #[error("is no disk: name the device of a card, such as /dev/sdb or /dev/mmcblk0")]
    NoDisk,
    /// It is a part of a disk.
    #[error("is a partition: name the whole disk")]
    Partition,
    /// It may be what this machine runs from.
    #[error("is not removable: it is no card in a reader")]
    Fixed,
    /// Somebody uses it.
    #[error("is in use by {0}: unmount it")]
    InUse(String),
    /// The image does not fit.
    #[error("has {0} bytes, too few for the image")]
    Small(u64),
}

/// Looks whether the block device called `name` may be written to with an image of `size` bytes. `sys` is where sysfs(5) is, `mounts` what
/// /proc/mounts has, and /proc/swaps.
///
/// # Errors
/// It may not.
pub fn inspect(name: &str, size: u64, sys: &Path, mounts: &str) -> Result<Target, Refusal> {
    let block = sys.join("class/block");
    let device = block.join(name);
    let attribute =
        |file: &str| fs::read_to_string(device.join(file)).map(|text| text.trim().to_owned()).ok();
    if name.is_empty() || name.contains('/') || !device.is_dir() {
        return Err(Refusal::NoDisk);
    }
    if attribute("partition").is_some() {
        return Err(Refusal::Partition);
    }
    // Readers on the board's own bus do not say that they are removable, but the cards say what they are.
    let removable = attribute("removable").is_some_and(|text| text == "1");
    if !removable && attribute("device/type").is_none_or(|text| text != "SD") {
        return Err(Refusal::Fixed);
    }
    // The disk, and its partitions, whose folders lie in its own.
    let mut parts = vec![name.to_owned()];
    let entries = fs::read_dir(&device).into_iter().flatten().flatten();
    parts.extend(
        entries
            .filter(|entry| entry.path().join("partition").exists())
            .filter_map(|entry| entry.file_name().into_string().ok()),
    );
    for part in &parts {
        let path = format!("/dev/{part}");
        if let Some(line) = mounts.lines().find(|line| line.split(' ').next() == Some(&path)) {
            let user = line.split_whitespace().nth(1).unwrap_or("the system");
            return Err(Refusal::InUse(user.into()));
        }
        let folder = if part == name { device.clone() } else { device.join(part) };
        let holder = fs::read_dir(folder.join("holders")).into_iter().flatten().flatten().next();
        if let Some(holder) = holder {
            return Err(Refusal::InUse(holder.file_name().to_string_lossy().into_owned()));
        }
    }
    const SECTOR: u64 = 512; // whatever the disk's own is
    let bytes = attribute("size").and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) * SECTOR;
    if bytes < size {
        return Err(Refusal::Small(bytes));
    }
    let model = attribute("device/model").or_else(|| attribute("device/name"));
    Ok(Target { model: model.unwrap_or_else(|| "a card".into()), size: bytes })
}

/// Bytes that are written at a time.
const CHUNK: usize = 4 << 20;

/// Writes all of `image` to the beginning of `device`, and has it be there. `progress` is told how many bytes were written.
///
/// # Errors
/// The operating system's.
pub fn write(image: &mut impl Read, device: &mut File, mut progress: impl FnMut(u64)) -> io::Result<()> {
    device.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; CHUNK];
    loop {
        let size = fill(image, &mut buffer)?;
        if size == 0 {
            break;
        }
        device.write_all(&buffer[..size])?;
        // Little by little, so that the progress is that of the card.
        device.sync_data()?;
        progress(size as u64);
    }
    device.sync_all()
}

/// Compares `device`'s beginning with `image`: the first byte that differs.
///
/// # Errors
/// The operating system's.
pub fn verify(
    image: &mut impl Read,
    device: &mut impl Read,
    mut progress: impl FnMut(u64),
) -> io::Result<Option<u64>> {
    let (mut wanted, mut found) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut at = 0;
    loop {
        let size = fill(image, &mut wanted)?;
        if size == 0 {
            return Ok(None);
        }
        device.read_exact(&mut found[..size])?;
        if let Some(place) = (0..size).find(|&place| wanted[place] != found[place]) {
            return Ok(Some(at + place as u64));
        }
        at += size as u64;
        progress(size as u64);
    }
}

/// Reads until the buffer is full or there is no more.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut size = 0;
    while size < buffer.len() {
        match from.read(&mut buffer[size..])? {
            0 => break,
            read => size += read,
        }
    }
    Ok(size)
}
