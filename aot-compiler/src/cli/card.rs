//! The SD card that `sinter image` writes.

use super::{failure::Failure, output};
use aot_compiler::manifest;
use sinter_boot::{
    CONFIG_TXT,
    beside::{self, Download},
    card::Card,
    firmware,
};
use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Seek},
    path::{Path, PathBuf},
};

/// How the card is written.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder with the board's firmware: bootcode.bin, start.elf, fixup.dat and copyright
    #[arg(long, value_name = "FOLDER")]
    firmware: Option<PathBuf>,
    /// Leave the firmware out: the emulator needs none, a board does not boot without
    #[arg(long, conflicts_with = "firmware")]
    no_firmware: bool,
    /// Bytes of the card, a power of two such as 1GiB; without it, the least that its files need
    #[arg(long, value_name = "SIZE", value_parser = size)]
    size: Option<u64>,
    /// Write the map of the used blocks beside the image, for bmaptool, in a file that ends in .bmap
    #[arg(long)]
    bmap: bool,
    /// Write the list for Raspberry Pi Imager, which is to find the image at this address, in a file that ends in .json
    #[arg(long, value_name = "URL")]
    imager: Option<String>,
}

impl Arguments {
    /// The firmware's files.
    pub fn firmware(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        match &self.firmware {
            Some(folder) => firmware::read(folder).map_err(Failure::input),
            None if self.no_firmware => Ok(Vec::new()),
            None => Err(Failure::input(format_args!(
                "a card needs the board's firmware: `make image` fetches it, --firmware FOLDER names the files of Debian's \
                 package {}, and --no-firmware leaves it out for the emulator",
                firmware::PACKAGE
            ))),
        }
    }

    /// Writes the card with `kernel` to the file `path`, and what was asked for beside it.
    pub fn write(
        &self,
        path: &Path,
        name: &str,
        firmware: Vec<(String, Vec<u8>)>,
        kernel: Vec<u8>,
    ) -> Result<(), Failure> {
        let mut files = firmware;
        files.push(("config.txt".into(), CONFIG_TXT.into()));
        files.push(("kernel8.img".into(), kernel));
        let card = Card { files, size: self.size };
        let failed = |error: std::io::Error| output::failed(path, &error);
        let compressed = path.extension().is_some_and(|extension| extension == "xz");
        // The plain image, which the files beside it describe.
        let mut plain = tempfile::tempfile().map_err(failed)?;
        let write = |file: &mut File| {
            card.write(file, |file, size| file.set_len(size)).map_err(|error| Failure::file(path, error))
        };
        if compressed {
            write(&mut plain)?;
            plain.rewind().map_err(failed)?;
            output::create(path, |file| {
                beside::compress(&mut BufReader::new(&plain), BufWriter::new(file)).map_err(failed)
            })?;
        } else {
            output::create(path, write)?;
            plain = File::open(path).map_err(failed)?;
        }
        if self.bmap {
            plain.rewind().map_err(failed)?;
            let map = beside::block_map(&mut BufReader::with_capacity(1 << 20, &plain)).map_err(failed)?;
            output::write(&with_suffix(path, ".bmap"), map.as_bytes())?;
        }
        if let Some(url) = &self.imager {
            plain.rewind().map_err(failed)?;
            let image = beside::digest(&mut plain).map_err(failed)?;
            let file = fs::File::open(path).and_then(|mut file| beside::digest(&mut file)).map_err(failed)?;
            let list = Download { name, url, image, file }.list();
            output::write(&with_suffix(path, ".json"), list.as_bytes())?;
        }
        Ok(())
    }
}

/// Writes a card for the emulator with `kernel` and without any data to the file `path`.
pub fn write_empty(path: &Path, kernel: &[u8]) -> Result<(), Failure> {
    let files = vec![("config.txt".into(), CONFIG_TXT.into()), ("kernel8.img".into(), kernel.into())];
    let card = Card { files, size: None };
    output::create(path, |file| {
        card.write(file, |file, size| file.set_len(size)).map_err(|error| Failure::file(path, error))
    })
}

/// `path` without `.img` or `.img.xz`, and with `suffix`.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let path = if path.extension().is_some_and(|extension| extension == "xz") {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    let stem = if path.extension().is_some_and(|extension| extension == "img") {
        path.with_extension("")
    } else {
        path
    };
    let mut name = stem.into_os_string();
    name.push(suffix);
    name.into()
}

fn size(text: &str) -> Result<u64, String> {
    manifest::parse_size(text).ok_or_else(|| "write a number and a unit, such as 1GiB".into())
}
