//! Trap reasons on their way through the code generator, and the site table of a function.

use super::inline::Origins;
use cranelift_codegen::{CompiledCode, ir::TrapCode};
use sinter_abi::{
    sites::{self, Entry, Site},
    trap::TrapReason,
};

/// The code generator's name for a reason.
pub fn code(reason: TrapReason) -> TrapCode {
    TrapCode::unwrap_user(reason as u8)
}

/// The reason behind a trap code: ours, or one that Cranelift's own lowering of an instruction uses.
fn reason(code: TrapCode) -> TrapReason {
    match code {
        TrapCode::STACK_OVERFLOW => TrapReason::StackOverflow,
        TrapCode::HEAP_OUT_OF_BOUNDS => TrapReason::MemoryOutOfBounds,
        TrapCode::INTEGER_OVERFLOW => TrapReason::IntegerOverflow,
        TrapCode::INTEGER_DIVISION_BY_ZERO => TrapReason::IntegerDivisionByZero,
        TrapCode::BAD_CONVERSION_TO_INTEGER => TrapReason::BadConversionToInteger,
        user => TrapReason::from_u8(user.as_raw().get()).expect("every other code was made by `code`"),
    }
}

/// Where `compiled`, whose body begins at `wasm_offset`, can trap, and where its calls return to, sorted by
/// address, with positions.
pub fn sites(compiled: &CompiledCode, wasm_offset: u32) -> Vec<Site> {
    let buffer = &compiled.buffer;
    let traps = buffer.traps().iter().map(|trap| (trap.offset, trap.offset, Some(reason(trap.code))));
    // A return address belongs to the call before it.
    let calls = buffer.call_sites().map(|call| (call.ret_addr, call.ret_addr - 4, None));
    let mut all: Vec<_> = traps.chain(calls).collect();
    all.sort_by_key(|&(address, ..)| address);
    let locations = buffer.get_srclocs_sorted();
    let place = |at: u32| {
        let next = locations.partition_point(|range| range.start <= at);
        let range = locations[..next].last().filter(|range| at < range.end && !range.loc.is_default());
        range.map_or(wasm_offset, |range| range.loc.bits())
    };
    let site = |(code_offset, at, trap)| Site { code_offset, wasm_offset: place(at), trap };
    all.into_iter().map(site).collect()
}

/// The site table of the code that has these `sites`, with positions, and comes from `origins`.
pub fn entries(sites: &[Site], origins: &Origins) -> Vec<Entry> {
    let chain = |site: &Site| {
        let own = Entry::Site(Site { wasm_offset: origins.wasm_offset(site.wasm_offset), ..*site });
        let call = |call| Entry::Inlined(origins.wasm_offset(call));
        [own].into_iter().chain(origins.calls(site.wasm_offset).map(call)).collect::<Vec<_>>()
    };
    sites.iter().flat_map(chain).collect()
}

/// The encoded site table; see [`sinter_abi::sites`].
pub fn encode(entries: &[Entry], wasm_offset: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    sites::encode(wasm_offset, entries.iter().copied(), &mut bytes);
    bytes
}
