//! Where a machine code address belongs: function, name, offset in the Wasm file.

use super::{slice, text};
use crate::mm::map;
use sinter_abi::{
    Slice,
    lines::Lines,
    module::{Function, Handler, Module},
    sites::Sites,
    trap::TrapReason,
};

/// The function of `module` that the instruction at `pc` belongs to.
pub fn function(module: &Module, pc: u64) -> Option<&Function> {
    let functions = slice(&module.functions);
    let index = functions.partition_point(|function| function.code <= pc).checked_sub(1)?;
    functions.get(index).filter(|function| pc - function.code <= u64::from(function.size))
}

/// The name of a function.
fn name(module: &Module, function: &Function) -> &'static str {
    let start = function.name_offset as usize;
    let name = slice(&module.names).get(start..start + function.name_len as usize).unwrap_or_default();
    core::str::from_utf8(name).unwrap_or("?")
}

/// The site at `pc` in `function`: its offset in the Wasm file, and why it may trap.
pub fn site(module: &Module, function: &Function, pc: u64) -> Option<(u32, Option<TrapReason>)> {
    let start = function.sites_offset as usize;
    let bytes = slice(&module.sites).get(start..start + function.sites_len as usize)?;
    Sites::new(function.wasm_offset, bytes)
        .find(|site| function.code + u64::from(site.code_offset) == pc)
        .map(|site| (site.wasm_offset, site.trap))
}

/// Path and line of the source that the site at `pc` in `function` comes from.
fn line(module: &Module, function: &Function, pc: u64) -> Option<(&'static str, u32)> {
    let run = |bytes: &Slice<u8>, offset: u32, len: u32| {
        slice(bytes).get(offset as usize..offset as usize + len as usize)
    };
    let lines = run(&module.lines, function.lines_offset, function.lines_len)?;
    let sites = run(&module.sites, function.sites_offset, function.sites_len)?;
    let (_, line) = Sites::new(function.wasm_offset, sites)
        .zip(Lines::new(lines))
        .find(|(site, _)| function.code + u64::from(site.code_offset) == pc)?;
    let line = line?;
    Some((text(slice(&module.files).get(line.file as usize)?), line.line))
}

/// Where an exception of the call that returns to `pc`, in `module`, goes; the handler, and the address of its landing.
pub fn handler(module: &Module, pc: u64) -> Option<(&Handler, u64)> {
    let function = function(module, pc)?;
    let start = function.handlers_start as usize;
    let handlers = slice(&module.handlers).get(start..start + function.handlers_len as usize)?;
    let call = u32::try_from(pc - function.code).ok()?;
    let handler = &handlers[handlers.binary_search_by_key(&call, |handler| handler.call).ok()?];
    Some((handler, function.code + u64::from(handler.landing)))
}

/// One line of a backtrace: what the frame at `pc` is called, how far into it, and its offset in the Wasm
/// file.
pub struct Place<'a> {
    /// Name of the function.
    pub name: &'a str,
    /// Offset in the Wasm file, for an app's function.
    pub wasm_offset: Option<u32>,
    /// Path and number of the source line, for an app with debug information.
    pub line: Option<(&'a str, u32)>,
    /// Bytes from the function's first instruction.
    pub code_offset: u64,
}

/// What is known of `pc`, in `module` if it is given or else in the kernel.
pub fn place(module: Option<&'static Module>, pc: u64) -> Option<Place<'static>> {
    if let Some((module, function)) = module.and_then(|module| Some((module, function(module, pc)?))) {
        let wasm_offset = site(module, function, pc).map_or(function.wasm_offset, |(offset, _)| offset);
        let code_offset = pc - function.code;
        let line = line(module, function, pc);
        return Some(Place {
            name: name(module, function),
            wasm_offset: Some(wasm_offset),
            line,
            code_offset,
        });
    }
    let (name, code_offset) = map::symbols()?.find(pc)?;
    Some(Place { name, wasm_offset: None, line: None, code_offset })
}
