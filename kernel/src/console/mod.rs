//! What the kernel and its apps write, and what they read.
//!
//! The image names one console for the apps' standard streams: the serial port or the host. The kernel's own
//! log is always on the serial port.

pub mod host;
pub mod input;
pub mod log;
pub mod uart;

use crate::{supervisor::image, wasm::program::Program};
use alloc::boxed::Box;
use sinter_abi::image::App;
use wasi_kernel::Streams;

/// Where apps' standard streams lead.
pub trait Console {
    /// The streams of an app that is about to start.
    fn open(&self, app: &'static App) -> Box<dyn Terminal>;
    /// Ends the emulator with the image's verdict, or halts the board.
    fn finish(&self, status: u8) -> !;
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
