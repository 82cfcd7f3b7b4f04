//! A thread's stack: a part of a slot, with RAM from the top down as far as it was used.

use crate::{
    arch::aarch64::mmu::PAGE,
    mm::window::{OutOfMemory, Slot},
    sched::thread::Thread,
};
use alloc::rc::Rc;
use core::ops::Range;

/// Bytes of stack that the deepest path of a WASI call may take; measured ones take less than 2 KiB. An app
/// has them beyond the stack that it asks for.
pub const CALL: u64 = 8 << 10;
/// Bytes by which a stack is extended at least.
const STEP: u64 = 4 * PAGE;

/// A stack. Below it, the slot is not mapped.
#[derive(Debug)]
pub struct Stack {
    slot: Rc<Slot>,
    range: Range<u64>,
}

impl Stack {
    /// A stack of `size` bytes, and what calls take, that ends at `top` in `slot`. Also returns the lowest
    /// address that has RAM already.
    ///
    /// # Errors
    /// If no RAM is left.
    pub fn new(slot: Rc<Slot>, top: u64, size: u64) -> Result<(Self, u64), OutOfMemory> {
        let range = top - size - CALL..top;
        let mapped = top - (CALL + STEP).min(size + CALL);
        for page in (mapped..top).step_by(PAGE as usize) {
            slot.map(page, PAGE)?;
        }
        Ok((Self { slot, range }, mapped))
    }

    /// Its end, where it is empty.
    pub fn top(&self) -> u64 {
        self.range.end
    }

    /// Its lowest address.
    pub fn bottom(&self) -> u64 {
        self.range.start
    }

    /// Whether `address` is in it.
    pub fn contains(&self, address: u64) -> bool {
        self.range.contains(&address)
    }

    /// Whether `address` is in it or in what is kept free around it: all of the slot below, and a page above.
    pub fn guards(&self, address: u64) -> bool {
        (self.slot.start()..self.range.end + PAGE).contains(&address)
    }

    /// The slot that it is in.
    pub fn slot(&self) -> &Rc<Slot> {
        &self.slot
    }

    /// Gives RAM to the stack of `thread` down to `address`, which is in it.
    ///
    /// # Errors
    /// If no RAM is left.
    pub fn extend(&self, thread: &Thread, address: u64) -> Result<(), OutOfMemory> {
        let target = (address & !(STEP - 1)).max(self.range.start);
        while thread.stack_mapped() > target {
            let page = thread.stack_mapped() - PAGE;
            self.slot.map(page, PAGE)?;
            thread.set_stack_mapped(page);
        }
        Ok(())
    }
}
