//! From the linked ELF to what the firmware loads: the bytes from the image's base on, and the kernel's symbol table.

use object::{Object, ObjectSegment, ObjectSymbol, SymbolKind, read::elf::ElfFile64};
use sinter_abi::{
    Slice,
    module::{Function, Module},
    symbols,
};
use std::{mem::offset_of, ops::Range};

/// Converts `elf`, which the linker made from the kernel and the modules with the symbols `modules`.
///
/// The symbol table names the kernel's functions. Those of a module, which describes them itself, are one entry.
///
/// # Errors
/// A message if it is no executable of the shape that the linker script gives.
pub fn raw(elf: &[u8], modules: &[&str]) -> Result<Vec<u8>, String> {
    let elf: ElfFile64 = ElfFile64::parse(elf).map_err(|error| error.to_string())?;
    let end = elf.symbol_by_name(symbols::SYMBOL).ok_or("the linker script defines no __symbols")?.address();
    let size = end.checked_sub(symbols::IMAGE_BASE).ok_or("__symbols lies before the image")?;
    let mut image = vec![0; size as usize];
    for segment in elf.segments() {
        let data = segment.data().map_err(|error| error.to_string())?;
        if !data.is_empty() {
            let place = span(segment.address(), data.len() as u64).and_then(|span| image.get_mut(span));
            place.ok_or("a segment lies outside of the image")?.copy_from_slice(data);
        }
    }

    let code =
        |name: &&str| elf.symbol_by_name(name).and_then(|symbol| module_code(&image, symbol.address()));
    let modules: Vec<_> = modules.iter().filter_map(code).collect();
    let mut names: Vec<_> = elf
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
        .filter(|symbol| !modules.iter().any(|code| code.contains(&symbol.address())))
        .filter_map(|symbol| {
            Some((symbol.address(), format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?))))
        })
        .chain(modules.iter().map(|code| (code.start, "[app code]".into())))
        .collect();
    names.sort();
    names.dedup_by_key(|(address, _)| *address);
    symbols::encode(names.iter().map(|(address, name)| (*address, name.as_str())), &mut image);
    Ok(image)
}

/// Addresses of a module's code, by the description at `address`.
fn module_code(image: &[u8], address: u64) -> Option<Range<u64>> {
    let word = |address, offset: usize| {
        let bytes = image.get(span(address + offset as u64, 8)?)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    };
    let functions = address + offset_of!(Module, functions) as u64;
    let first = word(functions, offset_of!(Slice<Function>, ptr))?;
    let count = word(functions, offset_of!(Slice<Function>, len))?;
    let last = first + count.checked_sub(1)? * size_of::<Function>() as u64;
    let end = word(last, offset_of!(Function, code))?
        + (word(last, offset_of!(Function, size))? & u64::from(u32::MAX));
    Some(word(first, offset_of!(Function, code))?..end)
}

/// Where the `len` bytes at `address` lie in the image.
fn span(address: u64, len: u64) -> Option<Range<usize>> {
    let start = usize::try_from(address.checked_sub(symbols::IMAGE_BASE)?).ok()?;
    Some(start..start.checked_add(usize::try_from(len).ok()?)?)
}
