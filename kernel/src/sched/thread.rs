//! A thread's record.

use crate::arch::aarch64::context::Context;
use crate::wasm::{
    program::{Outside, Program},
    stack::CALL,
};
use core::{cell::Cell, ptr, sync::atomic::AtomicUsize};

/// Priorities: the apps' 0 to 7, and above them the supervisor's.
pub const PRIORITIES: usize = 9;
/// The supervisor's priority.
pub const SUPERVISOR: u8 = 8;

/// What a thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It runs on a core, or waits in a run queue.
    Ready,
    /// It waits to be woken or for its deadline.
    Blocked,
    /// It has ended and never runs again.
    Ended,
}

/// A `Cell<bool>` that is read by one instruction less: any value but 0 is true.
#[derive(Debug)]
pub struct Flag(Cell<u32>);

impl Flag {
    /// A flag that is set or not.
    pub const fn new(value: bool) -> Self {
        Self(Cell::new(value as u32))
    }

    /// Whether it is set.
    #[inline(always)]
    pub fn get(&self) -> bool {
        self.0.get() != 0
    }

    /// Sets it or not.
    #[inline(always)]
    pub fn set(&self, value: bool) {
        self.0.set(value.into());
    }
}

/// A thread. Its address is what `TPIDR_EL1` holds while it runs, and the vectors save registers at its
/// start.
///
/// The fields below the first belong to the thread's own core: the thread changes them in kernel code,
/// interrupts only set `reschedule`. The scheduler's are guarded by a core's lock.
#[repr(C)]
#[derive(Debug)]
pub struct Thread {
    /// Its registers while it does not run.
    pub context: Context,
    /// Whether it is in kernel code, where it is not preempted.
    pub in_kernel: Flag,
    /// Whether another thread is to run as soon as it is not in kernel code.
    pub reschedule: Flag,
    /// The lowest stack pointer with which a call into the kernel has its stack: [`CALL`] above
    /// [`Thread::stack_mapped`].
    pub stack_enough: Cell<u64>,
    /// What it runs; null for the kernel's own threads.
    pub program: *const Program,
    /// What that may reach by WASI; null for nothing.
    pub outside: *const Outside,
    /// Cycles that it has run, up to the last time that it was switched to.
    pub cycles: Cell<u64>,
    /// 0 (lowest) to 8.
    pub(super) priority: u8,
    /// The cores that may run it, one bit each.
    pub(super) cores: usize,
    /// Ticks that it may run; `u64::MAX` for no limit.
    pub(super) limit: u64,
    /// Ticks that it has run.
    pub(super) spent: Cell<u64>,
    /// The core whose lock guards the fields below: the one that runs it, has it in its queues, or ran it
    /// last.
    pub(super) core: AtomicUsize,
    /// What it does.
    pub(super) state: Cell<State>,
    /// Set by a wake-up that comes before the wait.
    pub(super) notified: Cell<bool>,
    /// Virtual time: the ticks that it has run, as its run queue counts them.
    pub(super) used: Cell<u64>,
    /// The next in the same run queue.
    pub(super) next: Cell<*mut Thread>,
    /// The tick at which a wait ends.
    pub(super) deadline: Cell<u64>,
    /// Its place among the sleepers, or `usize::MAX`.
    pub(super) sleeper: Cell<usize>,
}

impl Thread {
    /// A thread of `program` (null for a kernel thread) that is not in any queue yet and begins as its
    /// context says.
    ///
    /// # Panics
    /// If there is no such priority.
    pub const fn new(context: Context, priority: u8, program: *const Program, stack_mapped: u64) -> Self {
        assert!((priority as usize) < PRIORITIES);
        Self {
            context,
            in_kernel: Flag::new(program.is_null()),
            reschedule: Flag::new(false),
            stack_enough: Cell::new(stack_mapped + CALL),
            program,
            outside: ptr::null(),
            cycles: Cell::new(0),
            priority,
            cores: usize::MAX,
            limit: u64::MAX,
            spent: Cell::new(0),
            core: AtomicUsize::new(0),
            state: Cell::new(State::Ready),
            notified: Cell::new(false),
            used: Cell::new(0),
            next: Cell::new(ptr::null_mut()),
            deadline: Cell::new(u64::MAX),
            sleeper: Cell::new(usize::MAX),
        }
    }

    /// The lowest address of its stack that has memory; from there to the stack's top there are no gaps.
    pub fn stack_mapped(&self) -> u64 {
        self.stack_enough.get() - CALL
    }

    /// Notes that its stack has memory from `address` on.
    pub fn set_stack_mapped(&self, address: u64) {
        self.stack_enough.set(address + CALL);
    }

    /// Lets only `cores` run it, one bit each and at least one of them online, and for `limit` ticks at most.
    pub fn confine(&mut self, cores: usize, limit: u64) {
        self.cores = cores;
        self.limit = limit;
    }

    /// Whether it has run for as long as it may.
    #[inline(always)]
    pub fn is_exhausted(&self) -> bool {
        self.spent.get() >= self.limit
    }
}
