//! How `sinter push` gets an image over a serial line into a board's memory.
//!
//! The host asks and the board's chainloader answers; one request is under way at a time, and is repeated until it is
//! answered. Requests may come twice without harm, and an answer names its request, so that neither a repetition nor a
//! late answer confuses. docs/raspberry-pi-3.md describes the whole; [`message`] is what they say to each other,
//! [`frame`] how that goes over the line, [`Receiver`] the board's side and [`Sender`] the host's.
//!
//! Nothing here panics, whatever comes in: the chainloader has nobody to tell.

pub mod frame;
pub mod message;
mod receiver;
mod sender;
#[cfg(test)]
mod tests;

pub use receiver::Receiver;
pub use sender::{Refusal, Sender};

/// Bytes of the image in a request, at most: 0.2 s at 115,200 baud.
pub const BLOCK: usize = 2048;

/// Milliseconds for which the board goes on listening when it has said that it starts the image: the host may not have
/// heard it, and asks again.
pub const LINGER_MS: u32 = 1000;

/// The line's speed in bits per second; a byte is ten of them.
pub const BAUD: u32 = 115_200;
