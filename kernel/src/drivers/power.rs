//! The power manager's watchdog, which is also the way to reset the board.
//!
//! Its registers are in no public datasheet; they are as Linux' bcm2835_wdt driver describes them.

use crate::{arch::aarch64::cpu, bsp::rpi3};
use tock_registers::{
    interfaces::{Readable, Writeable},
    register_structs,
    registers::ReadWrite,
};

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
/// `reset_control`: what happens when the watchdog runs out, nothing or a reset of the whole chip.
const KIND: u32 = 0x30;
const FULL_RESET: u32 = 0x20;
/// The bits of a register that are not the password.
const VALUE: u32 = 0x00ff_ffff;
/// Units of the watchdog in a second; it counts 20 bits of them.
const SECOND: u32 = 1 << 16;

fn registers() -> &'static Registers {
    // SAFETY: the power manager's registers are mapped there for ever, as Device memory; only this module uses
    // them.
    unsafe { &*(rpi3::POWER as *const Registers) }
}

/// Resets the board.
pub fn reset() -> ! {
    count_down(10);
    cpu::halt()
}

/// Resets the board in `seconds`, 1 to 15, instead of at an earlier choice.
pub fn reset_after(seconds: u32) {
    count_down(seconds * SECOND);
}

/// Does not reset the board after all.
pub fn stay() {
    let power = registers();
    power.reset_control.set(PASSWORD | power.reset_control.get() & VALUE & !KIND);
}

fn count_down(units: u32) {
    let power = registers();
    power.reset_status.set(PASSWORD); // boot from the first partition again
    power.watchdog.set(PASSWORD | units);
    power.reset_control.set(PASSWORD | power.reset_control.get() & VALUE & !KIND | FULL_RESET);
}
