//! The functions of preview1, by topic.
#![allow(clippy::too_many_arguments, reason = "the parameters are the specification's")]

mod arguments;
mod clocks;
mod data;
mod descriptor;
mod directory;
mod poll;
mod socket;
mod thread;
