//! The scheduler: preemptive, by priority, in turn within a priority, and without a tick.
//!
//! The timer interrupts the core only when there is something to decide: at the end of a time slice if another thread of
//! the same priority is ready, and at the earliest deadline of a sleeper. A thread in kernel code is never preempted; the
//! interrupt leaves a note (`Thread::reschedule`), which [`leave_kernel`] honours.

mod queue;
mod sleepers;
pub mod thread;

use crate::{
    arch::aarch64::{
        context::{Context, switch},
        cpu, timer,
    },
    lock::Mutex,
};
use alloc::collections::TryReserveError;
use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{Ordering::SeqCst, compiler_fence},
};
use queue::RunQueue;
use sleepers::Sleepers;
use spin::mutex::SpinMutexGuard;
use thread::{SUPERVISOR, State, Thread};

/// How long a thread runs while others of its priority are ready, in nanoseconds.
const SLICE: u64 = 5_000_000;

/// What the scheduler knows of a core. Locked with interrupts masked only.
struct Core {
    ready: RunQueue,
    sleepers: Sleepers,
    /// Threads that have ended and were not taken yet, linked through `Thread::next`.
    ended: *mut Thread,
    /// [`SLICE`] in ticks.
    slice: u64,
    /// The tick at which the running thread has had its slice.
    slice_end: u64,
    /// The tick for which the timer is set.
    timer: u64,
    /// The cycle counter when the running thread was switched to.
    since: u64,
}

// SAFETY: the threads behind the pointers are only touched by the lock's holder and by the core that runs them.
unsafe impl Send for Core {}

static CORE: Mutex<Core> = Mutex::new(Core {
    ready: RunQueue::new(),
    sleepers: Sleepers::new(),
    ended: ptr::null_mut(),
    slice: 0,
    slice_end: 0,
    timer: u64::MAX,
    since: 0,
});

/// A thread of the kernel's own that lives for ever.
struct StaticThread(UnsafeCell<Thread>);

// SAFETY: a thread's record is touched by the core that runs it and by the scheduler with its lock, as any other's.
unsafe impl Sync for StaticThread {}

/// The thread of `kernel_main`, which becomes the supervisor of the apps.
static MAIN: StaticThread =
    StaticThread(UnsafeCell::new(Thread::new(Context::new(0, 0, 0), SUPERVISOR, ptr::null(), 0)));
/// Runs when no thread is ready.
static IDLE: StaticThread =
    StaticThread(UnsafeCell::new(Thread::new(Context::new(0, 0, 0), 0, ptr::null(), 0)));

/// Makes the caller the main thread. Until then no exception may happen.
pub fn adopt_main() {
    // SAFETY: the record is static.
    unsafe { cpu::set_current(MAIN.0.get()) };
}

/// Prepares for threads, of which `threads` may sleep at one time; from then on interrupts come.
///
/// # Errors
/// If there is no memory for the queue of sleepers.
pub fn init(threads: usize) -> Result<(), TryReserveError> {
    unsafe extern "C" {
        static __idle_stack_top: u8;
    }
    let idle = Context::new(idle as *const () as u64, 0, &raw const __idle_stack_top as u64);
    // SAFETY: nothing uses the idle thread before the first wait.
    unsafe { (*IDLE.0.get()).context = idle };
    let mut core = CORE.lock();
    core.slice = timer::ticks_at(SLICE);
    core.since = cpu::cycles();
    core.sleepers.reserve(threads)?;
    drop(core);
    cpu::unmask_interrupts();
    Ok(())
}

/// The running thread.
#[inline(always)]
pub fn current() -> &'static Thread {
    // SAFETY: a thread's record outlives its run; shared use of its cells is confined to its core.
    unsafe { &*cpu::current() }
}

/// Marks that the running thread is in kernel code.
#[inline(always)]
pub fn enter_kernel(thread: &Thread) {
    thread.in_kernel.set(true);
    compiler_fence(SeqCst);
}

/// Marks that the running thread leaves kernel code, after it gave the core away if it ought to.
#[inline(always)]
pub fn leave_kernel(thread: &Thread) {
    compiler_fence(SeqCst);
    thread.in_kernel.set(false);
    compiler_fence(SeqCst);
    while thread.reschedule.get() {
        thread.in_kernel.set(true);
        yield_now();
        thread.in_kernel.set(false);
        compiler_fence(SeqCst);
    }
}

/// Makes a new thread ready.
///
/// # Safety
/// The thread is valid until [`take_ended`] returns it.
pub unsafe fn start(thread: *mut Thread) {
    cpu::masked(|| {
        let mut core = CORE.lock();
        // SAFETY: by contract; a new thread is in no queue.
        unsafe { core.make_ready(thread) };
    });
}

/// Lets the other ready threads of this priority or a higher one run first.
pub fn yield_now() {
    cpu::mask_interrupts();
    let thread = current();
    thread.reschedule.set(false);
    let mut core = CORE.lock();
    if core.ready.has_from(thread.priority) {
        // SAFETY: the running thread is valid and in no queue.
        unsafe { core.ready.push(cpu::current()) };
        go_on(core);
    } else {
        drop(core);
    }
    cpu::unmask_interrupts();
}

/// Waits until [`wake`] is called for this thread, has been called since its last wait, or `deadline` (in ticks; `u64::MAX`
/// for none) has come.
pub fn wait(deadline: u64) {
    cpu::mask_interrupts();
    let thread = current();
    if !thread.notified.replace(false) {
        thread.reschedule.set(false);
        thread.state.set(State::Blocked);
        thread.deadline.set(deadline);
        let mut core = CORE.lock();
        if deadline != u64::MAX {
            // SAFETY: the running thread is valid and does not sleep.
            unsafe { core.sleepers.insert(cpu::current()) };
        }
        go_on(core);
        thread.notified.set(false);
    }
    cpu::unmask_interrupts();
}

/// Ends the wait of `thread`, or its next one. In interrupt handlers, too.
///
/// # Safety
/// The thread has not been taken by [`take_ended`].
pub unsafe fn wake(thread: *mut Thread) {
    cpu::masked(|| {
        let mut core = CORE.lock();
        // SAFETY: by contract.
        let record = unsafe { &*thread };
        record.notified.set(true);
        if record.state.get() == State::Blocked {
            core.sleepers.remove(record);
            // SAFETY: a blocked thread is valid and in no queue.
            unsafe { core.make_ready(thread) };
        }
    });
}

/// Wakes the supervisor.
pub fn wake_supervisor() {
    // SAFETY: the main thread is static.
    unsafe { wake(MAIN.0.get()) };
}

/// Ends the running thread.
pub fn end_current() -> ! {
    wake_supervisor();
    cpu::mask_interrupts();
    let thread = current();
    thread.state.set(State::Ended);
    let mut core = CORE.lock();
    thread.next.set(core.ended);
    core.ended = cpu::current();
    go_on(core);
    unreachable!("an ended thread runs")
}

/// Takes a thread that has ended; nothing uses it any more.
pub fn take_ended() -> Option<*mut Thread> {
    cpu::masked(|| {
        let mut core = CORE.lock();
        let thread = core.ended;
        // SAFETY: threads in the list are valid until they are taken.
        core.ended = unsafe { thread.as_ref()? }.next.get();
        Some(thread)
    })
}

/// The timer's interrupt: wakes who is due, and notes whether the running thread is to make room.
pub fn on_timer() {
    let mut core = CORE.lock();
    let now = timer::ticks();
    while let Some(thread) = core.sleepers.pop_due(now) {
        // SAFETY: a sleeper is valid and in no run queue.
        unsafe { core.make_ready(thread) };
    }
    let thread = current();
    if now >= core.slice_end && core.ready.has_from(thread.priority) {
        thread.reschedule.set(true);
    }
    core.set_timer(thread);
}

/// After an interrupt of `thread`, whose frame is saved: the thread to go on with.
pub fn after_interrupt(thread: *mut Thread) -> *mut Thread {
    // SAFETY: the running thread's record is valid.
    let record = unsafe { &*thread };
    if !record.reschedule.get() || record.in_kernel.get() {
        return thread;
    }
    record.reschedule.set(false);
    let mut core = CORE.lock();
    // SAFETY: the running thread is valid and in no queue.
    unsafe { core.ready.push(thread) };
    core.choose()
}

/// Switches to the next thread; returns when this one, if it is in a queue or gets into one, runs again.
fn go_on(mut core: SpinMutexGuard<'_, Core, crate::lock::Relax>) {
    let next = core.choose();
    drop(core);
    let from = cpu::current();
    if next != from {
        // SAFETY: interrupts are masked; `next` came from the queue, where threads are valid and saved, or is idle.
        unsafe { switch(from.cast(), next.cast()) };
    }
}

impl Core {
    /// Puts a thread into the run queue and has the running one make room if it is less important.
    ///
    /// # Safety
    /// The thread is valid and in no queue.
    unsafe fn make_ready(&mut self, thread: *mut Thread) {
        // SAFETY: by contract.
        unsafe {
            (*thread).state.set(State::Ready);
            self.ready.push(thread);
        }
        let running = current();
        if self.ready.has_from(running.priority + 1) {
            running.reschedule.set(true);
        } else {
            self.set_timer(running);
        }
    }

    /// Takes the next thread out of the queue, or else the idle one, and accounts for the running one.
    #[inline]
    fn choose(&mut self) -> *mut Thread {
        let next = self.ready.pop().unwrap_or(IDLE.0.get());
        let (running, cycles) = (current(), cpu::cycles());
        running.cycles.set(running.cycles.get() + (cycles - self.since));
        self.since = cycles;
        self.slice_end = timer::ticks() + self.slice;
        // SAFETY: threads in the queue are valid, and the idle one is static.
        self.set_timer(unsafe { &*next });
        next
    }

    /// Sets the timer for the next decision while `running` runs.
    #[inline]
    fn set_timer(&mut self, running: &Thread) {
        let mut tick = self.sleepers.deadline();
        if self.ready.has_from(running.priority) && !running.reschedule.get() {
            tick = tick.min(self.slice_end);
        }
        if tick != self.timer {
            self.timer = tick;
            timer::interrupt_at(tick);
        }
    }
}

/// The idle thread: it waits for interrupts, which make threads ready.
extern "C" fn idle() -> ! {
    loop {
        cpu::mask_interrupts();
        let core = CORE.lock();
        if core.ready.has_from(0) {
            go_on(core);
        } else {
            drop(core);
            cpu::wait_for_interrupt();
        }
        cpu::unmask_interrupts();
    }
}
