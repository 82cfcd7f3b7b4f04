//! The interrupt controllers: the ARM-local one (QA7 4.10) for the cores' timers, and behind it the peripherals' one
//! (BCM2835 ARM Peripherals 7).

use crate::bsp::rpi3;
use tock_registers::{
    interfaces::{Readable, Writeable},
    register_bitfields, register_structs,
    registers::{ReadOnly, ReadWrite, WriteOnly},
};

register_bitfields! {u32,
    /// Timer interrupt control of a core.
    TimerControl [
        /// The non-secure physical timer raises the core's IRQ.
        PHYSICAL OFFSET(1) NUMBITS(1) []
    ],
    /// What interrupts a core.
    Source [
        /// The non-secure physical timer.
        PHYSICAL_TIMER OFFSET(1) NUMBITS(1) [],
        /// The peripherals' controller.
        PERIPHERALS OFFSET(8) NUMBITS(1) []
    ],
    /// Peripheral interrupts 32 to 63.
    Second [
        /// Interrupt 57: UART0.
        UART0 OFFSET(25) NUMBITS(1) []
    ]
}

register_structs! {
    Local {
        (0x00 => _reserved1),
        (0x40 => timer_control: [ReadWrite<u32, TimerControl::Register>; 4]),
        (0x50 => _reserved2),
        (0x60 => source: [ReadOnly<u32, Source::Register>; 4]),
        (0x70 => @END),
    }
}

register_structs! {
    Peripherals {
        (0x00 => _reserved1),
        (0x08 => pending_second: ReadOnly<u32, Second::Register>),
        (0x0c => _reserved2),
        (0x14 => enable_second: WriteOnly<u32, Second::Register>),
        (0x18 => @END),
    }
}

fn local() -> &'static Local {
    // SAFETY: the controller's registers are mapped there for ever, as Device memory; only this module uses them.
    unsafe { &*(rpi3::LOCAL.start as *const Local) }
}

fn peripherals() -> &'static Peripherals {
    // SAFETY: as in `local`.
    unsafe { &*(rpi3::INTERRUPTS as *const Peripherals) }
}

/// Lets core 0's timer and the UART interrupt it.
pub fn init() {
    local().timer_control[0].write(TimerControl::PHYSICAL::SET);
    peripherals().enable_second.write(Second::UART0::SET);
}

/// What interrupts a core.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// The core's timer has reached its tick.
    pub timer: bool,
    /// The serial port has received something.
    pub uart: bool,
}

/// What interrupts core 0 at this moment.
pub fn pending() -> Pending {
    let source = local().source[0].extract();
    let uart = source.is_set(Source::PERIPHERALS) && peripherals().pending_second.is_set(Second::UART0);
    Pending { timer: source.is_set(Source::PHYSICAL_TIMER), uart }
}
