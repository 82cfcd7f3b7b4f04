//! Source lines, for modules with debug information (DWARF for WebAssembly: addresses count from the start of the code
//! section's contents).

use super::module::Module;
use addr2line::{
    Context,
    gimli::{Dwarf, EndianSlice, LittleEndian},
};

/// What a module says about its source.
pub struct Source<'a> {
    context: Context<EndianSlice<'a, LittleEndian>>,
    code_start: u64,
}

/// A place in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'s> {
    /// Path of the file.
    pub path: &'s str,
    /// Line, from 1 on.
    pub line: u32,
    /// Column, from 1 on; 0 if it is not known.
    pub column: u32,
}

impl<'a> Source<'a> {
    /// The debug information of `module`; none if it has none that can be read. It is not validated, and what is wrong
    /// with it only makes it useless.
    pub fn new(module: &Module<'a>) -> Option<Self> {
        if module.debug.is_empty() {
            return None;
        }
        let load = |id: addr2line::gimli::SectionId| {
            let section = module.debug.iter().find(|(name, _)| *name == id.name());
            Ok::<_, ()>(EndianSlice::new(section.map_or(&[][..], |(_, data)| data), LittleEndian))
        };
        let context = Context::from_dwarf(Dwarf::load(load).ok()?).ok()?;
        Some(Self { context, code_start: module.code_start })
    }

    /// The place that the instruction at this byte of the file comes from.
    pub fn place(&self, wasm_offset: u32) -> Option<Place<'_>> {
        let address = u64::from(wasm_offset).checked_sub(self.code_start)?;
        let location = self.context.find_location(address).ok()??;
        let (path, line) = (location.file?, location.line?);
        let usable = line > 0 && !path.is_empty() && !path.contains('\0');
        usable.then_some(Place { path, line, column: location.column.unwrap_or(0) })
    }
}
