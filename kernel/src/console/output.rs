//! What goes out on the serial port: a buffer, which the port's interrupt empties.
//!
//! Who finds the buffer full waits for room and gives the core away meanwhile. Where interrupts are masked, at boot
//! and in a panic, the port is polled instead. Either way bytes leave in the order in which they were written.

use super::{ring::Ring, screen::screen};
use crate::{
    arch::aarch64::cpu,
    drivers::pl011,
    lock::{Mutex, Relax},
    sched::{self, waiters::Waiters},
};
use spin::RelaxStrategy;
use wasi_kernel::WaitQueue;

/// Bytes that are kept until they are sent.
const CAPACITY: usize = 8 << 10;
/// Bytes that are written at once, at most: others' may come between the pieces of what is longer. Writers are
/// woken when there is room for as much, so none waits for ever.
const ATOMIC: usize = CAPACITY / 2;

/// What is to be sent. Locked with interrupts masked.
static WAITING: Mutex<Ring<CAPACITY>> = Mutex::new(Ring::new());

/// Who waits for room.
static WRITERS: Waiters = Waiters::new();

/// Writes `parts` one after another, waiting for room as needed, and shows them if there is a screen. The caller is in
/// kernel code and holds no lock.
pub fn write(parts: &[&[u8]]) {
    if let Some(screen) = screen() {
        screen.write(parts);
    }
    queue(parts);
}

/// Writes `parts` one after another to the port.
fn queue(parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    if length > ATOMIC {
        parts.iter().flat_map(|part| part.chunks(ATOMIC)).for_each(|piece| queue(&[piece]));
    } else if try_write(parts, length) {
    } else if cpu::interrupts_are_masked() {
        while !try_write(parts, length) {
            send();
            Relax::relax();
        }
    } else {
        WRITERS.enter(|| {
            while !try_write(parts, length) {
                sched::wait(u64::MAX);
            }
        });
        // The caller may itself be about to wait for something, whose wake-up may have come here.
        // SAFETY: the running thread has not ended.
        unsafe { sched::wake(cpu::current()) };
    }
}

/// Writes `parts`, of `length` bytes, if there is room for all of them.
fn try_write(parts: &[&[u8]], length: usize) -> bool {
    cpu::masked(|| {
        let mut waiting = WAITING.lock();
        let (has_room, is_idle) = (length <= waiting.room(), waiting.len() == 0);
        if has_room {
            parts.iter().for_each(|part| waiting.extend(part));
            if is_idle {
                pass_on(&mut waiting);
            }
        }
        has_room
    })
}

/// Gives the port what it takes now, and has it interrupt if there is more.
fn pass_on(waiting: &mut Ring<CAPACITY>) {
    let sent = pl011::send(waiting.front());
    waiting.consume(sent);
    pl011::interrupt_on_room(waiting.len() > 0);
}

/// The port has room, or may have: gives it the next bytes and wakes the writers. With interrupts masked.
pub fn send() {
    let mut waiting = WAITING.lock();
    let before = waiting.room();
    pass_on(&mut waiting);
    let after = waiting.room();
    drop(waiting);
    if before < ATOMIC && after >= ATOMIC {
        WRITERS.notify();
    }
}

/// Waits until everything was sent, polling.
pub fn flush() {
    cpu::masked(|| {
        while WAITING.lock().len() > 0 {
            send();
        }
        pl011::flush();
    });
}

/// Takes the buffer, and the screen, from whoever has it locked.
///
/// # Safety
/// No other core goes on.
pub unsafe fn seize() {
    // SAFETY: by contract.
    unsafe {
        WAITING.force_unlock();
        if let Some(screen) = screen() {
            screen.seize();
        }
    }
}
