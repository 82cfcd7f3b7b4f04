//! One file for each device.

pub mod emmc;
pub mod framebuffer;
pub mod gpio;
pub mod interrupts;
pub mod led;
pub mod mailbox;
pub mod mini_uart;
pub mod pl011;
pub mod power;
pub mod rng;
pub mod semihosting;
