//! A script: modules instantiated and their exports called one after another, each result a line on the serial port.
//!
//! The lines of a script begin with [`MARK`] and have words, numbers in hexadecimal:
//!
//! ```text
//! $ok VALUE...      the step went well; the results, each one number of 128 bits
//! $trap REASON      the guest's code was stopped; the number of a `TrapReason`
//! $unlinkable       an import was not there, or too small
//! $fail TEXT        the kernel could not do the step
//! $end              the last step is done
//! ```
//!
//! There is one line for each [`Op::Instantiate`], [`Op::Invoke`] and [`Op::Global`], in their order. An instance lives
//! until the next [`Op::Clear`], also if its start trapped: others may hold references to its functions.

use crate::{Slice, link::Import, module::Module};

/// Symbol of the driver that runs a script; see [`crate::image::Image::main`].
pub const DRIVER: &str = "sinter_script";

/// First byte of a script's lines.
pub const MARK: char = '$';

/// What [`DRIVER`] does.
#[repr(C)]
#[derive(Debug)]
pub struct Script {
    /// Its steps, in order.
    pub steps: Slice<Step>,
    /// Bytes of stack that each call has, a multiple of 4096.
    pub stack_size: u64,
}

/// One step. Fields that its [`Op`] does not name are zero.
#[repr(C)]
#[derive(Debug)]
pub struct Step {
    /// An [`Op`].
    pub op: u32,
    /// The number of an instance: instances count from the last [`Op::Clear`] on.
    pub register: u32,
    /// Which of the instance's [`Module::exports`].
    pub export: u32,
    /// How many results the function has.
    pub results: u32,
    /// What is instantiated.
    pub module: *const Module,
    /// What the module imports.
    pub imports: Slice<Import>,
    /// Parameters: low and high half of each.
    pub values: Slice<[u64; 2]>,
}

/// What a [`Step`] does.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Makes an instance of `module` with `imports`; it gets the next register.
    Instantiate = 1,
    /// Calls the exported function `export` of `register` with `values`; it has `results` results.
    Invoke = 2,
    /// Reads the exported global `export` of `register`.
    Global = 3,
    /// Drops all instances.
    Clear = 4,
}
