//! Spin locks.
//!
//! A thread that holds one is never preempted: it is in a call into the kernel (`sched`), or has interrupts
//! masked. What an interrupt handler locks, too, is locked with interrupts masked.

/// A lock around a `T`.
pub type Mutex<T> = spin::mutex::SpinMutex<T, Relax>;

/// How a core waits for a lock that another core holds.
#[derive(Debug)]
pub struct Relax;

impl spin::RelaxStrategy for Relax {
    fn relax() {
        // SAFETY: a hint. Under QEMU's -icount it lets another core run, which `spin_loop`'s ISB does not.
        unsafe { core::arch::asm!("yield", options(nomem, nostack, preserves_flags)) };
    }
}
