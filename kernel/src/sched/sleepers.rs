//! Threads that wait for a point in time: a binary heap, each thread knowing its place in it.

use super::thread::Thread;
use alloc::{collections::TryReserveError, vec::Vec};

/// Waiting threads, the one with the earliest deadline first.
pub struct Sleepers {
    heap: Vec<*mut Thread>,
    /// The earliest deadline, `u64::MAX` if nobody waits.
    deadline: u64,
}

impl Sleepers {
    /// Nobody waits.
    pub const fn new() -> Self {
        Self { heap: Vec::new(), deadline: u64::MAX }
    }

    /// Makes room for `count` threads at one time, so that [`Sleepers::insert`] allocates nothing.
    ///
    /// # Errors
    /// If there is no memory for them.
    pub fn reserve(&mut self, count: usize) -> Result<(), TryReserveError> {
        self.heap.try_reserve(count.saturating_sub(self.heap.len()))
    }

    fn thread(&self, place: usize) -> &Thread {
        // SAFETY: threads in the heap are valid (`insert`).
        unsafe { &*self.heap[place] }
    }

    /// Whether the thread at one place is due before the one at the other.
    fn before(&self, a: usize, b: usize) -> bool {
        self.thread(a).deadline.get() < self.thread(b).deadline.get()
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.thread(a).sleeper.set(a);
        self.thread(b).sleeper.set(b);
    }

    fn sift_up(&mut self, mut place: usize) {
        while place > 0 && self.before(place, (place - 1) / 2) {
            self.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    fn sift_down(&mut self, mut place: usize) {
        loop {
            let (left, right) = (2 * place + 1, 2 * place + 2);
            let mut least = place;
            if left < self.heap.len() && self.before(left, least) {
                least = left;
            }
            if right < self.heap.len() && self.before(right, least) {
                least = right;
            }
            if least == place {
                return;
            }
            self.swap(place, least);
            place = least;
        }
    }

    /// Adds a thread, which waits for its deadline.
    ///
    /// # Safety
    /// The thread is valid, not among the sleepers, and stays valid until it is removed.
    pub unsafe fn insert(&mut self, thread: *mut Thread) {
        let place = self.heap.len();
        self.heap.push(thread);
        self.thread(place).sleeper.set(place);
        self.sift_up(place);
        self.note_deadline();
    }

    fn note_deadline(&mut self) {
        self.deadline = if self.heap.is_empty() { u64::MAX } else { self.thread(0).deadline.get() };
    }

    /// Removes a thread, if it is among the sleepers.
    pub fn remove(&mut self, thread: &Thread) {
        let place = thread.sleeper.replace(usize::MAX);
        if place == usize::MAX {
            return;
        }
        self.heap.swap_remove(place);
        if place < self.heap.len() {
            self.thread(place).sleeper.set(place);
            self.sift_up(place);
            self.sift_down(place);
        }
        self.note_deadline();
    }

    /// The earliest deadline, `u64::MAX` if nobody waits.
    #[inline]
    pub fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Removes a thread whose deadline is `now` or earlier.
    pub fn pop_due(&mut self, now: u64) -> Option<*mut Thread> {
        if self.deadline() > now {
            return None;
        }
        let thread = self.heap[0];
        // SAFETY: threads in the heap are valid.
        self.remove(unsafe { &*thread });
        Some(thread)
    }
}
