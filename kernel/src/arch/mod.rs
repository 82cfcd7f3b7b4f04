//! What depends on the processor.

pub mod aarch64;
