//! SD cards without hardware for tests: sound ones, and what is done with damaged ones.

mod board;
pub mod damage;
mod disk;
pub mod samples;

pub use board::{Board, Nobody};
pub use disk::MemoryDisk;
