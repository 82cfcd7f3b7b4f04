//! The run queue: for each priority, the ready threads in the order in which they came.

use super::thread::{PRIORITIES, Thread};
use core::ptr;

/// Ready threads, linked through `Thread::next`.
pub struct RunQueue {
    first: [*mut Thread; PRIORITIES],
    last: [*mut Thread; PRIORITIES],
    /// Bit n: there is a thread of priority n.
    ready: u32,
}

impl RunQueue {
    /// No thread is ready.
    pub const fn new() -> Self {
        Self { first: [ptr::null_mut(); PRIORITIES], last: [ptr::null_mut(); PRIORITIES], ready: 0 }
    }

    /// Appends a thread to its priority's list.
    ///
    /// # Safety
    /// The thread is valid, in no queue, and stays valid until it is taken out.
    #[inline]
    pub unsafe fn push(&mut self, thread: *mut Thread) {
        // SAFETY: by contract, for the thread and for those that are in the queue.
        unsafe {
            let priority = usize::from((*thread).priority);
            (*thread).next.set(ptr::null_mut());
            if self.ready & 1 << priority == 0 {
                self.first[priority] = thread;
                self.ready |= 1 << priority;
            } else {
                (*self.last[priority]).next.set(thread);
            }
            self.last[priority] = thread;
        }
    }

    /// Takes the thread that is to run next.
    #[inline]
    pub fn pop(&mut self) -> Option<*mut Thread> {
        let priority = self.ready.checked_ilog2()? as usize;
        let thread = self.first[priority];
        // SAFETY: threads in the queue are valid (`push`).
        let next = unsafe { (*thread).next.get() };
        self.first[priority] = next;
        if next.is_null() {
            self.ready &= !(1 << priority);
        }
        Some(thread)
    }

    /// Whether a thread of `priority` or a higher one is ready.
    #[inline]
    pub fn has_from(&self, priority: u8) -> bool {
        self.ready >> priority != 0
    }
}
