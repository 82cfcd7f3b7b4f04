//! What the kernel and its apps write, and what they read.
//!
//! The image names one console. On the serial port, the kernel's log and the apps' lines share UART0. Where the apps'
//! streams are the host's, the log goes to the other UART.

pub mod host;
mod input;
pub mod log;
mod output;
mod ring;
pub mod screen;
pub mod uart;

use crate::{supervisor::image, wasm::program::Program};
use alloc::boxed::Box;
use core::fmt::Arguments;
use sinter_abi::image::App;
use wasi_kernel::Streams;

/// Where apps' standard streams and the kernel's log lead.
pub trait Console {
    /// Makes the serial port ready, once at boot.
    fn init(&self);
    /// The streams of an app that is about to start.
    fn open(&self, app: &'static App) -> Box<dyn Terminal>;
    /// Writes to the kernel's log. The caller is in kernel code and holds no lock.
    fn log(&self, lines: Arguments<'_>);
    /// Waits until all that was logged or written to the serial port was sent.
    fn flush(&self);
    /// UART0 has interrupted, which is the only one that does.
    fn on_interrupt(&self);
    /// Takes the serial port from whoever writes to it.
    ///
    /// # Safety
    /// No other core goes on, as the kernel panics.
    unsafe fn seize(&self);
}

/// One running app's streams.
pub trait Terminal {
    /// The streams for its descriptors 0 to 2.
    fn streams(&self) -> Streams;
    /// Tells how the app ended, behind everything that it has written. Runs in the app's own thread.
    fn ended(&self, program: &Program);
}

/// The image's console.
pub fn console() -> &'static dyn Console {
    // SAFETY: the linker step puts the address of `sinter_console_uart` or `sinter_console_host` there, which
    // have this type.
    let driver: fn() -> &'static dyn Console = unsafe { core::mem::transmute(image().console) };
    driver()
}
