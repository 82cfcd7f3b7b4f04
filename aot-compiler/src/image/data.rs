//! Structures as they will lie in memory: their bytes, and the pointers that the linker fills in.

use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope,
    elf::R_AARCH64_ABS64,
    write::{Object, Relocation, Symbol, SymbolId, SymbolSection},
};
use sinter_abi::Slice;
use std::{collections::BTreeMap, mem::offset_of};

/// What a pointer points to.
enum Target {
    /// A byte of the same data.
    Here(usize),
    /// A symbol that another object defines.
    Symbol(String),
}

/// One block of read-only data. Positions are bytes from its start; everything is zero until it is set.
#[derive(Default)]
pub(super) struct Data {
    bytes: Vec<u8>,
    pointers: Vec<(usize, Target)>,
}

impl Data {
    /// Adds room for `count` structures and returns where the first lies.
    pub(super) fn reserve<T>(&mut self, count: usize) -> usize {
        let start = self.bytes.len().next_multiple_of(align_of::<T>());
        self.bytes.resize(start + count * size_of::<T>(), 0);
        start
    }

    /// Sets the u32 at `at`.
    pub(super) fn u32(&mut self, at: usize, value: u32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Sets the u64 at `at`.
    pub(super) fn u64(&mut self, at: usize, value: u64) {
        self.bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }

    /// Makes the pointer at `at` the address of `symbol`.
    pub(super) fn symbol(&mut self, at: usize, symbol: &str) {
        self.pointers.push((at, Target::Symbol(symbol.into())));
    }

    /// Makes the pointer at `at` the address of what lies at `target`.
    pub(super) fn pointer(&mut self, at: usize, target: usize) {
        self.pointers.push((at, Target::Here(target)));
    }

    /// Makes the [`sinter_abi::Str`] at `at` a copy of `text`.
    pub(super) fn text(&mut self, at: usize, text: &str) {
        self.bytes(at, text.as_bytes());
    }

    /// Makes the [`Slice`] at `at` a copy of `bytes`.
    pub(super) fn bytes(&mut self, at: usize, bytes: &[u8]) {
        let start = self.array::<u8>(at, bytes.len());
        self.bytes[start..].copy_from_slice(bytes);
    }

    /// Makes the [`Slice`] at `at` one of `count` new structures, and returns where the first lies.
    pub(super) fn array<T>(&mut self, at: usize, count: usize) -> usize {
        let start = self.reserve::<T>(count);
        self.u64(at + offset_of!(Slice<T>, len), count as u64);
        if count > 0 {
            self.pointer(at + offset_of!(Slice<T>, ptr), start);
        }
        start
    }

    /// An ELF object that defines `name` as this data.
    pub(super) fn into_object(self, name: &str) -> object::write::Result<Vec<u8>> {
        let mut object = Object::new(BinaryFormat::Elf, Architecture::Aarch64, Endianness::Little);
        let section = object.add_section(vec![], format!(".rodata.{name}").into(), SectionKind::ReadOnlyData);
        object.append_section_data(section, &self.bytes, 16);
        let symbol = |name: &str, section, size| Symbol {
            name: name.into(),
            value: 0,
            size,
            kind: SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section,
            flags: SymbolFlags::None,
        };
        let here = object.add_symbol(symbol(name, SymbolSection::Section(section), self.bytes.len() as u64));
        let mut others = BTreeMap::<String, SymbolId>::new();
        for (at, target) in self.pointers {
            let (id, addend) = match target {
                Target::Here(start) => (here, start as i64),
                Target::Symbol(name) => {
                    let add = || object.add_symbol(symbol(&name, SymbolSection::Undefined, 0));
                    (*others.entry(name.clone()).or_insert_with(add), 0)
                }
            };
            let flags = RelocationFlags::Elf { r_type: R_AARCH64_ABS64 };
            object.add_relocation(section, Relocation { offset: at as u64, symbol: id, addend, flags })?;
        }
        object.write()
    }
}
