//! The functions of preview1, by topic.
#![allow(clippy::too_many_arguments, reason = "the parameters are the specification's")]

mod arguments;
mod clocks;
mod data;
mod descriptor;
mod directory;
mod open;
mod poll;
mod socket;
mod stat;
mod thread;
mod tree;

use crate::{Errno, Result};

/// `value`, which has no bits but those in `all`.
fn flags(value: u32, all: u32) -> Result<u32> {
    if value & !all == 0 { Ok(value) } else { Err(Errno::Inval) }
}
