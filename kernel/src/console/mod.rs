//! What the kernel and its apps write, and what they read.

pub mod input;
pub mod log;
pub mod uart;
