//! The sandbox: every decision that lets generated code touch memory without a check, and why that is safe.
//!
//! Compiled code reads and writes four kinds of memory. A guest chooses addresses only in the first.
//!
//! 1. **Linear memories**, by [`address`]. One with *32-bit addresses* needs no check: each memory lies in a window of its
//!    own, and `sinter_abi::window::STRICT_VIEW` = 8 GiB + 64 KiB from its base on belong to it alone, where what is not
//!    memory is unmapped ([`super::optimise`], addresses.rs, has the conditions for the other view). The index is zero-extended from 32 bits, the static offset is below 2^32 (validation), and an
//!    access has at most 16 bytes, so its last byte is below base + 2^32 + 2^32 + 16. An access past the current size
//!    therefore faults, in this window, and the site table names the reason. The base of memory 0 is vmctx; that of an
//!    imported or a further memory never changes and is read from its cell. An index of *64 bits* is compared with the
//!    current size first: index + offset + bytes <= size, without wrapping.
//! 2. **The context** below vmctx, by [`context_flags`]: cells at constant offsets that `sinter_abi::vmctx::Layout`
//!    computes from entities that exist (validation), in memory that the kernel maps for the life of the instance. The
//!    guest cannot name an address there: linear memory is at vmctx and above.
//! 3. **Tables and what references point to**, by [`table_flags`] and [`reference_flags`]. An element's index is compared
//!    with the table's length before ([`super::translate`], table.rs and call.rs). A reference is the address of a
//!    `FuncRef` in some context, an external reference that no instruction follows, or 0; the guest cannot make one from
//!    an integer. Null is not compared: `type_id`, the first field that a call reads, would lie in the first page of
//!    memory, which the kernel leaves unmapped, and the site table gives the fault the reason "null".
//! 4. **Exceptions**, by [`exception_flags`]. A reference to one is the address of an `Exception`, which the kernel keeps
//!    for as long as that address is on the app's stack, in a context, in a table or in another exception. A handler is
//!    never given null; it reads the tag, and the values only if the tag is the one whose type it goes by.
//!
//! Bulk instructions check in the kernel ([`sinter_abi::libcall`]), or before they call `memmove` and `memset` ([`super::translate`],
//! bulk.rs).
//!
//! Alignment is never assumed for linear memory. Speculation is out of scope (docs/security.md), so checks are branches
//! without masking.

use super::{translate::Translator, traps};
use cranelift_codegen::ir::{
    AliasRegion, AliasRegionData, Function, InstBuilder, MemFlagsData, TrapCode, Value, condcodes::IntCC,
    types,
};
use sinter_abi::{
    WASM_PAGE,
    trap::TrapReason,
    vmctx::{FuncRef, MemoryCell},
};
use std::mem::offset_of;

/// Kinds of memory that never overlap, for the alias analysis.
pub struct Regions {
    memory: AliasRegion,
    context: AliasRegion,
    table: AliasRegion,
}

impl Regions {
    /// Declares them in `function`.
    pub fn new(function: &mut Function) -> Self {
        let mut region = |user_id, description: &'static str| {
            let description = description.into();
            function.dfg.alias_regions.insert(AliasRegionData { user_id, description })
        };
        Self { memory: region(0, "memory"), context: region(1, "context"), table: region(2, "table") }
    }
}

/// Whether something may have another value at the next look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stability {
    /// It is the same for the life of the instance, so a load may move anywhere and be shared.
    Constant,
    /// It may change by an instruction or by any call.
    Changes,
}

/// For cells of the context: aligned, always mapped (kind 2 above).
pub fn context_flags(regions: &Regions, stability: Stability) -> MemFlagsData {
    stable(MemFlagsData::trusted().with_alias_region(Some(regions.context)), stability)
}

/// For the elements of a table below its length: aligned, always mapped (kind 3 above). The load stays behind the
/// comparison of its index, so it is never marked movable.
pub fn table_flags(regions: &Regions) -> MemFlagsData {
    MemFlagsData::trusted().with_alias_region(Some(regions.table))
}

/// For the entries of a read-only table below its length; they, too, stay behind the comparison.
pub fn entry_flags() -> MemFlagsData {
    MemFlagsData::trusted().with_readonly()
}

/// For the [`FuncRef`] behind a reference (kind 3 above). `null` is the trap if the reference is null; `None` behind a
/// load that has trapped then.
pub fn reference_flags(null: Option<TrapReason>) -> MemFlagsData {
    // The first page is unmapped, so a field at a small offset from null faults.
    const { assert!(size_of::<FuncRef>() <= 4096) };
    MemFlagsData::trusted().with_readonly().with_trap_code(null.map(traps::code))
}

/// For the tag and the values of an exception that is not null (kind 4 above).
pub fn exception_flags() -> MemFlagsData {
    MemFlagsData::trusted()
}

fn stable(flags: MemFlagsData, stability: Stability) -> MemFlagsData {
    match stability {
        Stability::Constant => flags.with_readonly().with_can_move(),
        Stability::Changes => flags,
    }
}

/// An access in the strict view that has the instance's own memory 0 and an index of 32 bits.
#[derive(Debug)]
pub struct Access {
    /// The sum of vmctx and the zero-extended index, which belongs to this access alone.
    pub address: Value,
    /// The index, of 32 bits.
    pub index: Value,
    /// The static offset, not negative.
    pub offset: i32,
    /// How many bytes it has, a power of two up to 16.
    pub bytes: u8,
}

/// A place in linear memory for one access: base, constant offset, flags.
pub type Place = (Value, i32, MemFlagsData);

/// The place at `index` plus the static `offset` in memory `memory`, for an access of `bytes` bytes.
pub fn address(t: &mut Translator, memory: u32, index: Value, offset: u64, bytes: u64) -> Place {
    let flags = MemFlagsData::new()
        .with_trap_code(Some(TrapCode::HEAP_OUT_OF_BOUNDS))
        .with_alias_region(Some(t.regions.memory));
    let ty = t.env.module.types().memory_at(memory);
    let wide = t.extend(index);
    let base = base(t, memory);
    if ty.memory64 {
        check(t, memory, wide, offset.checked_add(bytes), ty.initial.saturating_mul(WASM_PAGE));
    }
    let address = t.ins().iadd(base, wide);
    match i32::try_from(offset) {
        Ok(offset) => {
            if base == t.vmctx && !ty.memory64 {
                t.accesses.push(Access { address, index, offset, bytes: bytes as u8 });
            }
            (address, offset, flags)
        }
        Err(_) => {
            let offset = t.ins().iconst(types::I64, offset as i64);
            (t.ins().iadd(address, offset), 0, flags)
        }
    }
}

/// The address of a memory's first byte.
pub fn base(t: &mut Translator, memory: u32) -> Value {
    let imported = memory < t.env.module.imported_memories;
    if memory == 0 && !imported {
        return t.vmctx;
    }
    let (cell, at) = t.cell(t.env.plan.layout.memory(memory), imported);
    let flags = context_flags(&t.regions, Stability::Constant);
    t.ins().load(types::I64, flags, cell, at + offset_of!(MemoryCell, base) as i32)
}

/// Traps unless `index + distance <= size` without wrapping, for a memory of at least `least` bytes. A `distance` of
/// `None` is more than 64 bits can hold.
fn check(t: &mut Translator, memory: u32, index: Value, distance: Option<u64>, least: u64) {
    let trap = traps::code(TrapReason::MemoryOutOfBounds);
    let size = t.memory_bytes(memory);
    let outside = match distance {
        // size - distance does not wrap.
        Some(distance) if distance <= least => {
            let distance = t.ins().iconst(types::I64, distance as i64);
            let last = t.ins().isub(size, distance);
            t.ins().icmp(IntCC::UnsignedGreaterThan, index, last)
        }
        // With u64::MAX in place of more, any index but 0 carries, and 0 is out of bounds, too.
        _ => {
            let distance = t.ins().iconst(types::I64, distance.unwrap_or(u64::MAX) as i64);
            let end = t.ins().uadd_overflow_trap(index, distance, trap);
            t.ins().icmp(IntCC::UnsignedGreaterThan, end, size)
        }
    };
    t.trap_if(outside, TrapReason::MemoryOutOfBounds);
}
