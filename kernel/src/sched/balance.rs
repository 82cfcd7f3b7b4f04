//! Which core a ready thread goes to.
//!
//! One that becomes ready goes to an idle core if there is one, its last one first; else to the core where it
//! runs soonest. A core without work takes half of what waits on another one. And whoever shares a core while
//! fewer share another one changes to that when a time slice ends, so that all busy threads get about the same
//! share of the board and not only of their core.
//!
//! Priorities hold between cores, too: no core goes on with a thread while a more important one, which may run there,
//! waits on another core. So each core tells the others what it runs and what waits there. Who makes a core run
//! something less important looks for what waits elsewhere, and who makes something wait looks for a core that
//! runs something less important; one of the two sees the other.

use super::{
    CORE, Core, CoreGuard, ONLINE,
    thread::{State, Thread},
};
use crate::{
    arch::aarch64::{CORES, cpu},
    drivers::interrupts,
};
use core::sync::atomic::{
    AtomicBool, AtomicU64, AtomicUsize,
    Ordering::{Relaxed, SeqCst},
    fence,
};

/// The cores that wait for work, one bit each. Who clears a bit sends work to that core.
static IDLE: AtomicUsize = AtomicUsize::new(0);

/// What each core has told the others: [`Load`].
static LOADS: [AtomicU64; CORES] = [const { AtomicU64::new(0) }; CORES];

/// What a core runs and what waits there.
#[derive(Clone, Copy)]
struct Load(u64);

impl Load {
    fn new(core: &Core) -> Self {
        let waiting = core.ready.len() as u64;
        Self(waiting << 32 | u64::from(core.running) << 16 | u64::from(core.ready.priorities()))
    }

    /// What `core` has told last.
    fn of(core: usize) -> Self {
        Self(LOADS[core].load(Relaxed))
    }

    /// How many threads wait.
    fn waiting(self) -> u64 {
        self.0 >> 32
    }

    /// The priority of the running thread.
    fn running(self) -> u8 {
        (self.0 >> 16) as u8
    }

    /// Whether a thread of a higher priority than `priority` waits.
    fn has_above(self, priority: u8) -> bool {
        self.0 & 0xffff & !0u64 << (priority + 1) != 0
    }
}

/// Whether more than one core runs.
static SEVERAL: AtomicBool = AtomicBool::new(false);

/// Says that another core than the first one is about to run.
pub fn is_not_alone() {
    SEVERAL.store(true, Relaxed);
}

/// Whether no other core runs.
#[inline(always)]
fn is_alone() -> bool {
    !SEVERAL.load(Relaxed)
}

/// Tells the other cores what `core`, which is locked, runs and what waits there.
fn tell(core: &Core) {
    LOADS[core.number].store(Load::new(core).0, Relaxed);
}

/// Makes a thread ready.
///
/// # Safety
/// The thread is valid and in no queue, `core` is the one that it belongs to, and interrupts are masked.
#[inline(always)]
pub unsafe fn place(thread: *mut Thread, mut core: CoreGuard) {
    // SAFETY: by contract.
    let record = unsafe { &*thread };
    record.state.set(State::Ready);
    if is_alone() {
        // SAFETY: by contract, and this is the only core.
        unsafe { core.admit(thread) };
        core.consider(record);
    } else {
        // SAFETY: by contract.
        unsafe { place_on_any(thread, core) };
    }
}

/// As [`place`], with several cores to choose from.
///
/// # Safety
/// As for [`place`].
#[inline(never)]
unsafe fn place_on_any(thread: *mut Thread, core: CoreGuard) {
    // SAFETY: by contract.
    let record = unsafe { &*thread };
    let home = record.core.load(Relaxed);
    let target = claim_idle(record.cores, home).unwrap_or_else(|| soonest(record, home));
    // SAFETY: by contract.
    unsafe { send(thread, core, home, target) };
}

/// Puts a thread of the core `home` into the queue of the core `target`.
///
/// # Safety
/// The thread is valid, ready and in no queue, `core` is that of `home`, and interrupts are masked.
unsafe fn send(thread: *mut Thread, mut core: CoreGuard, home: usize, target: usize) {
    // SAFETY: by contract.
    let record = unsafe { &*thread };
    if target != home {
        record.core.store(target, Relaxed);
        drop(core);
        core = CORE[target].lock();
        record.used.set(0); // counts from what the other core's threads have had
    }
    // SAFETY: by contract.
    unsafe { core.admit(thread) };
    tell(&core);
    let (priority, cores, waits) = (record.priority, record.cores, core.running >= record.priority);
    if target == cpu::core() {
        core.consider(record);
        drop(core);
    } else {
        drop(core);
        interrupts::signal(target);
    }
    // From here on the thread may run, and end. If it waits, a core that has just come to run something less important
    // may not have seen that.
    fence(SeqCst);
    let is_less = |&other: &usize| Load::of(other).running() < priority && cores & 1 << other != 0;
    if waits && let Some(other) = others(target).find(is_less) {
        interrupts::signal(other);
    }
}

/// Claims an idle core among `cores`, `preferred` if it is one.
#[inline]
fn claim_idle(cores: usize, preferred: usize) -> Option<usize> {
    loop {
        let idle = IDLE.load(Relaxed) & cores;
        let core = if idle & 1 << preferred != 0 { preferred } else { idle.trailing_zeros() as usize };
        if core >= CORES {
            return None;
        }
        if IDLE.fetch_and(!(1 << core), SeqCst) & 1 << core != 0 {
            return Some(core);
        }
    }
}

/// The cores that run, without `own`, from the next one on.
fn others(own: usize) -> impl Iterator<Item = usize> {
    let online = ONLINE.load(Relaxed);
    (1..CORES).map(move |distance| (own + distance) % CORES).filter(move |core| online & 1 << core != 0)
}

/// Where a thread of the core `home` runs soonest: where it is more important than the running thread, and
/// where fewer wait.
fn soonest(record: &Thread, home: usize) -> usize {
    let rank = |core: usize| {
        let load = Load::of(core);
        (load.running() >= record.priority, load.waiting())
    };
    let may = |core: &usize| record.cores & 1 << core != 0;
    [home].into_iter().chain(others(home)).filter(may).min_by_key(|&core| rank(core)).unwrap_or(home)
}

/// The thread that `core`, the caller's, is to run instead of `next`, the most important one of its queue and taken
/// out of it: one that waits on another core and is more important, or `next` itself.
#[inline(always)]
pub fn most_important(core: &mut Core, next: *mut Thread) -> *mut Thread {
    if is_alone() { next } else { most_important_of_all(core, next) }
}

#[inline(never)]
fn most_important_of_all(core: &mut Core, next: *mut Thread) -> *mut Thread {
    tell(core);
    let Some(pulled) = pull(core.number, core.running) else { return next };
    if next != core.idle {
        // SAFETY: it was just taken out of the queue.
        unsafe { core.ready.insert(next) };
    }
    // SAFETY: it was in the other core's queue, and is nobody's else now.
    let record = unsafe { &*pulled };
    core.ready.admit(record, core.lead);
    core.running = record.priority;
    tell(core);
    pulled
}

/// Takes the first thread above `priority` that waits on another core than `own`, the caller's, and may run there.
fn pull(own: usize, priority: u8) -> Option<*mut Thread> {
    fence(SeqCst);
    for other in others(own).filter(|&other| Load::of(other).has_above(priority)) {
        // The lock is only tried: someone may hold it who waits for the one that is held here.
        let Some(mut core) = CORE[other].try_lock() else {
            interrupts::signal(own); // looks again, soon
            continue;
        };
        if let Some(thread) = core.ready.take_above(priority, own) {
            tell(&core);
            // SAFETY: threads in the queue are valid.
            let record = unsafe { &*thread };
            record.core.store(own, Relaxed);
            record.used.set(0); // as in `send`
            return Some(thread);
        }
    }
    None
}

/// Whether a thread above `priority` waits on another core than `own`, the caller's. It may be one that may not
/// run here.
pub fn waits_elsewhere(own: usize, priority: u8) -> bool {
    !is_alone() && others(own).any(|other| Load::of(other).has_above(priority))
}

/// After a preemption: the first of those that wait for this core goes to another one where it is more important than the
/// running thread, or where fewer wait.
pub fn rotate(mut core: CoreGuard) {
    let own = core.number;
    if is_alone() {
        return;
    }
    let Some(first) = core.ready.priorities().checked_ilog2() else { return };
    let better = |&other: &usize| {
        let load = Load::of(other);
        u32::from(load.running()) < first || load.waiting() < core.ready.len() as u64
    };
    let Some(target) = others(own).find(better) else { return };
    if let Some(thread) = core.ready.pop_for(target) {
        tell(&core);
        // SAFETY: it is valid, was just taken out of this core's queue, and interrupts are masked.
        unsafe { send(thread, core, own, target) };
    }
}

/// Waits for interrupts unless there is work for `core`, the caller's, whose interrupts are masked.
pub fn wait_for_work(core: usize) {
    // Who sends work from now on also sends a signal, which ends the wait even if it came before. Who does not
    // see the bit yet puts its work where it is seen here.
    IDLE.fetch_or(1 << core, SeqCst);
    if !CORE[core].lock().ready.has_from(0) && !steal(core) {
        cpu::wait_for_interrupt();
    }
    IDLE.fetch_and(!(1 << core), SeqCst);
}

/// Takes half of the ready threads of another core into the queue of `core`, the caller's; whether there was
/// one.
fn steal(core: usize) -> bool {
    let stolen = others(core).find_map(|other| {
        let mut other = CORE[other].try_lock()?;
        let first = other.ready.take_half(core);
        tell(&other);
        (!first.is_null()).then_some(first)
    });
    let Some(mut thread) = stolen else { return false };
    let mut own = CORE[core].lock();
    // SAFETY: the threads of the list are valid and in no queue.
    while let Some(record) = unsafe { thread.as_ref() } {
        let next = record.next.get();
        record.used.set(0); // as in `send`
        // SAFETY: as above.
        unsafe { own.admit(thread) };
        thread = next;
    }
    tell(&own);
    true
}
