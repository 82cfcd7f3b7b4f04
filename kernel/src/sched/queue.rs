//! The run queue: for each priority the ready threads, the one that has had least of the core first.
//!
//! What a thread has had is its virtual time (as in Stoica and Abdel-Wahab, "Earliest Eligible Virtual
//! Deadline First", 1995, with equal weights): the ticks that it has run, raised to at most `lead` behind the
//! others when it comes back from waiting. So one that waits a lot runs soon when it wakes, and cannot save
//! up more than that.

use super::thread::{PRIORITIES, Thread};
use core::{cell::Cell, ptr, sync::atomic::Ordering::Relaxed};

/// Ready threads, linked through `Thread::next`.
pub struct RunQueue {
    first: [*mut Thread; PRIORITIES],
    last: [*mut Thread; PRIORITIES],
    /// The virtual time of each priority: that of the last thread that was taken out.
    time: [u64; PRIORITIES],
    /// Bit n: there is a thread of priority n.
    ready: u32,
    /// How many threads there are.
    len: usize,
}

impl RunQueue {
    /// No thread is ready.
    pub const fn new() -> Self {
        let none = [ptr::null_mut(); PRIORITIES];
        Self { first: none, last: none, time: [0; PRIORITIES], ready: 0, len: 0 }
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
            self.len += 1;
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
            // As `Thread::new` saw to it.
            core::hint::assert_unchecked(priority < PRIORITIES);
            if self.ready >> priority != 1 {
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
    #[inline]
    pub unsafe fn insert(&mut self, thread: *mut Thread) {
        // SAFETY: by contract, for the thread and for those that are in the queue.
        unsafe {
            let (priority, used) = (usize::from((*thread).priority), (*thread).used.get());
            // As `Thread::new` saw to it.
            core::hint::assert_unchecked(priority < PRIORITIES);
            if self.ready & 1 << priority == 0 || (*self.last[priority]).used.get() <= used {
                return self.push(thread);
            }
            self.len += 1;
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
        self.len -= 1;
        if next.is_null() {
            self.ready &= !(1 << priority);
        }
        Some(thread)
    }

    /// Takes the thread that is to run next if it may run on `core`.
    pub fn pop_for(&mut self, core: usize) -> Option<*mut Thread> {
        let first = self.first[self.ready.checked_ilog2()? as usize];
        // SAFETY: threads in the queue are valid (`push`).
        if unsafe { (*first).cores } & 1 << core != 0 { self.pop() } else { None }
    }

    /// Takes the first thread above `priority` that may run on `core`, the most important one.
    pub fn take_above(&mut self, priority: u8, core: usize) -> Option<*mut Thread> {
        let above = (usize::from(priority) + 1..PRIORITIES).rev();
        for priority in above.filter(|&priority| self.ready & 1 << priority != 0) {
            let (mut before, mut at): (Option<&Thread>, _) = (None, self.first[priority]);
            // SAFETY: threads in the queue are valid (`push`).
            while let Some(thread) = unsafe { at.as_ref() } {
                if thread.cores & 1 << core != 0 {
                    self.unlink(priority, before, thread);
                    return Some(at);
                }
                (before, at) = (Some(thread), thread.next.get());
            }
        }
        None
    }

    /// Takes `thread` out of the list of `priority`, in which it is behind `before`.
    fn unlink(&mut self, priority: usize, before: Option<&Thread>, thread: &Thread) {
        let next = thread.next.get();
        match before {
            Some(before) => before.next.set(next),
            None => self.first[priority] = next,
        }
        if next.is_null() {
            self.last[priority] = before.map_or(ptr::null_mut(), |before| ptr::from_ref(before).cast_mut());
        }
        if self.first[priority].is_null() {
            self.ready &= !(1 << priority);
        }
        self.len -= 1;
    }

    /// Gives every other thread that may run on `core` to it, the first one included: a list through
    /// `Thread::next`, the most important ones first.
    pub fn take_half(&mut self, core: usize) -> *mut Thread {
        let taken = Cell::new(ptr::null_mut());
        let mut end = &taken;
        let ready = self.ready;
        for priority in (0..PRIORITIES).rev().filter(|&priority| ready & 1 << priority != 0) {
            let first = Cell::new(self.first[priority]);
            let (mut link, mut last, mut take) = (&first, ptr::null_mut(), true);
            // SAFETY: threads in the queue are valid (`push`), those taken out, too.
            while let Some(thread) = unsafe { link.get().as_ref() } {
                let fits = thread.cores & 1 << core != 0;
                if fits && take {
                    thread.core.store(core, Relaxed);
                    end.set(link.get());
                    end = &thread.next;
                    link.set(end.get());
                    self.len -= 1;
                } else {
                    (link, last) = (&thread.next, link.get());
                }
                take ^= fits;
            }
            (self.first[priority], self.last[priority]) = (first.get(), last);
            if last.is_null() {
                self.ready &= !(1 << priority);
            }
        }
        end.set(ptr::null_mut());
        taken.get()
    }

    /// The priorities of the threads that are ready, one bit each.
    #[inline]
    pub fn priorities(&self) -> u32 {
        self.ready
    }

    /// How many threads are ready.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
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
