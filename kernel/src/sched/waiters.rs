//! Threads that wait for the same thing: for bytes, or for room.

use super::{thread::Thread, wake};
use crate::{arch::aarch64::cpu, lock::Mutex};
use alloc::vec::Vec;

/// The waiting threads. Locked with interrupts masked, as interrupt handlers notify, too.
#[derive(Default)]
pub struct Waiters(Mutex<Vec<Waiter>>);

/// A thread that waits.
#[derive(PartialEq)]
struct Waiter(*mut Thread);

// SAFETY: a waiting thread is only woken, through the scheduler.
unsafe impl Send for Waiter {}

impl Waiters {
    /// Nobody waits.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl wasi_kernel::WaitQueue for Waiters {
    fn enter(&self, work: &mut dyn FnMut()) {
        let this = || Waiter(cpu::current());
        cpu::masked(|| self.0.lock().push(this()));
        work();
        cpu::masked(|| self.0.lock().retain(|other| *other != this()));
    }

    fn notify(&self) {
        cpu::masked(|| {
            for waiter in &*self.0.lock() {
                // SAFETY: it is in `enter`, whose caller has not ended: a panic, which `work` might end by, does not
                // unwind.
                unsafe { wake(waiter.0) };
            }
        });
    }
}
