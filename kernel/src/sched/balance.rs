//! Which core a ready thread goes to.
//!
//! One that becomes ready goes to an idle core if there is one, its last one first; else to the core where it
//! runs soonest. A core without work takes half of what waits on another one. And whoever shares a core while
//! fewer share another one changes to that when a time slice ends, so that all busy threads get about the same
//! share of the board and not only of their core.

use super::{
    CORE, Core, CoreGuard, ONLINE,
    thread::{State, Thread},
};
use crate::{
    arch::aarch64::{CORES, cpu},
    drivers::interrupts,
};
use core::sync::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};

/// The cores that wait for work, one bit each. Who clears a bit sends work to that core.
static IDLE: AtomicUsize = AtomicUsize::new(0);

/// Makes a thread ready.
///
/// # Safety
/// The thread is valid and in no queue, `core` is the one that it belongs to, and interrupts are masked.
pub unsafe fn place(thread: *mut Thread, core: CoreGuard) {
    // SAFETY: by contract.
    let record = unsafe { &*thread };
    record.state.set(State::Ready);
    let home = record.core.load(Relaxed);
    let target = claim_idle(record.cores, home).unwrap_or_else(|| soonest(record, home, &core));
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
    core.ready.admit(record, core.lead);
    // SAFETY: by contract.
    unsafe { core.ready.insert(thread) };
    if target == cpu::core() {
        core.reconsider();
    } else {
        drop(core);
        interrupts::signal(target);
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
fn soonest(record: &Thread, home: usize, home_core: &Core) -> usize {
    let rank = |core: &Core| (core.running >= record.priority, core.ready.len());
    let may = |core: &usize| record.cores & 1 << core != 0;
    let mut best = may(&home).then(|| (rank(home_core), home));
    for other in others(home).filter(may) {
        // The lock is only tried: someone may hold it who waits for the one that is held here.
        let Some(core) = CORE[other].try_lock() else { continue };
        let rank = rank(&core);
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, other));
        }
    }
    best.map_or_else(|| others(home).find(may).unwrap_or(home), |(_, core)| core)
}

/// After a preemption: the first of those that wait for this core goes to another one where fewer wait.
pub fn rotate(mut core: CoreGuard) {
    let own = cpu::core();
    if ONLINE.load(Relaxed) == 1 << own {
        return;
    }
    let fewer =
        |other: &usize| CORE[*other].try_lock().is_some_and(|other| other.ready.len() < core.ready.len());
    let Some(target) = others(own).find(fewer) else { return };
    if let Some(thread) = core.ready.pop_for(target) {
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
        let first = CORE[other].try_lock()?.ready.take_half(core);
        (!first.is_null()).then_some(first)
    });
    let Some(mut thread) = stolen else { return false };
    let mut own = CORE[core].lock();
    // SAFETY: the threads of the list are valid and in no queue.
    while let Some(record) = unsafe { thread.as_ref() } {
        let next = record.next.get();
        record.used.set(0); // as in `send`
        own.ready.admit(record, own.lead);
        // SAFETY: as above.
        unsafe { own.ready.insert(thread) };
        thread = next;
    }
    true
}
