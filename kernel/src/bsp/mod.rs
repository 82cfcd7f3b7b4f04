//! What depends on the board.

pub mod early;
pub mod rpi3;
