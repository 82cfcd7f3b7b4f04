//! The run queue: for each priority the ready threads, the one that has had least of the core first.
//!
//! What a thread has had is its virtual time (as in Stoica and Abdel-Wahab, "Earliest Eligible Virtual
//! Deadline First", 1995, with equal weights): the ticks that it has run, raised to at most `lead` behind the
//! others when it comes back from waiting. So one that waits a lot runs soon when it wakes, and cannot save
//! up more than that.

use super::thread::{PRIORITIES, Thread};
use core::ptr;

/// Ready threads, linked through `Thread::next`.
pub struct RunQueue {
    first: [*mut Thread; PRIORITIES],
    last: [*mut Thread; PRIORITIES],
    /// The virtual time of each priority: that of the last thread that was taken out.
    time: [u64; PRIORITIES],
    /// Bit n: there is a thread of priority n.
    ready: u32,
}

impl RunQueue {
    /// No thread is ready.
    pub const fn new() -> Self {
        let none = [ptr::null_mut(); PRIORITIES];
        Self { first: none, last: none, time: [0; PRIORITIES], ready: 0 }
    }

    /// Adds a thread at the end of its priority's list, whatever it has had.
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
                let last = &*self.last[priority];
                last.next.set(thread);
                (*thread).used.set((*thread).used.get().max(last.used.get()));
            }
            self.last[priority] = thread;
        }
    }

    /// As [`RunQueue::push`] and then [`RunQueue::pop`], for a thread of the highest priority that is ready;
    /// else `None`, and nothing is done. Most switches are these.
    ///
    /// # Safety
    /// As for [`RunQueue::push`].
    #[inline(always)]
    pub unsafe fn rotate(&mut self, thread: *mut Thread) -> Option<*mut Thread> {
        // SAFETY: by contract, for the thread and for those that are in the queue.
        unsafe {
            let priority = usize::from((*thread).priority);
            if self.ready >> priority != 1 || priority >= PRIORITIES {
                return None;
            }
            let (first, last) = (self.first[priority], self.last[priority]);
            (*last).next.set(thread);
            (*thread).next.set(ptr::null_mut());
            (*thread).used.set((*thread).used.get().max((*last).used.get()));
            self.last[priority] = thread;
            self.first[priority] = (*first).next.get();
            self.time[priority] = self.time[priority].max((*first).used.get());
            Some(first)
        }
    }

    /// Adds a thread behind those that have had no more of the core than it.
    ///
    /// # Safety
    /// As for [`RunQueue::push`].
    pub unsafe fn insert(&mut self, thread: *mut Thread) {
        // SAFETY: by contract, for the thread and for those that are in the queue.
        unsafe {
            let (priority, used) = (usize::from((*thread).priority), (*thread).used.get());
            if self.ready & 1 << priority == 0 || (*self.last[priority]).used.get() <= used {
                return self.push(thread);
            }
            // The last one has had more, so the search ends before it.
            let mut next = self.first[priority];
            let mut before: Option<&Thread> = None;
            while (*next).used.get() <= used {
                before = Some(&*next);
                next = (*next).next.get();
            }
            (*thread).next.set(next);
            match before {
                Some(before) => before.next.set(thread),
                None => self.first[priority] = thread,
            }
        }
    }

    /// Lets a thread that has waited, or comes from elsewhere, have had at most `lead` less than the others.
    pub fn admit(&self, thread: &Thread, lead: u64) {
        let least = self.time[usize::from(thread.priority)].saturating_sub(lead);
        thread.used.set(thread.used.get().max(least));
    }

    /// Takes the thread that is to run next.
    #[inline]
    pub fn pop(&mut self) -> Option<*mut Thread> {
        let priority = self.ready.checked_ilog2()? as usize;
        let thread = self.first[priority];
        // SAFETY: threads in the queue are valid (`push`).
        let (next, used) = unsafe { ((*thread).next.get(), (*thread).used.get()) };
        self.first[priority] = next;
        self.time[priority] = self.time[priority].max(used);
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

    /// What the first thread of `priority` has had, if there is one.
    pub fn first_used(&self, priority: u8) -> Option<u64> {
        let priority = usize::from(priority);
        // SAFETY: threads in the queue are valid.
        (self.ready & 1 << priority != 0).then(|| unsafe { (*self.first[priority]).used.get() })
    }
}
