//! The Raspberry Pi 3's memory map (BCM2835 ARM Peripherals 1.2.3, with the BCM2837's base; QA7 for the
//! ARM-local block).

use core::ops::Range;

/// Where the Arm cores see the peripherals.
pub const PERIPHERALS: Range<u64> = 0x3f00_0000..0x4000_0000;
/// Interrupt routing, core timers and mailboxes of the Arm cores (QA7, chapter 4).
pub const LOCAL: Range<u64> = 0x4000_0000..0x4020_0000;

/// The legacy interrupt controller (chapter 7.5).
pub const INTERRUPTS: u64 = PERIPHERALS.start + 0xb200;
/// The property mailbox between Arm and VideoCore.
pub const MAILBOX: u64 = PERIPHERALS.start + 0xb880;
/// Power management: watchdog and reset.
pub const POWER: u64 = PERIPHERALS.start + 0x10_0000;
/// The random number generator.
pub const RNG: u64 = PERIPHERALS.start + 0x10_4000;
/// GPIO: which signals the pins carry (chapter 6).
pub const GPIO: u64 = PERIPHERALS.start + 0x20_0000;
/// The Arasan SD card controller (chapter 5).
pub const EMMC: u64 = PERIPHERALS.start + 0x30_0000;
/// UART0, an Arm PL011 (chapter 13).
pub const UART0: u64 = PERIPHERALS.start + 0x20_1000;
/// The auxiliary devices, UART1 among them (chapter 2).
pub const AUXILIARIES: u64 = PERIPHERALS.start + 0x21_5000;

/// RAM that the VideoCore leaves to the Arm when the mailbox does not say: the firmware's default split of 1
/// GiB.
pub const RAM_DEFAULT: u64 = 948 << 20;
