//! The controller's registers (BCM2835 ARM Peripherals 5).

use crate::bsp::rpi3;
use tock_registers::{register_bitfields, register_structs, registers::ReadWrite};

register_bitfields! {u32,
    /// Size and number of blocks.
    pub Blocks [
        SIZE OFFSET(0) NUMBITS(10) [],
        COUNT OFFSET(16) NUMBITS(16) []
    ],
    /// A command and how its data goes.
    pub Command [
        /// The number of blocks counts.
        COUNTED OFFSET(1) NUMBITS(1) [],
        /// What the controller sends after the last block.
        AUTO OFFSET(2) NUMBITS(2) [None = 0, Stop = 1],
        DIRECTION OFFSET(4) NUMBITS(1) [ToCard = 0, FromCard = 1],
        MULTIPLE OFFSET(5) NUMBITS(1) [],
        RESPONSE OFFSET(16) NUMBITS(2) [None = 0, Long = 1, Short = 2, ShortBusy = 3],
        CHECK_CRC OFFSET(19) NUMBITS(1) [],
        CHECK_INDEX OFFSET(20) NUMBITS(1) [],
        HAS_DATA OFFSET(21) NUMBITS(1) [],
        INDEX OFFSET(24) NUMBITS(6) []
    ],
    pub Status [
        /// A command is on its line.
        COMMAND_BUSY OFFSET(0) NUMBITS(1) [],
        /// The data lines are in use, or the card says that it is busy.
        DATA_BUSY OFFSET(1) NUMBITS(1) []
    ],
    pub Control0 [
        /// Four data lines instead of one.
        FOUR_LINES OFFSET(1) NUMBITS(1) []
    ],
    pub Control1 [
        CLOCK_ON OFFSET(0) NUMBITS(1) [],
        CLOCK_STABLE OFFSET(1) NUMBITS(1) [],
        CARD_CLOCK_ON OFFSET(2) NUMBITS(1) [],
        DIVIDER_HIGH OFFSET(6) NUMBITS(2) [],
        DIVIDER_LOW OFFSET(8) NUMBITS(8) [],
        /// The card may take 2 to the power of (13 + this) clock cycles.
        TIMEOUT OFFSET(16) NUMBITS(4) [],
        RESET_ALL OFFSET(24) NUMBITS(1) [],
        RESET_COMMAND OFFSET(25) NUMBITS(1) [],
        RESET_DATA OFFSET(26) NUMBITS(1) []
    ],
    /// What has happened; in three registers.
    pub Event [
        COMMAND_DONE OFFSET(0) NUMBITS(1) [],
        DATA_DONE OFFSET(1) NUMBITS(1) [],
        WRITE_READY OFFSET(4) NUMBITS(1) [],
        READ_READY OFFSET(5) NUMBITS(1) [],
        /// Something went wrong; the bits above say what.
        ERROR OFFSET(15) NUMBITS(1) [],
        ERRORS OFFSET(16) NUMBITS(16) []
    ]
}

register_structs! {
    pub Registers {
        (0x00 => _argument_2: ReadWrite<u32>),
        (0x04 => pub blocks: ReadWrite<u32, Blocks::Register>),
        (0x08 => pub argument: ReadWrite<u32>),
        (0x0c => pub command: ReadWrite<u32, Command::Register>),
        (0x10 => pub response: [ReadWrite<u32>; 4]),
        (0x20 => pub data: ReadWrite<u32>),
        (0x24 => pub status: ReadWrite<u32, Status::Register>),
        (0x28 => pub control_0: ReadWrite<u32, Control0::Register>),
        (0x2c => pub control_1: ReadWrite<u32, Control1::Register>),
        (0x30 => pub events: ReadWrite<u32, Event::Register>),
        (0x34 => pub noted: ReadWrite<u32, Event::Register>),
        (0x38 => pub interrupting: ReadWrite<u32, Event::Register>),
        (0x3c => @END),
    }
}

/// The registers.
pub fn registers() -> &'static Registers {
    // SAFETY: the controller's registers are mapped there for ever, as Device memory; who has the `Card` uses them, and the
    // interrupt handler `interrupting` alone.
    unsafe { &*(rpi3::EMMC as *const Registers) }
}
