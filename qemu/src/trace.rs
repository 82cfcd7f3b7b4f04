//! Which blocks a guest executes, in a log that QEMU writes.

use crate::{Error, command};
use std::{
    ffi::OsString,
    ops::Range,
    path::Path,
    process::{Output, Stdio},
};

/// A log with a line for each time that a block is executed: `Trace CPU: HOST [TABLE/ADDRESS/FLAGS/FLAGS] SYMBOL`. A block is
/// what QEMU translates at once: up to a branch or the end of a page.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    /// The file that is written.
    pub file: &'a Path,
    /// Where the blocks begin that are of interest.
    pub addresses: &'a [Range<u64>],
}

impl Trace<'_> {
    pub(crate) fn arguments(&self) -> [OsString; 6] {
        let range = |range: &Range<u64>| format!("{:#x}+{:#x}", range.start, range.end - range.start);
        let ranges: Vec<_> = self.addresses.iter().map(range).collect();
        // Blocks that QEMU chains would be executed without a line.
        let (events, ranges) = ("exec,nochain".into(), ranges.join(",").into());
        ["-d".into(), events, "-D".into(), self.file.into(), "-dfilter".into(), ranges]
    }
}

/// Runs a static Linux program for the board's architecture on this machine's Linux, by QEMU's user mode.
///
/// # Errors
/// QEMU is missing or does not start.
pub fn trace_program(program: &Path, args: &[String], trace: &Trace) -> Result<Output, Error> {
    let qemu = command::find("qemu-aarch64").ok_or(Error::MissingUserMode)?;
    let mut command = command::tied_to_parent(&qemu);
    command.args(trace.arguments()).arg(program).args(args).stdin(Stdio::null());
    Ok(command.output()?)
}
