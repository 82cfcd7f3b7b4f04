//! The interrupt controllers: the ARM-local one (QA7 4.10) for the cores' timers and mailboxes, and behind it
//! the peripherals' one (BCM2835 ARM Peripherals 7).

use crate::bsp::rpi3;
use aarch64_cpu::asm::barrier::{ISHST, dsb};
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
    /// Mailbox interrupt control of a core.
    MailboxControl [
        /// A bit that is set in mailbox 0 raises the core's IRQ.
        MAILBOX0 OFFSET(0) NUMBITS(1) []
    ],
    /// What interrupts a core.
    Source [
        /// The non-secure physical timer.
        PHYSICAL_TIMER OFFSET(1) NUMBITS(1) [],
        /// Mailbox 0.
        MAILBOX0 OFFSET(4) NUMBITS(1) [],
        /// The peripherals' controller.
        PERIPHERALS OFFSET(8) NUMBITS(1) []
    ],
    /// Peripheral interrupts 32 to 63.
    Second [
        /// Interrupt 57: UART0.
        UART0 OFFSET(25) NUMBITS(1) [],
        /// Interrupt 62: the SD card controller.
        EMMC OFFSET(30) NUMBITS(1) []
    ]
}

register_structs! {
    /// A core's four mailboxes.
    Mailboxes {
        (0x00 => word: [WriteOnly<u32>; 4]),
        (0x10 => @END),
    }
}

register_structs! {
    Local {
        (0x00 => _reserved1),
        (0x40 => timer_control: [ReadWrite<u32, TimerControl::Register>; 4]),
        (0x50 => mailbox_control: [ReadWrite<u32, MailboxControl::Register>; 4]),
        (0x60 => source: [ReadOnly<u32, Source::Register>; 4]),
        (0x70 => _reserved2),
        (0x80 => set: [Mailboxes; 4]),
        (0xc0 => clear: [Mailboxes; 4]),
        (0x100 => @END),
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
    // SAFETY: the controller's registers are mapped there for ever, as Device memory; only this module uses
    // them.
    unsafe { &*(rpi3::LOCAL.start as *const Local) }
}

fn peripherals() -> &'static Peripherals {
    // SAFETY: as in `local`.
    unsafe { &*(rpi3::INTERRUPTS as *const Peripherals) }
}

/// Lets the timer of `core` and signals to it interrupt it, and core 0 the peripherals, which are routed
/// there at reset.
#[inline(always)] // where the core is known, no check of its number remains
pub fn init(core: usize) {
    local().timer_control[core].write(TimerControl::PHYSICAL::SET);
    local().mailbox_control[core].write(MailboxControl::MAILBOX0::SET);
    if core == 0 {
        peripherals().enable_second.write(Second::UART0::SET + Second::EMMC::SET);
    }
}

/// What interrupts a core.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// The core's timer has reached its tick.
    pub timer: bool,
    /// Another core has sent a signal, which is now taken.
    pub signal: bool,
    /// The serial port has received something, or has room for more.
    pub uart: bool,
    /// The SD card controller has done something that is waited for.
    pub card: bool,
}

/// What interrupts `core`, the one that asks.
pub fn pending(core: usize) -> Pending {
    let source = local().source[core].extract();
    let signal = source.is_set(Source::MAILBOX0);
    if signal {
        local().clear[core].word[0].set(u32::MAX);
    }
    let second = source.is_set(Source::PERIPHERALS).then(|| peripherals().pending_second.extract());
    let (uart, card) =
        second.map_or((false, false), |second| (second.is_set(Second::UART0), second.is_set(Second::EMMC)));
    Pending { timer: source.is_set(Source::PHYSICAL_TIMER), signal, uart, card }
}

/// Interrupts `core`.
pub fn signal(core: usize) {
    dsb(ISHST); // what the other core is to see is written before
    local().set[core].word[0].set(1);
}
