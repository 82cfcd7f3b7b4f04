//! The serial port: Arm PrimeCell UART PL011 (DDI 0183), UART0 of the board.
//!
//! Both directions interrupt: who receives takes all there is, and who sends gives `FIFO` bytes at a time.

use crate::{bsp::rpi3, lock::Mutex};
use sinter_abi::push::BAUD;
use tock_registers::{
    fields::FieldValue,
    interfaces::{ReadWriteable, Readable, Writeable},
    register_bitfields, register_structs,
    registers::{ReadOnly, ReadWrite, WriteOnly},
};

register_bitfields! {u32,
    /// Flags (DDI 0183 3.3.3).
    Flag [
        /// Characters are still being sent.
        BUSY OFFSET(3) NUMBITS(1) [],
        /// Nothing was received.
        RECEIVE_EMPTY OFFSET(4) NUMBITS(1) [],
        /// No room to send.
        TRANSMIT_FULL OFFSET(5) NUMBITS(1) []
    ],
    /// Line control (DDI 0183 3.3.7).
    Line [
        /// Both directions have FIFOs.
        FIFO OFFSET(4) NUMBITS(1) [],
        /// Bits in a character.
        LENGTH OFFSET(5) NUMBITS(2) [Eight = 0b11]
    ],
    /// Control (DDI 0183 3.3.8).
    Control [
        /// The whole UART.
        ENABLE OFFSET(0) NUMBITS(1) [],
        /// Sending.
        TRANSMIT OFFSET(8) NUMBITS(1) [],
        /// Receiving.
        RECEIVE OFFSET(9) NUMBITS(1) []
    ],
    /// At which levels the FIFOs interrupt (DDI 0183 3.3.9).
    Levels [
        /// The transmit FIFO's, when it falls to that.
        TRANSMIT OFFSET(0) NUMBITS(3) [Eighth = 0b000],
        /// The receive FIFO's, when it rises to that.
        RECEIVE OFFSET(3) NUMBITS(3) [Half = 0b010]
    ],
    /// Interrupts, in each of the four registers (DDI 0183 3.3.10 to 3.3.13).
    Interrupt [
        /// The receive FIFO has reached its level.
        RECEIVE OFFSET(4) NUMBITS(1) [],
        /// The transmit FIFO has reached its level.
        TRANSMIT OFFSET(5) NUMBITS(1) [],
        /// Something was received and then nothing for 32 bit times.
        TIMEOUT OFFSET(6) NUMBITS(1) []
    ]
}

register_structs! {
    Registers {
        (0x00 => data: ReadWrite<u32>),
        (0x04 => _reserved1),
        (0x18 => flag: ReadOnly<u32, Flag::Register>),
        (0x1c => _reserved2),
        (0x24 => integer_baud: ReadWrite<u32>),
        (0x28 => fractional_baud: ReadWrite<u32>),
        (0x2c => line: ReadWrite<u32, Line::Register>),
        (0x30 => control: ReadWrite<u32, Control::Register>),
        (0x34 => levels: ReadWrite<u32, Levels::Register>),
        (0x38 => interrupt_mask: ReadWrite<u32, Interrupt::Register>),
        (0x3c => _reserved4),
        (0x44 => interrupt_clear: WriteOnly<u32, Interrupt::Register>),
        (0x48 => @END),
    }
}

/// The UART's clock in hertz with a firmware that does not tell: that of `boot/config.txt`.
pub const CLOCK: u32 = 48_000_000;

fn registers() -> &'static Registers {
    // SAFETY: the UART's registers are mapped there for ever, as Device memory; only this module uses them.
    unsafe { &*(rpi3::UART0 as *const Registers) }
}

/// Bytes that the transmit FIFO holds.
const FIFO: usize = 16;

/// 115,200 baud, 8N1, from a UART clock of `clock` hertz. It interrupts when something is received.
pub fn init(clock: u32) {
    let uart = registers();
    flush();
    uart.control.set(0);
    // The divisor is clock / (16 * baud), with six bits behind the point (DDI 0183 3.3.6).
    let divisor = (clock * 4 + BAUD / 2) / BAUD;
    uart.integer_baud.set(divisor >> 6);
    uart.fractional_baud.set(divisor & 0x3f);
    uart.line.write(Line::LENGTH::Eight + Line::FIFO::SET); // also takes the divisor over
    uart.levels.write(Levels::TRANSMIT::Eighth + Levels::RECEIVE::Half);
    uart.interrupt_clear.set(0x7ff);
    uart.interrupt_mask.write(Interrupt::RECEIVE::SET + Interrupt::TIMEOUT::SET);
    uart.control.write(Control::ENABLE::SET + Control::TRANSMIT::SET + Control::RECEIVE::SET);
}

/// Sends the first of `bytes`, up to `FIFO` of them and as many as there is room for; how many.
pub fn send(bytes: &[u8]) -> usize {
    let uart = registers();
    let mut sent = 0;
    for &byte in bytes.iter().take(FIFO) {
        if uart.flag.is_set(Flag::TRANSMIT_FULL) {
            break;
        }
        uart.data.set(byte.into());
        sent += 1;
    }
    sent
}

/// Whether it interrupts when what was sent leaves room for more.
pub fn interrupt_on_room(on: bool) {
    interrupt_on(Interrupt::TRANSMIT.val(on.into()));
}

/// Whether it interrupts when something was received.
pub fn interrupt_on_input(on: bool) {
    interrupt_on(Interrupt::RECEIVE.val(on.into()) + Interrupt::TIMEOUT.val(on.into()));
}

/// Changes the mask of interrupts. With interrupts masked.
fn interrupt_on(which: FieldValue<u32, Interrupt::Register>) {
    static MASK: Mutex<()> = Mutex::new(());
    let _changes = MASK.lock();
    registers().interrupt_mask.modify(which);
}

/// Waits until everything was sent.
pub fn flush() {
    while registers().flag.is_set(Flag::BUSY) {
        core::hint::spin_loop();
    }
}

/// The next byte that was received, if there is one.
pub fn receive() -> Option<u8> {
    let uart = registers();
    (!uart.flag.is_set(Flag::RECEIVE_EMPTY)).then(|| uart.data.get() as u8)
}
