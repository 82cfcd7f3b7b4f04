//! Memory: physical pages, the kernel's heap, and the windows in which apps see theirs.

pub mod frames;
pub mod heap;
pub mod map;
pub mod window;
