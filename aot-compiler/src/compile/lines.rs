//! The line tables of a module's functions, as the kernel reads them; see [`sinter_abi::lines`].

use super::source::Source;
use indexmap::IndexSet;
use sinter_abi::{
    lines::{self, Line},
    sites::Entry,
};

/// Line tables in the making.
pub struct Lines<'s, 'a> {
    source: &'s Source<'a>,
    /// Paths of files, in the order of their first use.
    pub files: IndexSet<&'s str>,
    /// The tables, one after another.
    pub bytes: Vec<u8>,
}

impl<'s, 'a> Lines<'s, 'a> {
    /// For a module with this source.
    pub fn new(source: &'s Source<'a>) -> Self {
        Self { source, files: IndexSet::new(), bytes: Vec::new() }
    }

    /// Adds the table of the function with this site table: where it begins, and its bytes.
    pub fn add(&mut self, entries: &[Entry]) -> (u32, u32) {
        let start = self.bytes.len();
        let line = |entry: &Entry| {
            let place = self.source.place(entry.wasm_offset())?;
            let (file, _) = self.files.insert_full(place.path);
            Some(Line { file: file as u32, line: place.line })
        };
        let found: Vec<_> = entries.iter().map(line).collect();
        if found.iter().any(Option::is_some) {
            lines::encode(found, &mut self.bytes);
        }
        (start as u32, (self.bytes.len() - start) as u32)
    }
}
