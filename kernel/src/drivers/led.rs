//! The green LED of a Model B. It is on from the kernel's entry (`bsp/early.rs`) to its end, which it tells by blinking.

use super::mailbox;
use crate::arch::aarch64::{cpu, timer};

/// How long it is on, how long it is off between two times, and how long after the last one, in nanoseconds.
const ON: u64 = 200_000_000;
const OFF: u64 = 300_000_000;
const PAUSE: u64 = 1_500_000_000;

/// Blinks so many times, again and again, for ever; with 0 it is off.
pub fn blink(times: u32) -> ! {
    cpu::mask_interrupts();
    mailbox::set_led(false);
    if times == 0 {
        cpu::halt();
    }
    loop {
        for _ in 0..times {
            mailbox::set_led(true);
            wait(ON);
            mailbox::set_led(false);
            wait(OFF);
        }
        wait(PAUSE);
    }
}

fn wait(nanos: u64) {
    let end = timer::ticks() + timer::ticks_at(nanos);
    timer::interrupt_at(end);
    while timer::ticks() < end {
        cpu::wait_for_interrupt();
    }
}
