//! What compiled code calls by symbol (`sinter_abi::libcall`): growth and bulk operations.
//!
//! Copies and fills run as the app's own code: they may be preempted, and an access for which there is no RAM
//! is a trap. What allocates runs as kernel code.

use super::{
    board::Board,
    instance::Instance,
    memory::Memory,
    program::Program,
    slice, stack,
    table::{Segment, Table, zeros},
    trap::raise,
};
use crate::{
    arch::aarch64::{cpu, timer},
    sched::{self, thread::Thread},
};
use sinter_abi::{
    module::NULL_REF,
    trap::TrapReason::{MemoryOutOfBounds, OutOfMemory, StackOverflow, TableOutOfBounds},
    vmctx::{self, Layout},
};
use wasi_kernel::System;

/// The instance whose code calls.
fn instance<'a>(vmctx: u64) -> &'a Instance {
    let field = vmctx.wrapping_add_signed(vmctx::INSTANCE.into()) as *const *const Instance;
    // SAFETY: compiled code passes its own context, which the kernel has made with the address of the
    // instance; it lives as long as its code runs.
    unsafe { &**field }
}

/// Whether the stack has room for a call into the kernel.
#[inline(always)]
pub fn has_stack(thread: &Thread) -> bool {
    cpu::stack_pointer() >= thread.stack_enough.get()
}

/// Sees to it that the stack has room for a call into the kernel, or ends the app.
#[inline(always)]
pub fn require_stack(thread: &Thread) {
    #[cold]
    fn extend(thread: &Thread, address: u64) {
        let stack = &Program::of(thread).stack;
        if address < stack.bottom() {
            raise(StackOverflow);
        }
        if stack.extend(thread, address).is_err() {
            raise(OutOfMemory);
        }
    }
    if !has_stack(thread) {
        extend(thread, cpu::stack_pointer() - stack::CALL);
    }
}

/// Runs `work` as kernel code of the running app.
pub fn in_kernel<R>(work: impl FnOnce(&Program) -> R) -> R {
    let thread = sched::current();
    require_stack(thread);
    sched::enter_kernel(thread);
    let result = work(Program::of(thread));
    sched::leave_kernel(thread);
    result
}

/// The memory with this index in the module.
fn memory(instance: &Instance, index: u32) -> &Memory {
    &instance.memories()[index as usize]
}

/// The address of `len` bytes at `offset` in a memory.
fn bytes(memory: &Memory, offset: u64, len: u64) -> u64 {
    memory.range(offset, len).unwrap_or_else(|| raise(MemoryOutOfBounds))
}

/// The table with this index in the module.
fn table(instance: &Instance, index: u32) -> &Table {
    instance.table(index).unwrap_or_else(|| raise(TableOutOfBounds))
}

/// The address of `len` elements from `start` on in a table.
fn elements(instance: &Instance, index: u32, start: u64, len: u64) -> *mut u64 {
    table(instance, index).range(start, len).unwrap_or_else(|| raise(TableOutOfBounds))
}

/// The part of `len` elements from `from` on, as a range of indices, if `count` elements have it.
fn part(count: usize, from: u64, len: u64) -> Option<core::ops::Range<usize>> {
    let end = from.checked_add(len).filter(|&end| end <= count as u64)?;
    Some(from as usize..end as usize)
}

#[unsafe(no_mangle)]
extern "C" fn sinter_memory_grow(vmctx: u64, memory: u32, pages: u64) -> i64 {
    let memory = self::memory(instance(vmctx), memory);
    in_kernel(|program| memory.grow(pages, program.allowance()).map_or(-1, |before| before as i64))
}

#[unsafe(no_mangle)]
extern "C" fn sinter_memory_copy(vmctx: u64, to_memory: u32, from_memory: u32, to: u64, from: u64, len: u64) {
    let instance = instance(vmctx);
    let from = bytes(memory(instance, from_memory), from, len);
    let to = bytes(memory(instance, to_memory), to, len);
    // SAFETY: both are this app's memory, to which no reference exists; missing pages come by faults.
    unsafe { core::ptr::copy(from as *const u8, to as *mut u8, len as usize) };
}

#[unsafe(no_mangle)]
extern "C" fn sinter_memory_fill(vmctx: u64, memory: u32, to: u64, value: u32, len: u64) {
    let to = bytes(self::memory(instance(vmctx), memory), to, len);
    // SAFETY: as for the copy.
    unsafe { core::ptr::write_bytes(to as *mut u8, value as u8, len as usize) };
}

#[unsafe(no_mangle)]
extern "C" fn sinter_memory_init(vmctx: u64, memory: u32, segment: u32, to: u64, from: u64, len: u64) {
    let instance = instance(vmctx);
    let to = bytes(self::memory(instance, memory), to, len);
    let dropped = instance.dropped_data.borrow()[segment as usize];
    let data = if dropped { &[] } else { slice(&slice(&instance.module().data)[segment as usize]) };
    let Some(part) = part(data.len(), from, len) else { raise(MemoryOutOfBounds) };
    // SAFETY: `to` is this app's memory, the data is constant.
    unsafe { core::ptr::copy_nonoverlapping(data[part].as_ptr(), to as *mut u8, len as usize) };
}

#[unsafe(no_mangle)]
extern "C" fn sinter_data_drop(vmctx: u64, segment: u32) {
    instance(vmctx).dropped_data.borrow_mut()[segment as usize] = true;
}

#[unsafe(no_mangle)]
extern "C" fn sinter_table_grow(vmctx: u64, index: u32, count: u64, value: u64) -> i64 {
    let table = table(instance(vmctx), index);
    in_kernel(|_| table.grow(count, value).map_or(-1, |before| before as i64))
}

#[unsafe(no_mangle)]
extern "C" fn sinter_table_copy(vmctx: u64, to_table: u32, from_table: u32, to: u64, from: u64, len: u64) {
    let instance = instance(vmctx);
    let from = elements(instance, from_table, from, len);
    let to = elements(instance, to_table, to, len);
    // SAFETY: both are `len` elements of this app's tables, to which no reference exists.
    unsafe { core::ptr::copy(from, to, len as usize) };
}

#[unsafe(no_mangle)]
extern "C" fn sinter_table_fill(vmctx: u64, index: u32, to: u64, value: u64, len: u64) {
    let to = elements(instance(vmctx), index, to, len);
    // SAFETY: as for the copy.
    unsafe { core::slice::from_raw_parts_mut(to, len as usize) }.fill(value);
}

#[unsafe(no_mangle)]
extern "C" fn sinter_table_init(vmctx: u64, index: u32, segment: u32, to: u64, from: u64, len: u64) {
    let instance = instance(vmctx);
    let to = elements(instance, index, to, len);
    let plain = slice(&slice(&instance.module().elements)[segment as usize]);
    let layout = Layout::new(instance.module().counts);
    // A trap does not unwind: the borrow must end before the first one.
    let own: Option<*const [u64]> = match &instance.elements.borrow()[segment as usize] {
        Segment::Plain => None,
        Segment::Own(own) => Some(&raw const **own),
        Segment::Dropped => Some(&[]),
    };
    let Some(part) = part(own.map_or(plain.len(), <*const [u64]>::len), from, len) else {
        raise(TableOutOfBounds)
    };
    // SAFETY: as for the copy.
    let to = unsafe { core::slice::from_raw_parts_mut(to, len as usize) };
    match own {
        // SAFETY: only this thread's calls change the segment, and this one does not.
        Some(own) => to.copy_from_slice(unsafe { &(&*own)[part] }),
        None => to
            .iter_mut()
            .zip(&plain[part])
            .for_each(|(element, &function)| *element = reference(vmctx, &layout, function)),
    }
}

/// The reference to a function of the module, by its place among the referable ones.
fn reference(vmctx: u64, layout: &Layout, function: u32) -> u64 {
    if function == NULL_REF { 0 } else { vmctx.wrapping_add_signed(layout.func_ref(function).into()) }
}

#[unsafe(no_mangle)]
extern "C" fn sinter_elem_drop(vmctx: u64, segment: u32) {
    let instance = instance(vmctx);
    in_kernel(|_| instance.elements.borrow_mut()[segment as usize] = Segment::Dropped);
}

#[unsafe(no_mangle)]
extern "C" fn sinter_elem_set(vmctx: u64, segment: u32, index: u64, value: u64) {
    let instance = instance(vmctx);
    let stored = in_kernel(|_| {
        let plain = slice(&slice(&instance.module().elements)[segment as usize]);
        let state = &mut instance.elements.borrow_mut()[segment as usize];
        if let Segment::Plain = state {
            let Some(mut own) = zeros(plain.len()) else { return false };
            let layout = Layout::new(instance.module().counts);
            own.iter_mut().zip(plain).for_each(|(element, &func)| *element = reference(vmctx, &layout, func));
            *state = Segment::Own(own);
        }
        if let Segment::Own(own) = state {
            own[index as usize] = value;
        }
        true
    });
    if !stored {
        raise(OutOfMemory);
    }
}

#[unsafe(no_mangle)]
extern "C" fn sinter_atomic_wait(_vmctx: u64, value: u64, expected: u64, timeout: i64) -> u32 {
    const NOT_EQUAL: u32 = 1;
    const TIMED_OUT: u32 = 2;
    if value != expected {
        return NOT_EQUAL;
    }
    let deadline = u64::try_from(timeout).map_or(u64::MAX, |timeout| timer::now().saturating_add(timeout));
    in_kernel(|_| Board.sleep_until(deadline));
    TIMED_OUT
}

#[unsafe(no_mangle)]
extern "C" fn sinter_wasi_caller(vmctx: u64) {
    in_kernel(|program| {
        if let Some(outside) = &program.outside {
            // SAFETY: calls do not nest, as none calls the app's code.
            unsafe { outside.set_caller(instance(vmctx)) };
        }
    });
}
