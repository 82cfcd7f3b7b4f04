//! A board whose kernel hangs starts again: the power manager resets it unless it is told in time that all is
//! well.
//!
//! All is well if the supervisor runs and every core has answered a signal, which takes its interrupt handler.
//! A kernel that has panicked feeds no more, so the board starts again after it, too. The emulator's model
//! resets as soon as the watchdog is set, so there it is left alone.

use crate::{
    arch::aarch64::{CORES, timer},
    drivers::{interrupts, mailbox, power},
    sched,
};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Nanoseconds between two looks.
const INTERVAL: u64 = 4_000_000_000;
/// Seconds without food after which the board is reset; the hardware counts to 15.9.
const PATIENCE: u32 = 15;

/// The cores that have answered, one bit each.
static ANSWERS: AtomicUsize = AtomicUsize::new(0);

/// The watchdog's feeder.
pub struct Watchdog {
    /// The cores that were asked, one bit each.
    asked: usize,
    /// The tick at which it is to look again; `u64::MAX` in the emulator.
    due: u64,
}

impl Watchdog {
    /// Begins to watch, on a board.
    pub fn start() -> Self {
        let due = if mailbox::is_qemu() { u64::MAX } else { timer::ticks() };
        let mut watchdog = Self { asked: 0, due };
        watchdog.feed();
        watchdog
    }

    /// The tick at which [`Watchdog::feed`] is to be called again; `u64::MAX` for never.
    pub fn due(&self) -> u64 {
        self.due
    }

    /// If it is due and all cores have answered, gives the board more time and asks them again.
    pub fn feed(&mut self) {
        let now = timer::ticks();
        if now < self.due {
            return;
        }
        self.due = now + timer::ticks_at(INTERVAL);
        if ANSWERS.load(Relaxed) & self.asked == self.asked {
            power::reset_after(PATIENCE);
            self.asked = sched::cores();
            ANSWERS.store(0, Relaxed);
            (0..CORES).filter(|core| self.asked & 1 << core != 0).for_each(interrupts::signal);
        }
    }

    /// Ends the watch: the board may halt.
    pub fn stop(self) {
        if self.due != u64::MAX {
            power::stay();
        }
    }
}

/// A core's answer to a signal.
pub fn answer(core: usize) {
    ANSWERS.fetch_or(1 << core, Relaxed);
}
