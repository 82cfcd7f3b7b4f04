//! The board as WASI needs it.

use crate::{
    arch::aarch64::timer,
    drivers::rng,
    sched::{self, waiters::Waiters},
};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use wasi_kernel::{Clock, Result, System};

/// What processes need of the kernel.
#[derive(Debug, Clone, Copy)]
pub struct Board;

/// Nanoseconds since 1970 at power-on. The board has no clock that runs without power: 0 until someone knows
/// better.
static POWER_ON: AtomicU64 = AtomicU64::new(0);

/// Sets the time of day, in nanoseconds since 1970.
pub fn set_realtime(now: u64) {
    POWER_ON.store(now.saturating_sub(timer::now()), Relaxed);
}

impl Clock for Board {
    #[inline(always)]
    fn realtime(&self) -> u64 {
        POWER_ON.load(Relaxed) + timer::now()
    }

    #[inline(always)]
    fn stamp(&self) -> u64 {
        timer::ticks_about()
    }

    #[inline(always)]
    fn time_of(&self, stamp: u64) -> u64 {
        POWER_ON.load(Relaxed) + timer::nanos(stamp)
    }

    #[inline(always)]
    fn monotonic(&self) -> u64 {
        timer::now()
    }

    fn realtime_resolution(&self) -> u64 {
        timer::resolution()
    }

    fn monotonic_resolution(&self) -> u64 {
        timer::resolution()
    }
}

impl System for Board {
    type Queue = Waiters;

    fn random(&self, buffer: &mut [u8]) -> Result<()> {
        rng::fill(buffer);
        Ok(())
    }

    #[inline(always)]
    fn yield_now(&self) {
        sched::yield_now();
    }

    fn wait(&self, deadline: Option<u64>) {
        sched::wait(deadline.map_or(u64::MAX, timer::ticks_at));
    }
}
