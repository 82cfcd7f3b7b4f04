//! The power manager's watchdog, which is also the way to reset the board.
//!
//! Its registers are in no public datasheet; they are as Linux' bcm2835_wdt driver describes them.

use crate::{arch::aarch64::cpu, bsp::rpi3};
use tock_registers::{interfaces::Writeable, register_structs, registers::ReadWrite};

register_structs! {
    Registers {
        (0x00 => _reserved),
        (0x1c => reset_control: ReadWrite<u32>),
        (0x20 => reset_status: ReadWrite<u32>),
        (0x24 => watchdog: ReadWrite<u32>),
        (0x28 => @END),
    }
}

/// Every write carries this in its upper byte.
const PASSWORD: u32 = 0x5a00_0000;
/// `reset_control`: the whole chip is reset when the watchdog runs out.
const FULL_RESET: u32 = 0x20;

/// Resets the board.
pub fn reset() -> ! {
    // SAFETY: the power manager's registers are mapped there for ever, as Device memory; only this function
    // uses them.
    let power = unsafe { &*(rpi3::POWER as *const Registers) };
    power.reset_status.set(PASSWORD); // boot from the first partition again
    power.watchdog.set(PASSWORD | 10); // in units of 16 microseconds
    power.reset_control.set(PASSWORD | FULL_RESET);
    cpu::halt()
}
