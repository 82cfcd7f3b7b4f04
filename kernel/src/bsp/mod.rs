//! What depends on the board.

pub mod rpi3;
