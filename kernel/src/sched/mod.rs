//! The scheduler: preemptive, by priority, fair within a priority, and without a tick.
//!
//! Each core has a run queue and its sleepers. The timer interrupts a core only when there is something to
//! decide: when the running thread has used the core for longer than another ready one of its priority, when
//! it has run for as long as it may at all, and at the earliest deadline of a sleeper. A thread in kernel code
//! is never preempted; the interrupt leaves a note (`Thread::reschedule`), which [`leave_kernel`] honours.
//!
//! Which core a ready thread goes to is decided in [`balance`].

mod balance;
mod queue;
mod sleepers;
pub mod thread;
pub mod waiters;

use crate::{
    arch::aarch64::{
        CORES, boot,
        context::{Context, switch},
        cpu, timer,
    },
    lock::{Mutex, Relax},
    wasm::{program::End, trap},
};
use alloc::collections::TryReserveError;
use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{
        AtomicUsize,
        Ordering::{Relaxed, SeqCst},
        compiler_fence,
    },
};
use queue::RunQueue;
use sleepers::Sleepers;
use spin::{RelaxStrategy, mutex::SpinMutexGuard};
use thread::{SUPERVISOR, State, Thread};

/// By how much more than another ready thread of its priority a thread may have used the core before it makes
/// room, in nanoseconds. Two busy threads so take turns of twice that.
const LEAD: u64 = 2_500_000;

/// What the scheduler knows of a core. Locked with interrupts masked only. Who holds one lock only tries to get
/// a second.
struct Core {
    /// Which core it is.
    number: usize,
    /// Runs when no other thread is ready.
    idle: *mut Thread,
    ready: RunQueue,
    sleepers: Sleepers,
    /// The priority of the running thread.
    running: u8,
    /// [`LEAD`] in ticks.
    lead: u64,
    /// The tick up to which the running thread's use of the core was added up.
    charged: u64,
    /// The tick for which the timer is set; `u64::MAX` if it is off.
    timer: u64,
    /// The cycle counter when the running thread was switched to.
    since: u64,
}

type CoreGuard = SpinMutexGuard<'static, Core, Relax>;

// SAFETY: the threads behind the pointers are only touched by the lock's holder and by the core that runs
// them.
unsafe impl Send for Core {}

static CORE: [Mutex<Core>; CORES] = [const {
    Mutex::new(Core {
        number: 0,
        idle: ptr::null_mut(),
        ready: RunQueue::new(),
        sleepers: Sleepers::new(),
        running: 0,
        lead: 0,
        charged: 0,
        timer: u64::MAX,
        since: 0,
    })
}; CORES];

/// The cores that run, one bit each.
static ONLINE: AtomicUsize = AtomicUsize::new(0);
/// Threads that have ended and were not taken yet, linked through `Thread::next`.
struct Ended(*mut Thread);

// SAFETY: an ended thread is only touched by the lock's holder.
unsafe impl Send for Ended {}

static ENDED: Mutex<Ended> = Mutex::new(Ended(ptr::null_mut()));

/// A thread of the kernel's own that lives for ever.
struct StaticThread(UnsafeCell<Thread>);

// SAFETY: a thread's record is touched by the core that runs it and by the scheduler with its lock, as any
// other's.
unsafe impl Sync for StaticThread {}

impl StaticThread {
    const fn running(priority: u8) -> Self {
        Self(UnsafeCell::new(Thread::new(Context::running(), priority, ptr::null(), 0)))
    }
}

/// The thread of `kernel_main`, which becomes the supervisor of the apps.
static MAIN: StaticThread = StaticThread::running(SUPERVISOR);
/// Run when no thread is ready.
static IDLE_THREADS: [StaticThread; CORES] = [const { StaticThread::running(0) }; CORES];

/// Makes the caller, on core 0, the main thread. Until then no exception may happen.
pub fn adopt_main() {
    let idle = Context::new(idle as *const () as u64, 0, boot::idle_stack_top(0));
    // SAFETY: the records are static, and nothing uses core 0's idle thread before the first wait.
    unsafe {
        (*IDLE_THREADS[0].0.get()).context = idle;
        cpu::set_current(MAIN.0.get());
    }
}

/// Makes the caller, on another core, that core's idle thread. Until then no exception may happen.
pub fn adopt_idle(core: usize) {
    let thread = IDLE_THREADS[core].0.get();
    // SAFETY: the record is static, and only this core uses it.
    unsafe {
        (*thread).core.store(core, Relaxed);
        cpu::set_current(thread);
    }
}

/// Prepares this core's queues. The timer knows its frequency, and the cycle counter counts.
pub fn init_core() {
    let number = cpu::core();
    cpu::set_local(&raw const CORE[number] as u64);
    let mut core = this().lock();
    core.number = number;
    core.idle = IDLE_THREADS[number].0.get();
    core.lead = timer::ticks_at(LEAD);
    core.since = cpu::cycles();
    if ONLINE.load(Relaxed) != 0 {
        balance::is_not_alone();
    }
    ONLINE.fetch_or(1 << number, Relaxed);
}

/// This core's queues. With interrupts masked only, or the thread may go on on another core.
#[inline(always)]
fn this() -> &'static Mutex<Core> {
    // SAFETY: `init_core`, the first that a core does here, has put the address of a static there.
    unsafe { &*(cpu::local() as *const Mutex<Core>) }
}

/// Prepares for `threads` sleepers at one time; from then on interrupts come to the caller's core.
///
/// # Errors
/// If there is no memory for the queues of sleepers.
pub fn init(threads: usize) -> Result<(), TryReserveError> {
    for core in &CORE {
        cpu::masked(|| core.lock().sleepers.reserve(threads))?;
    }
    cpu::unmask_interrupts();
    Ok(())
}

/// The cores that run, one bit each.
pub fn cores() -> usize {
    ONLINE.load(Relaxed)
}

/// Those of `cores` that run, one bit each; all that run if none of them does. Where the other cores still
/// start, it waits for `cores` for a while.
pub fn permitted(cores: usize) -> usize {
    /// In nanoseconds; they take less than a tenth of that from the firmware's stub to their queues.
    const PATIENCE: u64 = 10_000_000;
    const ALL: usize = (1 << CORES) - 1;
    let wanted = cores & ALL;
    let deadline = timer::ticks() + timer::ticks_at(PATIENCE);
    while wanted != ALL && wanted & !self::cores() != 0 && timer::ticks() < deadline {
        Relax::relax();
    }
    // All cores stay allowed to those that do not care, also when some start later.
    if wanted == ALL || wanted & self::cores() == 0 { ALL } else { wanted & self::cores() }
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

/// Marks that the running thread leaves kernel code, after it gave the core away if it ought to. Does not
/// return if the thread has run for as long as it may; so the caller owns nothing.
#[inline(always)]
pub fn leave_kernel(thread: &Thread) {
    compiler_fence(SeqCst);
    thread.in_kernel.set(false);
    compiler_fence(SeqCst);
    if thread.reschedule.get() {
        make_room(thread);
    }
}

/// Gives the core away as often as it ought to before the thread leaves kernel code.
#[cold]
#[inline(never)]
fn make_room(thread: &Thread) {
    while thread.reschedule.get() {
        thread.in_kernel.set(true);
        if thread.is_exhausted() {
            trap::exit(End::OutOfTime);
        }
        give_way();
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
        // SAFETY: by contract; a new thread is in no queue, and nobody else knows it.
        unsafe {
            (*thread).core.store(cpu::core(), Relaxed);
            balance::place(thread, this().lock());
        }
    });
}

/// Lets whoever ought to run instead of the running thread do so.
fn give_way() {
    cpu::mask_interrupts();
    current().reschedule.set(false);
    let mut core = this().lock();
    // SAFETY: the running thread is valid and in no queue.
    unsafe { core.ready.insert(cpu::current()) };
    let next = core.choose();
    if next == cpu::current() {
        drop(core);
    } else {
        // It may go on elsewhere as soon as its registers are saved.
        balance::rotate(core);
        leave_for(next);
    }
    cpu::unmask_interrupts();
}

/// Lets the other ready threads of this priority or a higher one run first.
#[inline(always)]
pub fn yield_now() {
    let thread = current();
    if thread.reschedule.get() {
        return give_way();
    }
    cpu::mask_interrupts();
    let mut core = this().lock();
    // SAFETY: the running thread is valid and in no queue.
    if let Some(next) = unsafe { core.ready.rotate(cpu::current()) } {
        core.account_equal(next);
        drop(core);
        leave_for(next);
    } else {
        drop(core);
    }
    cpu::unmask_interrupts();
}

/// Waits until [`wake`] is called for this thread, has been called since its last wait, or `deadline` (in
/// ticks; `u64::MAX` for none) has come.
pub fn wait(deadline: u64) {
    cpu::mask_interrupts();
    let thread = current();
    let mut core = this().lock();
    if thread.notified.replace(false) {
        drop(core);
    } else {
        thread.reschedule.set(false);
        thread.state.set(State::Blocked);
        thread.deadline.set(deadline);
        if deadline != u64::MAX {
            // SAFETY: the running thread is valid and does not sleep.
            unsafe { core.sleepers.insert(cpu::current()) };
        }
        go_on(core);
    }
    cpu::unmask_interrupts();
}

/// Ends the wait of `thread`, or its next one. In interrupt handlers, too.
///
/// # Safety
/// The thread has not been taken by [`take_ended`].
pub unsafe fn wake(thread: *mut Thread) {
    // SAFETY: by contract.
    cpu::masked(|| unsafe { wake_masked(thread) });
}

/// As [`wake`], with interrupts masked.
///
/// # Safety
/// As for [`wake`].
unsafe fn wake_masked(thread: *mut Thread) {
    // SAFETY: by contract.
    let record = unsafe { &*thread };
    let mut core = loop {
        let home = record.core.load(Relaxed);
        // SAFETY: `Thread::core` is the number of one.
        let core = unsafe { CORE.get_unchecked(home) }.lock();
        // It may have moved to another core meanwhile, but not while the right lock is held.
        if record.core.load(Relaxed) == home {
            break core;
        }
    };
    if record.state.get() == State::Blocked {
        if record.deadline.get() != u64::MAX {
            core.sleepers.remove(record);
        }
        // SAFETY: a blocked thread is valid and in no queue; this is its core's lock.
        unsafe { balance::place(thread, core) };
    } else {
        record.notified.set(true);
    }
}

/// Wakes the supervisor.
fn wake_supervisor() {
    // SAFETY: the main thread is static.
    unsafe { wake(MAIN.0.get()) };
}

/// Ends the running thread.
pub fn end_current() -> ! {
    cpu::mask_interrupts();
    let thread = current();
    thread.state.set(State::Ended);
    let mut ended = ENDED.lock();
    thread.next.set(ended.0);
    ended.0 = cpu::current();
    drop(ended);
    wake_supervisor();
    go_on(this().lock());
    unreachable!("an ended thread runs")
}

/// Takes a thread that has ended; nothing uses it any more.
pub fn take_ended() -> Option<*mut Thread> {
    let thread = cpu::masked(|| {
        let mut ended = ENDED.lock();
        let thread = ended.0;
        // SAFETY: threads in the list are valid until they are taken.
        ended.0 = unsafe { thread.as_ref()? }.next.get();
        Some(thread)
    })?;
    // SAFETY: it is this function's caller's now. Its core may still be about to leave it.
    unsafe { (*thread).context.wait_released() };
    Some(thread)
}

/// The timer's interrupt: wakes who is due, and notes whether the running thread is to make room.
pub fn on_timer() {
    loop {
        let mut core = this().lock();
        match core.sleepers.pop_due(timer::ticks()) {
            // SAFETY: a sleeper is valid, in no run queue and of this core.
            Some(thread) => unsafe { balance::place(thread, core) },
            None => {
                core.timer = u64::MAX;
                timer::interrupt_at(u64::MAX);
                core.reconsider();
                return;
            }
        }
    }
}

/// Another core's signal: it has put a thread into this core's queue.
pub fn on_signal() {
    this().lock().reconsider();
}

/// After an interrupt of `thread`, whose frame is saved: the thread to go on with.
pub fn after_interrupt(thread: *mut Thread) -> *mut Thread {
    // SAFETY: the running thread's record is valid.
    let record = unsafe { &*thread };
    if !record.reschedule.get() || record.in_kernel.get() {
        return thread;
    }
    record.reschedule.set(false);
    let mut core = this().lock();
    // SAFETY: the running thread is valid and in no queue.
    unsafe { core.ready.insert(thread) };
    let next = core.choose();
    if next != thread {
        record.context.release();
        balance::rotate(core);
    }
    next
}

/// Switches to the next thread; returns when this one, if it is in a queue or gets into one, runs again.
fn go_on(mut core: CoreGuard) {
    let next = core.choose();
    drop(core);
    if next != cpu::current() {
        leave_for(next);
    }
}

/// Switches to `next`, another thread, which [`Core::choose`] or the like has chosen.
#[inline(always)]
fn leave_for(next: *mut Thread) {
    // SAFETY: interrupts are masked; `next` came from the queue, where threads are valid and saved or about to
    // be, or is this core's idle thread.
    unsafe { switch(cpu::current().cast(), next.cast()) };
}

impl Core {
    /// Adds up the running thread's use of the core.
    #[inline]
    fn charge(&mut self, running: &Thread) {
        let now = timer::ticks_about();
        // Wrapping, as one that is read early may lie before the last.
        let time = now.wrapping_sub(self.charged);
        running.used.set(running.used.get().wrapping_add(time));
        running.spent.set(running.spent.get().wrapping_add(time));
        self.charged = now;
    }

    /// Adds a thread, which has waited or comes from elsewhere, to those that are ready.
    ///
    /// # Safety
    /// It is valid, ready, and in no queue.
    unsafe fn admit(&mut self, thread: *mut Thread) {
        // SAFETY: by contract.
        unsafe {
            self.ready.admit(&*thread, self.lead);
            self.ready.insert(thread);
        }
    }

    /// Takes the next thread out of the queue, or another core's if that is more important, or else the idle one, and
    /// accounts for the running one.
    fn choose(&mut self) -> *mut Thread {
        let next = self.ready.pop().unwrap_or(self.idle);
        // SAFETY: threads in the queue are valid, and the idle ones are static.
        self.running = unsafe { &*next }.priority;
        let next = balance::most_important(self, next);
        self.account(next);
        next
    }

    /// Adds up what the running thread has used, before a switch to `next`.
    #[inline(always)]
    fn account(&mut self, next: *mut Thread) {
        self.count(current());
        // SAFETY: threads in the queue are valid, and the idle ones are static.
        let next = unsafe { &*next };
        // No thread of a higher priority is ready: nothing is to be decided before this one has its lead.
        let turn = |used: u64| self.charged + self.lead + used.saturating_sub(next.used.get());
        let turn = self.ready.first_used(next.priority).map_or(u64::MAX, turn);
        self.set_timer(turn.min(self.exhausted_at(next)));
    }

    /// As [`Core::account`] for a thread of the same priority, when others of it are ready.
    #[inline(always)]
    fn account_equal(&mut self, next: *mut Thread) {
        self.count(current());
        // SAFETY: as there.
        let exhausted = self.exhausted_at(unsafe { &*next });
        self.set_timer(exhausted.min(self.charged + self.lead));
    }

    /// Adds up what the running thread has used.
    #[inline(always)]
    fn count(&mut self, running: &Thread) {
        let cycles = cpu::cycles();
        running.cycles.set(running.cycles.get() + (cycles - self.since));
        self.since = cycles;
        self.charge(running);
    }

    /// The tick at which `running` will have run for as long as it may; `u64::MAX` for never.
    #[inline(always)]
    fn exhausted_at(&self, running: &Thread) -> u64 {
        match running.limit {
            u64::MAX => u64::MAX,
            limit => self.charged + limit.saturating_sub(running.spent.get()),
        }
    }

    /// Notes that the running thread is to make room for `thread`, which has become ready, if that is more important; sets
    /// the timer for the end of its turn if they are equal.
    #[inline]
    fn consider(&mut self, thread: &Thread) {
        let running = current();
        if thread.priority > running.priority {
            running.reschedule.set(true);
        } else if let Some(used) = self.ready.first_used(running.priority) {
            // What it has used since then moves both ends alike.
            let rest = (used + self.lead).saturating_sub(running.used.get());
            let end = self.charged.saturating_add(rest);
            if end <= timer::ticks_about() {
                running.reschedule.set(true);
            } else {
                self.set_timer(end);
            }
        }
    }

    /// Notes whether the running thread is to make room: for one that is more important, for one over which it
    /// has its lead, or because it has run for as long as it may. Or else sets the timer for that.
    fn reconsider(&mut self) {
        let running = current();
        self.charge(running);
        let end = self.ready.first_used(running.priority).map_or(u64::MAX, |used| used + self.lead);
        let makes_room = self.ready.has_from(running.priority + 1)
            || running.used.get() >= end
            || balance::waits_elsewhere(self.number, running.priority);
        if makes_room || running.is_exhausted() {
            running.reschedule.set(true);
            self.set_timer(u64::MAX);
        } else {
            let turn = self.charged.saturating_add(end - running.used.get());
            self.set_timer(turn.min(self.exhausted_at(running)));
        }
    }

    /// Sees to it that the timer interrupts at `tick` and at the earliest sleeper's deadline, or before.
    #[inline(always)]
    fn set_timer(&mut self, tick: u64) {
        let tick = tick.min(self.sleepers.deadline());
        // An interrupt too early costs less than setting the timer at every switch.
        if tick < self.timer {
            self.timer = tick;
            timer::interrupt_at(tick);
        }
    }
}

/// The idle thread: it waits for interrupts, which make threads ready.
pub extern "C" fn idle() -> ! {
    loop {
        cpu::mask_interrupts();
        let number = cpu::core();
        balance::wait_for_work(number);
        let core = CORE[number].lock();
        if core.ready.has_from(0) {
            go_on(core);
        } else {
            drop(core);
        }
        cpu::unmask_interrupts();
    }
}
