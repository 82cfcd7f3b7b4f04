//! The site table: which Wasm instruction a machine code address belongs to, and why it may trap.
//!
//! Each function has a run of entries, sorted by code offset: one for every instruction that can trap and one for
//! every call's return address. Where that instruction is of a function that is inlined, an entry for the call that it
//! stands in the place of follows, and so on outwards to the function that the code belongs to.
//!
//! An entry is three LEB128 numbers: the code offset's distance to the previous entry in units of one 4-byte
//! instruction, the Wasm offset's signed distance to the previous one (the first counts from the function's own Wasm
//! offset), and the kind: 0 for a return address, [`INLINED`] for a call in whose place the entry before is, otherwise a
//! [`TrapReason`]'s number.

use crate::{leb, trap::TrapReason};

/// A place in machine code where execution may stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Bytes from the function's first instruction, a multiple of 4.
    pub code_offset: u32,
    /// Byte offset in the Wasm file.
    pub wasm_offset: u32,
    /// Why execution may stop at `code_offset`; `None` for the address that a call returns to.
    pub trap: Option<TrapReason>,
}

/// One entry of a site table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A site, by the innermost function that its instruction is of.
    Site(Site),
    /// The call, by its byte offset in the Wasm file, that the entry before is in the place of.
    Inlined(u32),
}

impl Entry {
    /// Byte offset in the Wasm file.
    pub const fn wasm_offset(self) -> u32 {
        match self {
            Self::Site(site) => site.wasm_offset,
            Self::Inlined(call) => call,
        }
    }
}

/// The kind of an [`Entry::Inlined`].
const INLINED: u8 = u8::MAX;

/// Appends the encoding of `entries`, which are sorted by code offset, to `out`.
pub fn encode(wasm_offset: u32, entries: impl IntoIterator<Item = Entry>, out: &mut impl Extend<u8>) {
    let (mut code, mut wasm) = (0, wasm_offset);
    for entry in entries {
        let (code_offset, kind) = match entry {
            Entry::Site(site) => (site.code_offset, site.trap.map_or(0, |reason| reason as u8)),
            Entry::Inlined(_) => (code, INLINED),
        };
        leb::unsigned(u64::from((code_offset - code) / 4), out);
        leb::signed(i64::from(entry.wasm_offset()) - i64::from(wasm), out);
        leb::unsigned(u64::from(kind), out);
        (code, wasm) = (code_offset, entry.wasm_offset());
    }
}

/// Iterates over an encoded run. A truncated or malformed run ends the iteration.
#[derive(Debug, Clone)]
pub struct Sites<'a> {
    numbers: leb::Reader<'a>,
    code: u32,
    wasm: u32,
}

impl<'a> Sites<'a> {
    /// Reads `bytes`, the run of the function whose Wasm body begins at `wasm_offset`.
    pub fn new(wasm_offset: u32, bytes: &'a [u8]) -> Self {
        Self { numbers: leb::Reader::new(bytes), code: 0, wasm: wasm_offset }
    }
}

impl Iterator for Sites<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.code = self.code.wrapping_add((self.numbers.unsigned()? as u32).wrapping_mul(4));
        self.wasm = self.wasm.wrapping_add(self.numbers.signed()? as u32);
        let kind = self.numbers.unsigned()? as u8;
        Some(match kind {
            INLINED => Entry::Inlined(self.wasm),
            _ => Entry::Site(Site {
                code_offset: self.code,
                wasm_offset: self.wasm,
                trap: TrapReason::from_u8(kind),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn decodes_what_was_encoded() {
        let site = |code_offset, wasm_offset, trap| Entry::Site(Site { code_offset, wasm_offset, trap });
        let sites = [
            site(0, 90, None),
            site(4, 100, Some(TrapReason::MemoryOutOfBounds)),
            site(4 + 4 * 127, 37, Some(TrapReason::CpuLimit)),
            Entry::Inlined(3000),
            Entry::Inlined(130),
            site(4 + 4 * 300, 0x8000_0000, None),
            site(0xffff_fff0, 101, Some(TrapReason::Unreachable)),
        ];
        let mut bytes = Vec::new();
        encode(100, sites, &mut bytes);
        assert_eq!(Sites::new(100, &bytes).collect::<Vec<_>>(), sites);
        for end in 0..bytes.len() {
            assert!(Sites::new(100, &bytes[..end]).count() < sites.len());
        }
    }
}
