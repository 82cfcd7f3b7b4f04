//! The kernel's symbol table, which the linker step appends to the image for backtraces.
//!
//! It begins at the linker script's symbol `__symbols`, on the page boundary after the image's data; the file is
//! padded to there:
//!
//! ```text
//! +0    u32 MAGIC
//! +4    u32 size of the whole table in bytes, a multiple of 4
//! +8    u32 count
//! +12   u32 zero
//! +16   count x { u32 bytes from IMAGE_BASE to the function, u32 offset of its name in the names }, sorted by address
//! ...   the names, demangled UTF-8, each ended by a NUL
//! ```

/// Where the firmware puts the image and where it is linked: the linker script's `__image_start`.
pub const IMAGE_BASE: u64 = 0x8_0000;
/// The linker script's symbol at which the table begins.
pub const SYMBOL: &str = "__symbols";
/// "SYMS" in memory.
pub const MAGIC: u32 = u32::from_le_bytes(*b"SYMS");

const HEADER: usize = 16;
const ENTRY: usize = 8;

/// A symbol table in place.
#[derive(Debug, Clone, Copy)]
pub struct Symbols<'a> {
    bytes: &'a [u8],
    count: usize,
}

/// Size in bytes of the table whose first 16 bytes are `header`; `None` if it is not one.
pub fn size(header: &[u8; HEADER]) -> Option<usize> {
    let word = |at: usize| header.get(at..at + 4)?.try_into().map(u32::from_le_bytes).ok();
    let (size, count) = (word(4)? as usize, word(8)? as usize);
    (word(0)? == MAGIC && size >= count.checked_mul(ENTRY)?.checked_add(HEADER)?).then_some(size)
}

/// Whether `image` is as long as the table at its end says: the whole of a kernel's image.
pub fn ends_with_table(image: &[u8]) -> bool {
    const PAGE: usize = 4096;
    (0..image.len()).step_by(PAGE).any(|place| {
        let table = &image[place..];
        table.first_chunk().and_then(size) == Some(table.len())
    })
}

impl<'a> Symbols<'a> {
    /// Reads the table in `bytes`, which may be longer; `None` if it is not one.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let size = size(bytes.first_chunk()?)?;
        let bytes = bytes.get(..size)?;
        let count = u32::from_le_bytes(bytes.get(8..12)?.try_into().ok()?) as usize;
        Some(Self { bytes, count })
    }

    /// Name of the last function that begins at or before `address`, and how many bytes into it the address is.
    pub fn find(&self, address: u64) -> Option<(&'a str, u64)> {
        let offset = u32::try_from(address.checked_sub(IMAGE_BASE)?).ok()?;
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if self.entry(middle)?.0 <= offset { low = middle + 1 } else { high = middle }
        }
        let (start, name) = self.entry(low.checked_sub(1)?)?;
        let name = self.bytes.get(HEADER + self.count * ENTRY + name as usize..)?;
        let name = name.split(|&byte| byte == 0).next()?;
        Some((core::str::from_utf8(name).ok()?, u64::from(offset - start)))
    }

    fn entry(&self, index: usize) -> Option<(u32, u32)> {
        let entry = self.bytes.get(HEADER + index * ENTRY..)?.first_chunk::<ENTRY>()?;
        let word = u64::from_le_bytes(*entry);
        Some((word as u32, (word >> 32) as u32))
    }
}

/// Appends the table of `symbols`, pairs of address and name sorted by address, to `out`.
///
/// An address below [`IMAGE_BASE`] or 4 GiB above it is left out, and so is a name with a NUL.
pub fn encode<'a>(symbols: impl Iterator<Item = (u64, &'a str)> + Clone, out: &mut impl Extend<u8>) {
    let symbols = symbols.filter_map(|(address, name)| {
        let offset = u32::try_from(address.checked_sub(IMAGE_BASE)?).ok()?;
        (!name.contains('\0')).then_some((offset, name))
    });
    let count = symbols.clone().count();
    let names: usize = symbols.clone().map(|(_, name)| name.len() + 1).sum();
    let size = (HEADER + count * ENTRY + names).next_multiple_of(4);
    for word in [MAGIC, size as u32, count as u32, 0] {
        out.extend(word.to_le_bytes());
    }
    let mut at = 0u32;
    for (offset, name) in symbols.clone() {
        out.extend(offset.to_le_bytes());
        out.extend(at.to_le_bytes());
        at += name.len() as u32 + 1;
    }
    for (_, name) in symbols {
        out.extend(name.bytes().chain([0]));
    }
    out.extend(core::iter::repeat_n(0, size - HEADER - count * ENTRY - names));
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn finds_what_was_encoded() {
        let symbols = [(IMAGE_BASE, "_start"), (IMAGE_BASE + 0x40, "kernel::main"), (IMAGE_BASE + 0x90, "é")];
        let mut bytes = Vec::new();
        encode(symbols.into_iter(), &mut bytes);
        assert_eq!(size(bytes.first_chunk().unwrap()), Some(bytes.len()));
        for end in 0..bytes.len() {
            assert!(Symbols::new(&bytes[..end]).is_none());
        }
        let image = [[0; 8192].as_slice(), &bytes].concat();
        assert!(ends_with_table(&image));
        assert!(!ends_with_table(&image[..image.len() - 1]) && !ends_with_table(&image[..8192]));
        assert!(!ends_with_table(&image[4..]) && !ends_with_table(&[]));
        bytes.extend([0xff; 9]);
        let table = Symbols::new(&bytes).unwrap();
        assert_eq!(table.find(IMAGE_BASE - 1), None);
        assert_eq!(table.find(IMAGE_BASE), Some(("_start", 0)));
        assert_eq!(table.find(IMAGE_BASE + 0x3f), Some(("_start", 0x3f)));
        assert_eq!(table.find(IMAGE_BASE + 0x40), Some(("kernel::main", 0)));
        assert_eq!(table.find(IMAGE_BASE + 0x1000), Some(("é", 0xf70)));
        assert_eq!(table.find(u64::MAX), None);
    }

    #[test]
    fn an_empty_table_names_nothing() {
        let mut bytes = Vec::new();
        encode(core::iter::empty(), &mut bytes);
        assert_eq!(Symbols::new(&bytes).unwrap().find(IMAGE_BASE), None);
    }
}
