//! Where a machine code address belongs: function, name, offset in the Wasm file.

use super::{slice, text};
use crate::mm::map;
use core::iter;
use sinter_abi::{
    Slice,
    lines::{Line, Lines},
    module::{Function, Handler, Module, SAVE_FRAME},
    sites::{Entry, Site, Sites},
    trap::TrapReason,
};

/// The function of `module` that the instruction at `pc` belongs to.
pub fn function(module: &Module, pc: u64) -> Option<&Function> {
    let functions = slice(&module.functions);
    let index = functions.partition_point(|function| function.code <= pc).checked_sub(1)?;
    functions.get(index).filter(|function| pc - function.code <= u64::from(function.size))
}

/// Whether `function`, in which control is, makes a frame record.
pub fn has_record(function: &Function) -> bool {
    // SAFETY: the compiler says that its code begins there; code stays mapped, and nothing changes it.
    unsafe { (function.code as *const u32).read() == SAVE_FRAME }
}

/// A name out of a module's.
fn name(module: &Module, start: u32, len: u32) -> &'static str {
    let name = run(&module.names, start, len).unwrap_or_default();
    core::str::from_utf8(name).unwrap_or("?")
}

/// `len` of `bytes` from `start` on.
fn run(bytes: &Slice<u8>, start: u32, len: u32) -> Option<&'static [u8]> {
    slice(bytes).get(start as usize..start as usize + len as usize)
}

/// The site table of `function` from `pc` on, with its lines: what may trap there, or the call that returns there.
fn entries(
    module: &Module,
    function: &Function,
    pc: u64,
    is_return: bool,
) -> impl Iterator<Item = (Entry, Option<Line>)> {
    let sites = run(&module.sites, function.sites_offset, function.sites_len).unwrap_or_default();
    let lines = run(&module.lines, function.lines_offset, function.lines_len).unwrap_or_default();
    let entries = Sites::new(function.wasm_offset, sites).zip(Lines::new(lines).chain(iter::repeat(None)));
    let is_there = move |site: Site| {
        function.code + u64::from(site.code_offset) == pc && site.trap.is_none() == is_return
    };
    entries.skip_while(move |(entry, _)| !matches!(entry, Entry::Site(site) if is_there(*site)))
}

/// Why the instruction at `pc`, in `function`, may trap.
pub fn reason(module: &Module, function: &Function, pc: u64) -> Option<TrapReason> {
    match entries(module, function, pc, false).next()? {
        (Entry::Site(site), _) => site.trap,
        (Entry::Inlined(_), _) => None,
    }
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

/// One line of a backtrace: what the function at `pc` is called, how far into it, and its offset in the Wasm
/// file.
pub struct Place<'a> {
    /// Name of the function.
    pub name: &'a str,
    /// Offset in the Wasm file, for an app's function.
    pub wasm_offset: Option<u32>,
    /// Path and number of the source line, for an app with debug information.
    pub line: Option<(&'a str, u32)>,
    /// Bytes from the first instruction of the function that `pc` belongs to.
    pub code_offset: u64,
}

/// What is known of `pc`, in `module` if it is given or else in the kernel: the function whose instruction it is, and where
/// that is inlined, the function around it, and so on. `is_return` tells whether a call returns to `pc`.
pub fn places(
    module: Option<&'static Module>,
    pc: u64,
    is_return: bool,
    mut each: impl FnMut(Place<'static>),
) {
    let Some((module, function)) = module.and_then(|module| Some((module, function(module, pc)?))) else {
        if let Some((name, code_offset)) = map::symbols().and_then(|symbols| symbols.find(pc)) {
            each(Place { name, wasm_offset: None, line: None, code_offset });
        }
        return;
    };
    let own_name = || name(module, function.name_offset, function.name_len);
    let code_offset = pc - function.code;
    let found = |is_return| entries(module, function, pc, is_return).peekable();
    let mut entries = found(is_return);
    if entries.peek().is_none() {
        entries = found(!is_return);
    }
    let Some(first) = entries.next() else {
        let wasm_offset = Some(function.wasm_offset);
        return each(Place { name: own_name(), wasm_offset, line: None, code_offset });
    };
    let mut next = Some(first);
    while let Some((entry, line)) = next {
        next = entries.next_if(|(entry, _)| matches!(entry, Entry::Inlined(_)));
        let wasm_offset = entry.wasm_offset();
        let name = if next.is_some() { inlined_name(module, wasm_offset) } else { own_name() };
        let line =
            line.and_then(|line| Some((text(slice(&module.files).get(line.file as usize)?), line.line)));
        each(Place { name, wasm_offset: Some(wasm_offset), line, code_offset });
    }
}

/// The name of the inlined function that the Wasm instruction at `wasm_offset` is of.
fn inlined_name(module: &Module, wasm_offset: u32) -> &'static str {
    let inlined = slice(&module.inlined);
    let index = inlined.partition_point(|function| function.wasm_offset <= wasm_offset);
    let function = index.checked_sub(1).and_then(|index| inlined.get(index));
    function.map_or("?", |function| name(module, function.name_offset, function.name_len))
}
