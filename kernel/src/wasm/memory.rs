//! A linear memory: bytes from its base on that are there on demand.

use super::{
    libcalls::{has_stack, require_stack},
    program::Outside,
};
use crate::{
    arch::aarch64::{
        cpu,
        mmu::{BLOCK, PAGE, RUN},
    },
    mm::{
        frames,
        window::{OutOfMemory, Slot},
    },
    sched,
};
use alloc::rc::Rc;
use core::{cell::Cell, ptr::NonNull, slice};
use sinter_abi::{
    WASM_PAGE,
    module::MemoryPlan,
    vmctx::MemoryCell,
    window::{self, BASE},
};
use wasi_kernel::{Errno, GuestMemory, Linear, memory::out_of_bounds};

/// A linear memory. Its first byte is at [`BASE`] in its slot.
#[derive(Debug)]
pub struct Memory {
    slot: Rc<Slot>,
    /// First address.
    base: NonNull<u8>,
    /// The compiled code's view: base and size in bytes. Only [`Memory::none`] has none.
    cell: Option<NonNull<MemoryCell>>,
    /// Current size in bytes.
    size: Cell<u64>,
    /// Bytes that have RAM.
    mapped: Cell<u64>,
    /// Offsets from the first to behind the last byte of a part whose pages are all mapped.
    resident: Cell<(u64, u64)>,
    /// Greatest size in bytes.
    max: u64,
}

impl Memory {
    /// The memory that `plan` describes, in `slot`, known to compiled code by `cell`, which is filled in.
    ///
    /// # Safety
    /// `cell` is mapped for the life of the memory, and only compiled code reads it. The memory begins with at most
    /// [`window::LARGEST`] bytes.
    pub unsafe fn new(slot: Rc<Slot>, plan: &MemoryPlan, cell: *mut MemoryCell) -> Self {
        let base = first_byte(&slot);
        // SAFETY: by contract.
        unsafe { cell.write(MemoryCell { base: base.as_ptr() as u64, size: plan.min }) };
        Self {
            slot,
            base,
            cell: NonNull::new(cell),
            size: Cell::new(plan.min),
            mapped: Cell::new(0),
            resident: Cell::new((0, 0)),
            max: plan.max.min(window::LARGEST),
        }
    }

    /// The memory of a module without one: it has no bytes and never will.
    pub fn none(slot: Rc<Slot>) -> Self {
        let base = first_byte(&slot);
        Self {
            slot,
            base,
            cell: None,
            size: Cell::new(0),
            mapped: Cell::new(0),
            resident: Cell::new((0, 0)),
            max: 0,
        }
    }

    /// Where its bytes are mapped.
    pub fn slot(&self) -> &Rc<Slot> {
        &self.slot
    }

    /// Address of the compiled code's view.
    pub fn cell(&self) -> u64 {
        self.cell.map_or(0, |cell| cell.as_ptr() as u64)
    }

    /// Address of the first byte.
    pub fn base(&self) -> u64 {
        self.base.as_ptr() as u64
    }

    /// Current size in bytes.
    pub fn size(&self) -> u64 {
        self.size.get()
    }

    /// Whether `address` is one of the memory's bytes.
    pub fn contains(&self, address: u64) -> bool {
        address.wrapping_sub(self.base()) < self.size.get()
    }

    /// The address of `len` bytes at `offset`, if they are all within the memory.
    pub fn range(&self, offset: u64, len: u64) -> Option<u64> {
        (offset.checked_add(len)? <= self.size.get()).then_some(self.base() + offset)
    }

    /// Adds `pages` Wasm pages if the module's maximum and `allowance` bytes allow it and there is RAM for
    /// all that the memory then may use; the size before, in pages (core specification 4.6.8).
    pub fn grow(&self, pages: u64, allowance: u64) -> Option<u64> {
        let before = self.size.get();
        let more = pages.checked_mul(WASM_PAGE)?;
        let after = before.checked_add(more)?;
        // One in 512 pages of RAM goes into translation tables; as much again is for what the app does
        // meanwhile.
        let promised = after.saturating_sub(self.mapped.get());
        if after > self.max
            || more > allowance
            || promised + promised / 256 + frames::RESERVE > frames::usage().0
        {
            return None;
        }
        self.size.set(after);
        if let Some(cell) = self.cell {
            // SAFETY: the cell is this memory's (`new`), and its thread is here.
            unsafe { (*cell.as_ptr()).size = after };
        }
        Some(before / WASM_PAGE)
    }

    /// Gives RAM to the byte at `address`, which is the memory's, and to its neighbours: 2 MiB once the
    /// memory has shown that it uses as much, else a Wasm page, else what there is.
    ///
    /// # Errors
    /// If no RAM is left.
    #[inline]
    pub fn touch(&self, address: u64) -> Result<(), OutOfMemory> {
        let block = address & !(BLOCK - 1);
        let uses_much = self.slot.held() >= BLOCK
            && block >= self.base()
            && block + BLOCK <= self.base() + self.size.get();
        let largest = if uses_much { BLOCK } else { RUN };
        for size in [largest, RUN] {
            if self.slot.map(address, size) == Ok(true) {
                self.mapped.set(self.mapped.get() + size);
                return Ok(());
            }
        }
        if self.slot.map(address, PAGE)? {
            self.mapped.set(self.mapped.get() + PAGE);
        }
        Ok(())
    }

    /// Gives RAM to `len` bytes at `offset`, which are the memory's, and joins their pages to the part that is known
    /// to be resident if nothing between them is missing. Pages are never unmapped, so that part only grows.
    ///
    /// # Errors
    /// If no RAM is left.
    fn make_resident(&self, offset: u64, len: u64) -> Result<(), OutOfMemory> {
        /// By how many pages the known part grows beyond what was asked for, at most.
        const AHEAD: u64 = BLOCK / PAGE;
        let (first, end) = (offset & !(PAGE - 1), (offset + len).next_multiple_of(PAGE));
        for page in (first..end).step_by(PAGE as usize) {
            if !cpu::is_writable(self.base() + page) {
                self.touch(self.base() + page)?;
            }
        }
        let (mut low, mut high) = match self.resident.get() {
            (_, 0) => (first, first),
            known => known,
        };
        let (lowest, highest) = (low.saturating_sub(AHEAD * PAGE), high + AHEAD * PAGE);
        while high < first.min(highest) && cpu::is_writable(self.base() + high) {
            high += PAGE;
        }
        while low > end.max(lowest) && cpu::is_writable(self.base() + low - PAGE) {
            low -= PAGE;
        }
        if first <= high && low <= end {
            (low, high) = (low.min(first), high.max(end));
        }
        self.resident.set((low, high));
        Ok(())
    }

    /// Whether `len` bytes at `pointer` are the memory's, and known to be resident.
    #[inline(always)]
    fn is_resident(&self, pointer: u32, len: u32) -> bool {
        let (low, high) = self.resident.get();
        let (start, end) = (u64::from(pointer), u64::from(pointer) + u64::from(len));
        // What is resident is within the memory. Neither difference is negative: none of the numbers has 34 bits.
        (start.wrapping_sub(low) | high.wrapping_sub(end)) as i64 >= 0
    }

    /// Checks that `len` bytes at `offset` are the memory's, and makes them resident.
    #[cold]
    #[inline(never)]
    fn admit(&self, offset: u64, len: u32) -> wasi_kernel::Result<()> {
        if self.range(offset, len.into()).is_none() {
            return Err(out_of_bounds(len));
        }
        self.make_resident(offset, len.into()).map_err(|OutOfMemory| Errno::Nomem)
    }
}

/// Where the memory in `slot` begins.
fn first_byte(slot: &Slot) -> NonNull<u8> {
    NonNull::new((slot.start() + BASE) as *mut u8).expect("a slot of the upper half")
}

/// A memory as a WASI call uses it: what it hands out is resident.
#[derive(Debug)]
pub struct Guest<'a>(&'a Memory);

impl<'a> Guest<'a> {
    /// For one WASI call.
    ///
    /// # Safety
    /// As long as it is there, nothing else uses the memory's bytes.
    pub unsafe fn new(memory: &'a Memory) -> Self {
        Self(memory)
    }

    /// The address of `len` bytes at `pointer`, which are in the memory and resident.
    #[inline(always)]
    fn resident(&self, pointer: u32, len: u32) -> wasi_kernel::Result<NonNull<u8>> {
        if !self.0.is_resident(pointer, len) {
            self.0.admit(pointer.into(), len)?;
        }
        // SAFETY: the range is within the memory, which lies in one slot of the upper half.
        Ok(unsafe { self.0.base.add(pointer as usize) })
    }
}

impl Linear for Guest<'_> {
    type Resident<'a>
        = Guest<'a>
    where
        Self: 'a;

    #[inline(always)]
    fn in_kernel<T>(
        &mut self,
        work: impl FnOnce(&mut GuestMemory<Guest<'_>>) -> wasi_kernel::Result<T>,
    ) -> wasi_kernel::Result<T> {
        work(&mut GuestMemory::new(Guest(self.0)))
    }

    #[inline(always)]
    fn at_once<T>(&mut self, (pointer, len): (u32, u32), work: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
        if self.0.is_resident(pointer, len) { self.slice_mut(pointer, len).ok().map(work) } else { None }
    }

    #[inline(always)]
    fn size(&self) -> usize {
        self.0.size.get() as usize
    }

    #[inline(always)]
    fn slice(&self, pointer: u32, len: u32) -> wasi_kernel::Result<&[u8]> {
        let start = self.resident(pointer, len)?;
        // SAFETY: the bytes are mapped for as long as the memory is there, and by contract of `new` nobody writes
        // them meanwhile.
        Ok(unsafe { slice::from_raw_parts(start.as_ptr(), len as usize) })
    }

    #[inline(always)]
    fn text(&self, pointer: u32, len: u32) -> wasi_kernel::Result<&str> {
        let bytes = self.slice(pointer, len)?;
        if !bytes.is_ascii() {
            return str::from_utf8(bytes).map_err(|_| Errno::Ilseq);
        }
        // SAFETY: ASCII is UTF-8.
        Ok(unsafe { str::from_utf8_unchecked(bytes) })
    }

    #[inline(always)]
    fn slice_mut(&mut self, pointer: u32, len: u32) -> wasi_kernel::Result<&mut [u8]> {
        let start = self.resident(pointer, len)?;
        // SAFETY: as for `slice`; who borrows this has the only access to the bytes.
        Ok(unsafe { slice::from_raw_parts_mut(start.as_ptr(), len as usize) })
    }
}

/// The running app's memory as a call uses it that runs as the app's own code: a page that is missing is given when it is
/// touched, except within [`Linear::in_kernel`]. The thread knows which memory it is, so that this costs nothing to hand on.
#[derive(Debug)]
pub struct OnDemand(());

impl OnDemand {
    /// For one WASI call.
    ///
    /// # Safety
    /// The running app has an [`Outside`]; as long as this is there, nothing else uses the bytes of its memory, and the thread may
    /// fault while it uses them: it is not in kernel code.
    pub unsafe fn new() -> Self {
        Self(())
    }

    #[inline(always)]
    fn memory(&self) -> &Memory {
        // SAFETY: by contract of `new`, and it is used in that call only.
        unsafe { Outside::of(sched::current()).unwrap_unchecked().memory() }
    }

    #[inline(always)]
    fn within(&self, pointer: u32, len: u32) -> wasi_kernel::Result<NonNull<u8>> {
        if u64::from(pointer) + u64::from(len) > self.memory().size.get() {
            return Err(out_of_bounds(len));
        }
        // SAFETY: as in `Guest::resident`.
        Ok(unsafe { self.memory().base.add(pointer as usize) })
    }
}

impl Linear for OnDemand {
    type Resident<'a>
        = Guest<'a>
    where
        Self: 'a;

    /// Does not return if the app has run for as long as it may: the caller owns nothing.
    #[inline(always)]
    fn in_kernel<T>(
        &mut self,
        work: impl FnOnce(&mut GuestMemory<Guest<'_>>) -> wasi_kernel::Result<T>,
    ) -> wasi_kernel::Result<T> {
        let thread = sched::current();
        require_stack(thread);
        sched::enter_kernel(thread);
        let result = work(&mut GuestMemory::new(Guest(self.memory())));
        sched::leave_kernel(thread);
        result
    }

    /// As [`Linear::in_kernel`] does not return always.
    #[inline(always)]
    fn at_once<T>(&mut self, (pointer, len): (u32, u32), work: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
        let (thread, memory) = (sched::current(), self.memory());
        if !has_stack(thread) || !memory.is_resident(pointer, len) {
            return None;
        }
        // SAFETY: the bytes are the memory's, mapped for as long as it is there, and by contract of `new` nobody else uses them.
        let bytes =
            unsafe { slice::from_raw_parts_mut(memory.base.as_ptr().add(pointer as usize), len as usize) };
        sched::enter_kernel(thread);
        let result = work(bytes);
        sched::leave_kernel(thread);
        Some(result)
    }

    #[inline(always)]
    fn size(&self) -> usize {
        self.memory().size.get() as usize
    }

    #[inline(always)]
    fn slice(&self, pointer: u32, len: u32) -> wasi_kernel::Result<&[u8]> {
        let start = self.within(pointer, len)?;
        // SAFETY: the bytes are the memory's; what is not mapped yet reads as zeros as soon as it is touched. By
        // contract of `new` nobody writes them meanwhile.
        Ok(unsafe { slice::from_raw_parts(start.as_ptr(), len as usize) })
    }

    #[inline(always)]
    fn slice_mut(&mut self, pointer: u32, len: u32) -> wasi_kernel::Result<&mut [u8]> {
        let start = self.within(pointer, len)?;
        // SAFETY: as for `slice`; who borrows this has the only access to the bytes.
        Ok(unsafe { slice::from_raw_parts_mut(start.as_ptr(), len as usize) })
    }
}
