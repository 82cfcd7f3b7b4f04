//! The site table: which Wasm instruction a machine code address belongs to, and why it may trap.
//!
//! Each function has a run of entries, sorted by code offset: one for every instruction that can trap and one for
//! every call's return address. An entry is three LEB128 numbers: the code offset's distance to the previous entry
//! in units of one 4-byte instruction, the Wasm offset's signed distance to the previous one (the first counts from
//! the function's own Wasm offset), and the kind: 0 for a return address, otherwise a [`TrapReason`]'s number.

use crate::{leb, trap::TrapReason};

/// One entry of a site table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Bytes from the function's first instruction, a multiple of 4.
    pub code_offset: u32,
    /// Byte offset in the Wasm file.
    pub wasm_offset: u32,
    /// Why execution may stop at `code_offset`; `None` for the address that a call returns to.
    pub trap: Option<TrapReason>,
}

/// Appends the encoding of `sites`, which are sorted by code offset, to `out`.
pub fn encode(wasm_offset: u32, sites: &[Site], out: &mut impl Extend<u8>) {
    let (mut code, mut wasm) = (0, wasm_offset);
    for site in sites {
        leb::unsigned(u64::from((site.code_offset - code) / 4), out);
        leb::signed(i64::from(site.wasm_offset) - i64::from(wasm), out);
        leb::unsigned(site.trap.map_or(0, |reason| reason as u64), out);
        (code, wasm) = (site.code_offset, site.wasm_offset);
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
    type Item = Site;

    fn next(&mut self) -> Option<Site> {
        self.code = self.code.wrapping_add((self.numbers.unsigned()? as u32).wrapping_mul(4));
        self.wasm = self.wasm.wrapping_add(self.numbers.signed()? as u32);
        let trap = TrapReason::from_u8(self.numbers.unsigned()? as u8);
        Some(Site { code_offset: self.code, wasm_offset: self.wasm, trap })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn decodes_what_was_encoded() {
        let site = |code_offset, wasm_offset, trap| Site { code_offset, wasm_offset, trap };
        let sites = [
            site(0, 90, None),
            site(4, 100, Some(TrapReason::MemoryOutOfBounds)),
            site(4 + 4 * 127, 37, Some(TrapReason::CpuLimit)),
            site(4 + 4 * 300, 0x8000_0000, None),
            site(0xffff_fff0, 101, Some(TrapReason::Unreachable)),
        ];
        let mut bytes = Vec::new();
        encode(100, &sites, &mut bytes);
        assert_eq!(Sites::new(100, &bytes).collect::<Vec<_>>(), sites);
        for end in 0..bytes.len() {
            assert!(Sites::new(100, &bytes[..end]).count() < sites.len());
        }
    }
}
