//! The ELF object: sections, symbols and relocations.

use super::{
    codegen::Compiled,
    debug,
    description::{self, Addresses, Code},
    env::Env,
    imports::Provider,
    names,
    record::{Record, Target},
    source::Source,
    symbols::{LIBCALLS, Symbol},
    text::{ALIGN, Place, Text},
};
use cranelift_codegen::{
    binemit::Reloc,
    gimli::{self, write::RelocationTarget},
};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
    write::{self, Object, SectionId, SymbolId, SymbolSection},
};
use sinter_abi::wasi;

/// Assembles the object of the module named `name`, which defines `module_symbol`.
pub fn object(env: &Env, units: &[Compiled], text: Text, name: &str, module_symbol: &str) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::Aarch64, Endianness::Little);
    let mut section = |name: &str, kind| {
        let section = object.add_section(Vec::new(), name.into(), kind);
        (section, object.section_symbol(section))
    };
    let code: Vec<_> = text.sections.iter().map(|_| section(".text.wasm", SectionKind::Text)).collect();
    let (constants_section, symbol) = section(".rodata.wasm", SectionKind::ReadOnlyData);
    let mut constants = Record::new(symbol);
    let (description_section, symbol) = section(".data.rel.ro.wasm", SectionKind::ReadOnlyDataWithRel);
    let mut description = Record::new(symbol);

    let place = |place: &Place| Target { symbol: code[place.section].1, addend: place.offset as i64 };
    let source = Source::new(&env.module);
    let described = Code { units, places: &text.places, source: source.as_ref() };
    let mut addresses: Addresses =
        units.iter().zip(&text.places).map(|(unit, at)| (unit.unit.symbol(), place(at))).collect();
    description::tables(env, &mut description, &mut addresses);
    let module = description::module(env, &described, name, &addresses, &mut constants, &mut description);

    for (unit, at) in units.iter().zip(&text.places) {
        let name = names::symbol(&env.names.report(unit.unit));
        define(
            &mut object,
            name,
            SymbolKind::Text,
            SymbolScope::Compilation,
            code[at.section].0,
            at.offset,
            at.size,
        );
    }
    let size = size_of::<sinter_abi::module::Module>() as u64;
    let (kind, scope) = (SymbolKind::Data, SymbolScope::Linkage);
    define(&mut object, module_symbol.into(), kind, scope, description_section, module as u64, size);
    guard_types(env, &mut object);
    imports(env, &text, &mut object, &mut addresses);
    let sections = debug::sections(env, &described, name);
    debug_sections(&mut object, sections, |section| code[section].1);

    for (contents, (section, _)) in text.sections.into_iter().zip(code) {
        mapping_symbols(&mut object, section, &contents);
        object.set_section_data(section, contents.bytes, ALIGN as u64);
        for (offset, relocation) in contents.relocations {
            let Target { symbol, addend } = addresses[&relocation.target];
            let word = object.section(section).data()[offset as usize..].first_chunk().copied();
            let r_type = relocation_type(relocation.kind, u32::from_le_bytes(word.unwrap_or_default()));
            relocate(
                &mut object,
                section,
                offset,
                r_type,
                Target { symbol, addend: addend + relocation.addend },
            );
        }
    }
    for (section, record) in [(constants_section, constants), (description_section, description)] {
        object.set_section_data(section, record.bytes, description::SEGMENT_ALIGN as u64);
        for (offset, target) in record.pointers {
            relocate(&mut object, section, offset as u64, elf::R_AARCH64_ABS64, target);
        }
    }
    object.write().expect("an object built here has no dangling parts")
}

/// Adds a symbol at `offset` of `section`.
fn define(
    object: &mut Object,
    name: String,
    kind: SymbolKind,
    scope: SymbolScope,
    section: SectionId,
    value: u64,
    size: u64,
) {
    object.add_symbol(write::Symbol {
        name: name.into(),
        value,
        size,
        kind,
        scope,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    });
}

/// Marks what is code and what is data (ELF for the Arm 64-bit Architecture, 5.5.4), so that the linker looks for
/// erratum 843419 in the one and leaves the other alone.
fn mapping_symbols(object: &mut Object, section: SectionId, contents: &super::text::Section) {
    let mut mark = |name: &str, offset: usize| {
        define(object, name.into(), SymbolKind::Label, SymbolScope::Compilation, section, offset as u64, 0);
    };
    mark("$x", 0);
    for data in &contents.data {
        mark("$d", data.start);
        mark("$x", data.end);
    }
}

/// Adds sections with debug information; `code` gives the symbols of code sections.
fn debug_sections(
    object: &mut Object,
    sections: Vec<(gimli::SectionId, debug::Section)>,
    code: impl Fn(usize) -> SymbolId,
) {
    let added = sections.into_iter().map(|(id, contents)| {
        let section = object.add_section(Vec::new(), id.name().into(), SectionKind::Debug);
        (id, section, contents)
    });
    let added: Vec<_> = added.collect();
    for (_, section, contents) in &added {
        object.set_section_data(*section, contents.bytes().to_vec(), 1);
        for relocation in &contents.relocations {
            let symbol = match relocation.target {
                RelocationTarget::Symbol(number) => code(number),
                RelocationTarget::Section(target) => {
                    let target = added.iter().find(|(id, ..)| *id == target);
                    object.section_symbol(target.expect("a section that is referred to is not empty").1)
                }
            };
            let r_type = if relocation.size == 8 { elf::R_AARCH64_ABS64 } else { elf::R_AARCH64_ABS32 };
            let target = Target { symbol, addend: relocation.addend };
            relocate(object, *section, relocation.offset as u64, r_type, target);
        }
    }
}

/// Adds the symbols that keep types apart that have no number of their own; see [`super::type_numbers`].
fn guard_types(env: &Env, object: &mut Object) {
    for (name, value) in env.guard_symbols() {
        object.add_symbol(write::Symbol {
            name: name.clone().into(),
            value: *value,
            size: 0,
            kind: SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Absolute,
            flags: SymbolFlags::None,
        });
    }
}

/// Adds the kernel's functions that the code calls to `addresses`.
fn imports(env: &Env, text: &Text, object: &mut Object, addresses: &mut Addresses) {
    for (_, relocation) in text.sections.iter().flat_map(|section| &section.relocations) {
        let name = match relocation.target {
            Symbol::Wasi(function) => match env.provider(function) {
                Some(Provider::Wasi(function)) => format!("{}.{}", wasi::MODULE, function.name),
                _ => unreachable!("only WASI's functions are called by their name"),
            },
            Symbol::Libcall(number) => LIBCALLS[number as usize].into(),
            _ => continue,
        };
        addresses.entry(relocation.target).or_insert_with(|| {
            let symbol = write::Symbol {
                name: name.into(),
                value: 0,
                size: 0,
                kind: SymbolKind::Text,
                scope: SymbolScope::Unknown,
                weak: false,
                section: SymbolSection::Undefined,
                flags: SymbolFlags::None,
            };
            Target { symbol: object.add_symbol(symbol), addend: 0 }
        });
    }
}

fn relocation_type(kind: Reloc, instruction: u32) -> u32 {
    match kind {
        // bl, or b for a tail call
        Reloc::Arm64Call if instruction >> 31 == 1 => elf::R_AARCH64_CALL26,
        Reloc::Arm64Call => elf::R_AARCH64_JUMP26,
        Reloc::Aarch64AdrPrelPgHi21 => elf::R_AARCH64_ADR_PREL_PG_HI21,
        Reloc::Aarch64AddAbsLo12Nc => elf::R_AARCH64_ADD_ABS_LO12_NC,
        Reloc::Abs8 => elf::R_AARCH64_ABS64,
        other => unreachable!("{other} is not used by code that is not position-independent"),
    }
}

fn relocate(object: &mut Object, section: SectionId, offset: u64, r_type: u32, target: Target) {
    let flags = RelocationFlags::Elf { r_type };
    let relocation = write::Relocation { offset, symbol: target.symbol, addend: target.addend, flags };
    object.add_relocation(section, relocation).expect("the type is one of the target's");
}
