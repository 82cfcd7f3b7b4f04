//! The second serial port: UART1, the "mini UART" (BCM2835 ARM Peripherals 2.2). It only sends.

use crate::{bsp::rpi3, lock::Mutex};
use tock_registers::{
    interfaces::{Readable, Writeable},
    register_bitfields, register_structs,
    registers::{ReadOnly, ReadWrite, WriteOnly},
};

register_bitfields! {u32,
    /// Which of the auxiliary devices are on (2.1).
    Enables [
        /// The mini UART.
        MINI_UART OFFSET(0) NUMBITS(1) []
    ],
    /// FIFOs, on writing.
    Identify [
        /// Clears what was received.
        CLEAR_RECEIVE OFFSET(1) NUMBITS(1) [],
        /// Clears what is to be sent.
        CLEAR_TRANSMIT OFFSET(2) NUMBITS(1) []
    ],
    /// Line control.
    Line [
        /// Bits in a character; the data sheet's field has one bit, its errata have two.
        LENGTH OFFSET(0) NUMBITS(2) [Eight = 0b11]
    ],
    /// Line status.
    Status [
        /// Room to send.
        TRANSMIT_READY OFFSET(5) NUMBITS(1) [],
        /// Everything was sent.
        TRANSMIT_IDLE OFFSET(6) NUMBITS(1) []
    ],
    /// Control.
    Control [
        /// Sending.
        TRANSMIT OFFSET(1) NUMBITS(1) []
    ]
}

register_structs! {
    Registers {
        (0x00 => _reserved1),
        (0x04 => enables: ReadWrite<u32, Enables::Register>),
        (0x08 => _reserved2),
        (0x40 => data: WriteOnly<u32>),
        (0x44 => interrupts: ReadWrite<u32>),
        (0x48 => identify: WriteOnly<u32, Identify::Register>),
        (0x4c => line: ReadWrite<u32, Line::Register>),
        (0x50 => modem: ReadWrite<u32>),
        (0x54 => status: ReadOnly<u32, Status::Register>),
        (0x58 => _reserved3),
        (0x60 => control: ReadWrite<u32, Control::Register>),
        (0x64 => _reserved4),
        (0x68 => baud: ReadWrite<u32>),
        (0x6c => @END),
    }
}

const BAUD: u32 = 115_200;

fn registers() -> &'static Registers {
    // SAFETY: the registers are mapped there for ever, as Device memory; only this module uses them.
    unsafe { &*(rpi3::AUXILIARIES as *const Registers) }
}

/// What sends to the port.
pub static OUTPUT: Mutex<Output> = Mutex::new(Output(()));

/// What sends to the port.
pub struct Output(());

impl Output {
    /// 115,200 baud, 8N1, from a core clock of `clock` hertz.
    pub fn init(&mut self, clock: u32) {
        let uart = registers();
        uart.enables.write(Enables::MINI_UART::SET);
        uart.control.set(0);
        uart.interrupts.set(0);
        uart.line.write(Line::LENGTH::Eight);
        uart.modem.set(0);
        uart.identify.write(Identify::CLEAR_RECEIVE::SET + Identify::CLEAR_TRANSMIT::SET);
        uart.baud.set((clock + 4 * BAUD) / (8 * BAUD) - 1); // 2.2.1
        uart.control.write(Control::TRANSMIT::SET);
    }

    /// Sends `bytes`, waiting for room as needed.
    pub fn write(&mut self, bytes: &[u8]) {
        let uart = registers();
        for &byte in bytes {
            while !uart.status.is_set(Status::TRANSMIT_READY) {
                core::hint::spin_loop();
            }
            uart.data.set(byte.into());
        }
    }

    /// Waits until everything was sent.
    pub fn flush(&mut self) {
        while !registers().status.is_set(Status::TRANSMIT_IDLE) {
            core::hint::spin_loop();
        }
    }
}
