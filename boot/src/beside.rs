//! Files that lie beside a card's image for tools that write it: the map of its blocks (`bmaptool`), the list entry for
//! Raspberry Pi Imager, and the image compressed.

use crate::firmware::hex;
use lzma_rust2::{XzOptions, XzWriter};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    io::{self, Read, Write},
    ops::Range,
};

/// Bytes of a block in a block map.
const BLOCK: usize = 4096;

/// The block map of `image`, in version 2.0 of the format: which blocks have other bytes than zeros.
///
/// # Errors
/// The image cannot be read.
pub fn block_map(image: &mut impl Read) -> io::Result<String> {
    let (mut ranges, mut count, mut size) = (Vec::<(Range<u64>, Sha256)>::new(), 0, 0);
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        image.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            break;
        }
        size += block.len();
        if block.iter().any(|&byte| byte != 0) {
            match ranges.last_mut() {
                Some((range, hash)) if range.end == count => {
                    range.end += 1;
                    hash.update(&block);
                }
                _ => ranges.push((count..count + 1, Sha256::new_with_prefix(&block))),
            }
        }
        count += 1;
    }
    let mapped: u64 = ranges.iter().map(|(range, _)| range.end - range.start).sum();
    let text = |own_hash: &str| {
        let mut text = format!(
            "<?xml version=\"1.0\" ?>\n<bmap version=\"2.0\">\n<ImageSize> {size} </ImageSize>\n\
             <BlockSize> {BLOCK} </BlockSize>\n<BlocksCount> {count} </BlocksCount>\n\
             <MappedBlocksCount> {mapped} </MappedBlocksCount>\n<ChecksumType> sha256 </ChecksumType>\n\
             <BmapFileChecksum> {own_hash} </BmapFileChecksum>\n<BlockMap>\n"
        );
        for (range, hash) in &ranges {
            let hash = hex(&hash.clone().finalize());
            let blocks = match range.end - range.start {
                1 => range.start.to_string(),
                _ => format!("{}-{}", range.start, range.end - 1),
            };
            writeln!(text, "<Range chksum=\"{hash}\"> {blocks} </Range>").expect("a String takes everything");
        }
        text + "</BlockMap>\n</bmap>\n"
    };
    // The file's own hash is that of the file with zeros in its place.
    let hash = hex(&Sha256::digest(text(&"0".repeat(64))));
    Ok(text(&hash))
}

/// What Raspberry Pi Imager is to know of an image.
#[derive(Debug)]
pub struct Download<'a> {
    /// What its list shows.
    pub name: &'a str,
    /// Where it finds the file.
    pub url: &'a str,
    /// Bytes and SHA-256 of the image.
    pub image: (u64, [u8; 32]),
    /// Bytes and SHA-256 of the file, which is the image or the compressed image.
    pub file: (u64, [u8; 32]),
}

impl Download<'_> {
    /// The list, which `rpi-imager --repo` reads, with this entry alone.
    pub fn list(&self) -> String {
        let entry = json!({
            "name": self.name,
            "description": "WebAssembly programs as an operating system for the Raspberry Pi 3",
            "url": self.url,
            "extract_size": self.image.0,
            "extract_sha256": hex(&self.image.1),
            "image_download_size": self.file.0,
            "image_download_sha256": hex(&self.file.1),
            "devices": ["pi3-64bit"],
        });
        format!("{:#}\n", json!({ "os_list": [entry] }))
    }
}

/// Bytes and SHA-256 of what `from` has.
///
/// # Errors
/// It cannot be read.
pub fn digest(from: &mut impl Read) -> io::Result<(u64, [u8; 32])> {
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok((size, hash.finalize().into())),
            read => {
                size += read as u64;
                hash.update(&buffer[..read]);
            }
        }
    }
}

/// Compresses `from` to `to` in the format of xz(1), with a preset that takes seconds for a card of mostly zeros.
///
/// # Errors
/// One of them fails.
pub fn compress(from: &mut impl Read, to: impl Write) -> io::Result<()> {
    let mut writer = XzWriter::new(to, XzOptions::with_preset(3))?;
    io::copy(from, &mut writer)?;
    writer.finish()?.flush()
}
