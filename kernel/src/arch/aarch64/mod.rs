//! Armv8-A, as the Cortex-A53 implements it.

pub mod boot;
mod chainload;
pub mod context;
pub mod cpu;
pub mod exception;
pub mod memory;
pub mod mmu;
mod registers;
pub mod timer;

/// Cores that the board has.
pub const CORES: usize = 4;
