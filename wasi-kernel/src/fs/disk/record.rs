//! Changes of the tree, as they lie in the log. Numbers are little-endian.

use crate::types::Kind;
use alloc::vec::Vec;

/// A change. Nodes have numbers of their own here, which [`Record::Make`] gives in order from 1 on; 0 is the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record<'a> {
    /// A new node under its first name. `target` is the text of a symbolic link.
    Make { id: u32, parent: u32, name: &'a str, kind: Kind, time: u64, target: &'a str },
    /// One more name.
    Link { id: u32, parent: u32, name: &'a str, time: u64 },
    /// A name is removed, and the node with its last one.
    Remove { parent: u32, name: &'a str, time: u64 },
    /// A name moves, and replaces what is there.
    Rename { from: (u32, &'a str), to: (u32, &'a str), time: u64 },
    /// Times are set.
    Times { id: u32, accessed: u64, modified: u64 },
    /// A file has another size; blocks behind it are free.
    Size { id: u32, size: u64, time: u64 },
    /// Blocks of a file lie here from now on; those that lay there before are free.
    Map { id: u32, at: u32, block: u32, count: u32 },
}

/// Greatest size of a record: a symbolic link's text and its name.
pub const RECORD_MAX: usize = 8 << 10;

impl<'a> Record<'a> {
    /// Appends it to `log`, which has room for it.
    pub fn write(&self, log: &mut Vec<u8>) {
        let mut out = Writer(log);
        match *self {
            Self::Make { id, parent, name, kind, time, target } => {
                let kind = match kind {
                    Kind::Directory => 1,
                    Kind::Link => 2,
                    _ => 0,
                };
                out.byte(1).u32(id).u32(parent).text(name).byte(kind).u64(time).text(target)
            }
            Self::Link { id, parent, name, time } => out.byte(2).u32(id).u32(parent).text(name).u64(time),
            Self::Remove { parent, name, time } => out.byte(3).u32(parent).text(name).u64(time),
            Self::Rename { from, to, time } => {
                out.byte(4).u32(from.0).text(from.1).u32(to.0).text(to.1).u64(time)
            }
            Self::Times { id, accessed, modified } => out.byte(5).u32(id).u64(accessed).u64(modified),
            Self::Size { id, size, time } => out.byte(6).u32(id).u64(size).u64(time),
            Self::Map { id, at, block, count } => out.byte(7).u32(id).u32(at).u32(block).u32(count),
        };
    }

    /// Takes the first record off `bytes`; `None` if there is none.
    pub fn read(bytes: &mut &'a [u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        Some(match from.byte()? {
            1 => Self::Make {
                id: from.u32()?,
                parent: from.u32()?,
                name: from.text()?,
                kind: match from.byte()? {
                    0 => Kind::File,
                    1 => Kind::Directory,
                    2 => Kind::Link,
                    _ => return None,
                },
                time: from.u64()?,
                target: from.text()?,
            },
            2 => Self::Link { id: from.u32()?, parent: from.u32()?, name: from.text()?, time: from.u64()? },
            3 => Self::Remove { parent: from.u32()?, name: from.text()?, time: from.u64()? },
            4 => Self::Rename {
                from: (from.u32()?, from.text()?),
                to: (from.u32()?, from.text()?),
                time: from.u64()?,
            },
            5 => Self::Times { id: from.u32()?, accessed: from.u64()?, modified: from.u64()? },
            6 => Self::Size { id: from.u32()?, size: from.u64()?, time: from.u64()? },
            7 => Self::Map { id: from.u32()?, at: from.u32()?, block: from.u32()?, count: from.u32()? },
            _ => return None,
        })
    }
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn byte(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Names and links' texts are short.
    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(&(text.len() as u16).to_le_bytes()).bytes(text.as_bytes())
    }
}

struct Reader<'a, 'b>(&'b mut &'a [u8]);

impl<'a> Reader<'a, '_> {
    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(size)?;
        *self.0 = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let size = self.take(2)?.try_into().ok().map(u16::from_le_bytes)?;
        core::str::from_utf8(self.take(size.into())?).ok()
    }
}
