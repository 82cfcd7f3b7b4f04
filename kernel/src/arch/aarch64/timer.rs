//! The generic timer (Arm ARM D11): the time since power-on, and one interrupt at a chosen tick.

use aarch64_cpu::{
    asm::barrier::{SY, isb},
    registers::{CNTFRQ_EL0, CNTP_CTL_EL0, CNTP_CVAL_EL0, CNTPCT_EL0},
};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tock_registers::interfaces::{Readable, Writeable};

/// Nanoseconds per tick as a fixed-point number with 32 bits behind the point; set once at boot.
static NANOS_PER_TICK: AtomicU64 = AtomicU64::new(1 << 32);

/// Reads the counter's frequency, which the firmware has set.
pub fn init() {
    let frequency = CNTFRQ_EL0.get().max(1);
    NANOS_PER_TICK.store(((1_000_000_000u128 << 32) / u128::from(frequency)) as u64, Relaxed);
}

/// Ticks since power-on.
#[inline(always)]
pub fn ticks() -> u64 {
    isb(SY); // the counter may be read early otherwise (Arm ARM D11.2.1)
    CNTPCT_EL0.get()
}

/// The same for bookkeeping: the counter may be read some instructions early.
#[inline(always)]
pub fn ticks_about() -> u64 {
    CNTPCT_EL0.get()
}

/// Nanoseconds in `ticks`.
#[inline]
pub fn nanos(ticks: u64) -> u64 {
    ((u128::from(ticks) * u128::from(NANOS_PER_TICK.load(Relaxed))) >> 32) as u64
}

/// The first tick at or after `nanos` since power-on, or the ticks in a time of `nanos`; `u64::MAX` if it is out
/// of range.
pub fn ticks_at(nanos: u64) -> u64 {
    // It is never 0, which spares the division's check.
    let nanos_per_tick = NANOS_PER_TICK.load(Relaxed).max(1);
    let ticks = (u128::from(nanos) << 32).div_ceil(u128::from(nanos_per_tick));
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

/// Nanoseconds since power-on.
#[inline]
pub fn now() -> u64 {
    nanos(ticks())
}

/// Nanoseconds of one tick, rounded up.
pub fn resolution() -> u64 {
    NANOS_PER_TICK.load(Relaxed).div_ceil(1 << 32)
}

/// Interrupts this core at `tick`, instead of at an earlier choice; `u64::MAX` for never.
#[inline]
pub fn interrupt_at(tick: u64) {
    if tick == u64::MAX {
        CNTP_CTL_EL0.set(0);
    } else {
        CNTP_CVAL_EL0.set(tick);
        CNTP_CTL_EL0.write(CNTP_CTL_EL0::ENABLE::SET);
    }
}
