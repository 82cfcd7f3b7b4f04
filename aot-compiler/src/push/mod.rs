//! Sending an image to a board over a serial line, and talking to what runs there.

mod port;
mod terminal;
mod transfer;

pub use port::Port;
pub use terminal::terminal;
pub use transfer::{PushError, send};
