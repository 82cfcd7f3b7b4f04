//! The physical page allocator: a binary buddy system (Knuth, TAOCP 2.5).
//!
//! A block of order n is 4 KiB << n, aligned to its size. Free blocks of one order form a list whose links
//! lie in the blocks themselves. One bit per pair of buddies says whether exactly one of them is free, so a
//! freed block finds out with one look whether its buddy is free, too, and joins it.

use crate::{
    arch::aarch64::{cpu, mmu::PAGE},
    lock::Mutex,
};
use core::{
    ops::Range,
    ptr,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Orders: the greatest block is 4 KiB << 18 = 1 GiB.
const ORDERS: usize = 19;
/// Pages that the board can have: 1 GiB.
const PAGES: usize = 1 << 18;

/// The order of the smallest block with at least `bytes`; `None` if there is no such order.
pub const fn order(bytes: u64) -> Option<usize> {
    let pages = bytes.div_ceil(PAGE).next_power_of_two();
    let order = pages.trailing_zeros() as usize;
    if order < ORDERS { Some(order) } else { None }
}

/// The head of a free block.
struct Node {
    next: *mut Node,
    previous: *mut Node,
}

struct Frames {
    free: [*mut Node; ORDERS],
    /// For each order in turn, one bit per pair of blocks: 1 if one of them is free and the other is not.
    pairs: [u64; PAGES / 64],
    free_bytes: u64,
    total_bytes: u64,
}

// SAFETY: the pointers are to free RAM, which only the holder of the lock around `Frames` touches.
unsafe impl Send for Frames {}

/// RAM that apps leave to the kernel, for its heap and for translation tables: kernel code that cannot do
/// without memory is to find some.
pub const RESERVE: u64 = 4 << 20;

/// `Frames::free_bytes`, to be read without the lock.
static FREE: AtomicU64 = AtomicU64::new(0);

static FRAMES: Mutex<Frames> = Mutex::new(Frames {
    free: [ptr::null_mut(); ORDERS],
    pairs: [0; PAGES / 64],
    free_bytes: 0,
    total_bytes: 0,
});

/// Gives the whole pages of `range` to the allocator.
///
/// # Safety
/// The range is RAM below 1 GiB, mapped at its physical address, that nothing else uses, now or later.
pub unsafe fn add(range: Range<u64>) {
    let (mut at, end) = (range.start.next_multiple_of(PAGE), range.end & !(PAGE - 1));
    let mut frames = FRAMES.lock();
    frames.total_bytes += end.saturating_sub(at);
    while at < end {
        let fits = |order: &usize| at.is_multiple_of(PAGE << order) && end - at >= PAGE << order;
        let order = (0..ORDERS).rev().find(fits).unwrap_or(0);
        frames.free(at, order);
        at += PAGE << order;
    }
}

/// A block of `order`, by its address. Its content is arbitrary.
pub fn allocate(order: usize) -> Option<u64> {
    FRAMES.lock().allocate(order)
}

/// A block of `order` for what apps can make grow: none if that would leave less than [`RESERVE`].
pub fn allocate_spare(order: usize) -> Option<u64> {
    let mut frames = FRAMES.lock();
    let enough = frames.free_bytes >= RESERVE + (PAGE << order);
    if enough { frames.allocate(order) } else { None }
}

/// Makes the bytes of a block zero.
///
/// # Safety
/// The caller has just allocated the block, with this `order`.
unsafe fn zero(block: u64, order: usize) -> u64 {
    // SAFETY: by contract the block is RAM that the caller owns.
    unsafe { cpu::zero(block, PAGE << order) };
    block
}

/// A zeroed block of `order`.
pub fn allocate_zeroed(order: usize) -> Option<u64> {
    // SAFETY: just allocated.
    allocate(order).map(|block| unsafe { zero(block, order) })
}

/// A zeroed block of `order`, as [`allocate_spare`].
pub fn allocate_spare_zeroed(order: usize) -> Option<u64> {
    // SAFETY: just allocated.
    allocate_spare(order).map(|block| unsafe { zero(block, order) })
}

/// Takes a block back.
///
/// # Safety
/// The block came from [`allocate`] with the same `order`, and nothing uses it any more, TLBs included.
pub unsafe fn free(block: u64, order: usize) {
    FRAMES.lock().free(block, order);
}

/// Bytes that are free, and bytes in all.
pub fn usage() -> (u64, u64) {
    let frames = FRAMES.lock();
    (frames.free_bytes, frames.total_bytes)
}

/// Whether so little is free, below a quarter of [`RESERVE`], that the kernel's own small allocations are in
/// danger.
#[inline(always)]
pub fn are_scarce() -> bool {
    FREE.load(Relaxed) < RESERVE / 4
}

impl Frames {
    /// Turns the bit of `block`'s pair over; its new value.
    fn toggle(&mut self, block: u64, order: usize) -> bool {
        // Pairs of order 0 take the first half of the bits, those of order 1 the next quarter, and so on.
        let index = PAGES - (PAGES >> order) + (block / (PAGE << (order + 1))) as usize;
        self.pairs[index / 64] ^= 1 << (index % 64);
        self.pairs[index / 64] >> (index % 64) & 1 != 0
    }

    fn push(&mut self, block: u64, order: usize) {
        let node = block as *mut Node;
        let next = self.free[order];
        // SAFETY: free blocks belong to this allocator; `next` is the head of one or null.
        unsafe {
            node.write(Node { next, previous: ptr::null_mut() });
            if let Some(next) = next.as_mut() {
                next.previous = node;
            }
        }
        self.free[order] = node;
    }

    fn unlink(&mut self, block: u64, order: usize) {
        // SAFETY: the block is in the list of `order`, so its head and its neighbours' are valid nodes.
        unsafe {
            let Node { next, previous } = (block as *mut Node).read();
            match previous.as_mut() {
                Some(previous) => previous.next = next,
                None => self.free[order] = next,
            }
            if let Some(next) = next.as_mut() {
                next.previous = previous;
            }
        }
    }

    fn allocate(&mut self, wanted: usize) -> Option<u64> {
        let mut order = (wanted..ORDERS).find(|&order| !self.free[order].is_null())?;
        let block = self.free[order] as u64;
        self.unlink(block, order);
        self.toggle(block, order);
        while order > wanted {
            order -= 1;
            self.push(block + (PAGE << order), order);
            self.toggle(block, order);
        }
        self.free_bytes -= PAGE << wanted;
        FREE.store(self.free_bytes, Relaxed);
        Some(block)
    }

    fn free(&mut self, mut block: u64, mut order: usize) {
        self.free_bytes += PAGE << order;
        FREE.store(self.free_bytes, Relaxed);
        while !self.toggle(block, order) && order + 1 < ORDERS {
            self.unlink(block ^ PAGE << order, order);
            block &= !(PAGE << order);
            order += 1;
        }
        self.push(block, order);
    }
}
