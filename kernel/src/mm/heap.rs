//! The kernel's heap: Rust's global allocator.
//!
//! Three ways, by size. Small blocks come from free lists, one per size class, in a dozen instructions.
//! Middle ones, and the chunks that fill the free lists, come from a linked-list allocator whose memory is a
//! range of the upper half that grows page by page as RAM is taken from the page allocator. Large ones are
//! blocks of the page allocator.

use super::frames;
use crate::{
    arch::aarch64::mmu::{Attributes, PAGE, RUN, WINDOWS_L0},
    lock::Mutex,
};
use core::{
    alloc::{GlobalAlloc, Layout},
    cmp::max,
    ptr::{self, NonNull},
};
use sinter_abi::window::{SLOT_SIZE, SLOTS, WINDOWS};

/// The heap's range: the last slot, which no instance gets.
const START: u64 = WINDOWS + (SLOTS - 1) * SLOT_SIZE;
const END: u64 = START + (1 << 30);
/// By how much the range grows at least.
const GROWTH: u64 = RUN;

/// Sizes of small blocks; each is aligned to 16 bytes.
const CLASSES: [usize; 14] = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];
/// The greatest alignment of small blocks.
const ALIGN: usize = 16;
/// The class for each size, in units of 16 bytes.
const CLASS_OF: [u8; 129] = {
    let mut table = [0; 129];
    let mut units = 0;
    let mut class = 0;
    while units < table.len() {
        if units * 16 > CLASSES[class] {
            class += 1;
        }
        table[units] = class as u8;
        units += 1;
    }
    table
};
/// From this size on, blocks are the page allocator's, and may leave its reserve alone: only data that apps
/// make grow is so large.
const LARGE: usize = 32 << 10;

#[global_allocator]
static HEAP: Heap =
    Heap { small: Mutex::new(Small([ptr::null_mut(); CLASSES.len()])), middle: Mutex::new(Middle::new()) };

struct Heap {
    small: Mutex<Small>,
    middle: Mutex<Middle>,
}

/// The first free block of each class; a free block's first word is the next one.
struct Small([*mut u8; CLASSES.len()]);

// SAFETY: the blocks belong to whoever holds the lock.
unsafe impl Send for Small {}

struct Middle {
    list: linked_list_allocator::Heap,
    end: u64,
}

/// The class of blocks for a layout.
#[inline]
fn class(layout: &Layout) -> Option<usize> {
    let small = layout.size() <= CLASSES[CLASSES.len() - 1] && layout.align() <= ALIGN;
    small.then(|| CLASS_OF[layout.size().div_ceil(16)].into())
}

/// The page allocator's order for a large layout.
fn order(layout: &Layout) -> Option<usize> {
    frames::order(max(layout.size(), layout.align()) as u64)
}

// SAFETY: each way gives blocks that are large and aligned enough and that no one else has until they come
// back by the same way, which the layout alone decides.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match class(&layout) {
            Some(class) => self.allocate_small(class),
            None => self.allocate_other(layout),
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `alloc` gave the block away for this layout, and now it comes back.
        unsafe {
            match class(&layout) {
                Some(class) => self.free_small(block, class),
                None => self.free_other(block, layout),
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's new size is not too large for this alignment.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let stays = match (class(&layout), class(&new)) {
            (Some(old), Some(new)) => old == new,
            (None, None) => is_large(&layout) && is_large(&new) && order(&layout) == order(&new),
            _ => false,
        };
        if stays {
            return block;
        }
        // SAFETY: as the caller promises; the smaller size of both blocks is copied.
        unsafe {
            let to = self.alloc(new);
            if !to.is_null() {
                ptr::copy_nonoverlapping(block, to, layout.size().min(size));
                self.dealloc(block, layout);
            }
            to
        }
    }
}

/// Whether a layout that is not small is the page allocator's.
fn is_large(layout: &Layout) -> bool {
    layout.size() >= LARGE || layout.align() > PAGE as usize
}

impl Heap {
    #[inline(never)]
    fn allocate_small(&self, class: usize) -> *mut u8 {
        let mut small = self.small.lock();
        let block = small.0[class];
        if block.is_null() {
            return self.refill(&mut small, class);
        }
        // SAFETY: a free block's first word is the list's link.
        small.0[class] = unsafe { block.cast::<*mut u8>().read() };
        block
    }

    /// Takes a small block back.
    ///
    /// # Safety
    /// It is one of this class, and nobody uses it any more.
    #[inline(never)]
    unsafe fn free_small(&self, block: *mut u8, class: usize) {
        let mut small = self.small.lock();
        // SAFETY: the block is the heap's again, and at least 16 bytes large.
        unsafe { block.cast::<*mut u8>().write(small.0[class]) };
        small.0[class] = block;
    }

    #[inline(never)]
    fn allocate_other(&self, layout: Layout) -> *mut u8 {
        if is_large(&layout) {
            return order(&layout)
                .and_then(frames::allocate_spare)
                .map_or(ptr::null_mut(), |block| block as *mut u8);
        }
        self.middle.lock().allocate(layout).unwrap_or(ptr::null_mut())
    }

    /// Takes a block back that is not small.
    ///
    /// # Safety
    /// It was allocated for this layout, and nobody uses it any more.
    #[inline(never)]
    unsafe fn free_other(&self, block: *mut u8, layout: Layout) {
        if is_large(&layout) {
            if let Some(order) = order(&layout) {
                // SAFETY: `allocate_other` took it from the page allocator with this order.
                unsafe { frames::free(block as u64, order) };
            }
        } else if let Some(block) = NonNull::new(block) {
            // SAFETY: `allocate_other` took it from the list with this layout.
            unsafe { self.middle.lock().list.deallocate(block, layout) };
        }
    }

    /// Cuts a chunk into blocks of an empty class and gives one of them away.
    #[cold]
    fn refill(&self, small: &mut Small, class: usize) -> *mut u8 {
        let size = CLASSES[class];
        let count = (PAGE as usize / size).clamp(4, 32);
        // SAFETY: neither size nor alignment is zero, and their sum is far from overflow.
        let chunk = unsafe { Layout::from_size_align_unchecked(count * size, ALIGN) };
        let Some(chunk) = self.middle.lock().allocate(chunk) else { return ptr::null_mut() };
        for index in 1..count {
            // SAFETY: within the chunk; each block gets the link to the next.
            unsafe {
                let block = chunk.add(index * size);
                block.cast::<*mut u8>().write(small.0[class]);
                small.0[class] = block;
            }
        }
        chunk
    }
}

impl Middle {
    const fn new() -> Self {
        Self { list: linked_list_allocator::Heap::empty(), end: START }
    }

    fn allocate(&mut self, layout: Layout) -> Option<*mut u8> {
        loop {
            if let Ok(block) = self.list.allocate_first_fit(layout) {
                return Some(block.as_ptr());
            }
            self.grow((layout.size() + layout.align()) as u64)?;
        }
    }

    /// Maps more RAM at the end, at least `bytes`.
    fn grow(&mut self, bytes: u64) -> Option<()> {
        let bytes = bytes.next_multiple_of(GROWTH);
        for _ in 0..bytes / GROWTH {
            if self.end >= END {
                return None;
            }
            let run = frames::order(GROWTH).and_then(frames::allocate)?;
            let range = self.end..self.end + GROWTH;
            let mapped = WINDOWS_L0.map(0, range, run, Attributes::DATA, &mut || frames::allocate_zeroed(0));
            if mapped.is_none() {
                // SAFETY: it came from there with this order, and is not mapped: a run has one leaf, the last
                // step.
                unsafe { frames::free(run, 4) };
                return None;
            }
            // SAFETY: the RAM was just mapped here and is the heap's alone; the list's memory is one range
            // without gaps.
            unsafe {
                if self.end == START {
                    self.list.init(START as *mut u8, GROWTH as usize);
                } else {
                    self.list.extend(GROWTH as usize);
                }
            }
            self.end += GROWTH;
        }
        Some(())
    }
}
