//! The line table: which source line each entry of a site table belongs to, where a module says.
//!
//! Each function has a run with one entry for each in its site table ([`crate::sites`]), of LEB128 numbers: 0 if the line is
//! not known; else the index of its file in `Module::files` plus one, and the line's signed distance to the last known
//! one (the first counts from 0).

use crate::leb;

/// A place in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Index in `Module::files`.
    pub file: u32,
    /// Number of the line, from 1 on.
    pub line: u32,
}

/// Appends the encoding of `lines`, one for each entry of the site table, to `out`.
pub fn encode(lines: impl IntoIterator<Item = Option<Line>>, out: &mut impl Extend<u8>) {
    let mut last = 0;
    for line in lines {
        let Some(Line { file, line }) = line else {
            leb::unsigned(0, out);
            continue;
        };
        leb::unsigned(u64::from(file) + 1, out);
        leb::signed(i64::from(line) - last, out);
        last = i64::from(line);
    }
}

/// Iterates over an encoded run. A truncated or malformed run ends the iteration.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    numbers: leb::Reader<'a>,
    last: i64,
}

impl<'a> Lines<'a> {
    /// Reads the run `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { numbers: leb::Reader::new(bytes), last: 0 }
    }
}

impl Iterator for Lines<'_> {
    type Item = Option<Line>;

    fn next(&mut self) -> Option<Option<Line>> {
        let Some(file) = self.numbers.unsigned()?.checked_sub(1) else { return Some(None) };
        self.last = self.last.wrapping_add(self.numbers.signed()?);
        Some(Some(Line { file: file as u32, line: self.last as u32 }))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn decodes_what_was_encoded() {
        let line = |file, line| Some(Line { file, line });
        let lines = [None, line(0, 7), line(300, 5), None, None, line(1, u32::MAX), line(0, 1)];
        let mut bytes = Vec::new();
        encode(lines, &mut bytes);
        assert_eq!(Lines::new(&bytes).collect::<Vec<_>>(), lines);
        for end in 0..bytes.len() {
            assert!(Lines::new(&bytes[..end]).count() < lines.len());
        }
    }
}
