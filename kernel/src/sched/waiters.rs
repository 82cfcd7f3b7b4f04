//! Threads that wait for the same thing: for bytes, or for room.

use super::{thread::Thread, wake_masked};
use crate::{arch::aarch64::cpu, lock::Mutex};
use core::{
    cell::Cell,
    ptr,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// The waiting threads. Locked with interrupts masked, as interrupt handlers notify, too.
pub struct Waiters {
    list: Mutex<List>,
    /// Whether there is one in the list.
    any: AtomicBool,
}

/// The waiting threads in the order in which they came; null if there are none.
struct List {
    first: *const Waiter,
    last: *const Waiter,
}

// SAFETY: what the pointers lead to is only touched by the lock's holder.
unsafe impl Send for List {}

/// A thread that waits, on its own stack.
struct Waiter {
    thread: *mut Thread,
    next: Cell<*const Waiter>,
}

impl Waiters {
    /// Nobody waits.
    pub const fn new() -> Self {
        Self { list: Mutex::new(List { first: ptr::null(), last: ptr::null() }), any: AtomicBool::new(false) }
    }
}

impl Default for Waiters {
    fn default() -> Self {
        Self::new()
    }
}

impl List {
    /// Adds `waiter` at the end.
    fn push(&mut self, waiter: &Waiter) {
        // SAFETY: who is in the list waits in `Waiters::enter`.
        match unsafe { self.last.as_ref() } {
            Some(last) => last.next.set(waiter),
            None => self.first = waiter,
        }
        self.last = waiter;
    }

    /// Takes `waiter` out, which is in it.
    fn remove(&mut self, waiter: &Waiter) {
        let mut before: Option<&Waiter> = None;
        let mut at = self.first;
        while !ptr::eq(at, waiter) {
            // SAFETY: who is in the list waits in `Waiters::enter`; the end is not reached.
            before = Some(unsafe { &*at });
            at = before.map_or(ptr::null(), |before| before.next.get());
        }
        match before {
            Some(before) => before.next.set(waiter.next.get()),
            None => self.first = waiter.next.get(),
        }
        if ptr::eq(self.last, waiter) {
            self.last = before.map_or(ptr::null(), ptr::from_ref);
        }
    }
}

impl wasi_kernel::WaitQueue for Waiters {
    #[inline(always)]
    fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        // Nothing leaves this function before its end: the kernel does not unwind, and a thread that is to end does so when
        // it leaves the kernel. So the record stays valid while it is in the list.
        let waiter = Waiter { thread: cpu::current(), next: Cell::new(ptr::null()) };
        self.add(&waiter);
        let result = work();
        self.remove(&waiter);
        result
    }

    #[inline]
    fn notify(&self) {
        // What is waited for changes under a lock, under which a waiter looks for it after it came: if that was before the
        // change, the waiter is seen here.
        if self.any.load(Relaxed) {
            self.wake_all();
        }
    }
}

impl Waiters {
    #[inline(never)]
    fn add(&self, waiter: &Waiter) {
        cpu::masked(|| {
            let mut list = self.list.lock();
            list.push(waiter);
            self.any.store(true, Relaxed);
        });
    }

    #[inline(never)]
    fn remove(&self, waiter: &Waiter) {
        cpu::masked(|| {
            let mut list = self.list.lock();
            list.remove(waiter);
            self.any.store(!list.first.is_null(), Relaxed);
        });
    }

    #[inline(never)]
    fn wake_all(&self) {
        cpu::masked(|| {
            let list = self.list.lock();
            let mut at = list.first;
            // SAFETY: who is in the list waits in `Waiters::enter`.
            while let Some(waiter) = unsafe { at.as_ref() } {
                at = waiter.next.get();
                // SAFETY: as above, so it has not ended.
                unsafe { wake_masked(waiter.thread) };
            }
        });
    }
}
