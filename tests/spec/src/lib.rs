//! Scripts on the target, for the official test suite and for whoever else has modules to compare.

pub mod target;
