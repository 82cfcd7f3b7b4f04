//! `sinter flash`.

use super::{failure::Failure, progress};
use rustix::fs::{Advice, OFlags};
use sinter_boot::flash;
use std::{
    fs::{self, File},
    io::{self, BufRead, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Write an image to an SD card, and read it back
///
/// The device is a card's reader, such as /dev/sdb. What is no removable whole disk, or is in use, is refused.
#[derive(clap::Args)]
pub struct Arguments {
    /// The image, not compressed
    image: PathBuf,
    /// The device
    device: PathBuf,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { image, device } = arguments;
    let mut source = File::open(image).map_err(|error| Failure::file(image, error))?;
    let size = source.metadata().map_err(|error| Failure::file(image, error))?.len();
    // Names by which a disk is found without counting lead to its own.
    let path = device.canonicalize().map_err(|error| Failure::file(device, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mounts =
        ["/proc/mounts", "/proc/swaps"].map(|file| fs::read_to_string(file).unwrap_or_default()).concat();
    let target = if path.parent() == Some(Path::new("/dev")) { name.as_str() } else { "" };
    let target = flash::inspect(target, size, Path::new("/sys"), &mounts);
    let target = target.map_err(|refusal| Failure::file(device, refusal))?;

    print!(
        "{} is {}, {:.1} GB. Everything on it will be lost. Type {name} to go on: ",
        device.display(),
        target.model,
        target.size as f64 / 1e9
    );
    let mut answer = String::new();
    io::stdout().flush().and_then(|()| io::stdin().lock().read_line(&mut answer)).map_err(Failure::input)?;
    if answer.trim() != name {
        return Err(Failure::file(device, "was not written to"));
    }

    let failed =
        |what: &str, error: io::Error| Failure::file(device, format_args!("cannot be {what}: {error}"));
    // Fails if somebody has come to use it.
    let open = File::options().read(true).write(true).custom_flags(OFlags::EXCL.bits() as i32).open(&path);
    let mut card = open.map_err(|error| failed("opened", error))?;
    let bar = progress::bytes("writing", size);
    flash::write(&mut source, &mut card, |size| bar.inc(size)).map_err(|error| failed("written", error))?;
    bar.finish();
    // What is read back is the card's, and not this machine's memory of it.
    rustix::fs::fadvise(&card, 0, None, Advice::DontNeed).map_err(|error| failed("read", error.into()))?;
    drop(card);
    let mut source = File::open(image).map_err(|error| Failure::file(image, error))?;
    let mut card = File::open(&path).map_err(|error| failed("opened", error))?;
    let bar = progress::bytes("verifying", size);
    let differs = flash::verify(&mut source, &mut card, |size| bar.inc(size));
    match differs.map_err(|error| failed("read", error))? {
        None => bar.finish(),
        Some(place) => {
            return Err(Failure::file(
                device,
                format_args!("byte {place} is not what was written: try another card"),
            ));
        }
    }
    println!("{} is ready", device.display());
    Ok(ExitCode::SUCCESS)
}
