//! The kernel's log on the serial port: lines with the time since power-on, dim where the terminal can.

use crate::{arch::aarch64::timer, drivers::pl011::OUTPUT};
use core::fmt::{Arguments, Write};

/// Writes a line to the kernel's log.
#[macro_export]
macro_rules! log {
    ($($argument:tt)*) => { $crate::console::log::write(format_args!($($argument)*)) };
}

/// Writes a line with the time. The caller is in kernel code.
#[inline(never)]
pub fn write(line: Arguments<'_>) {
    let micros = timer::now() / 1000;
    let mut output = OUTPUT.lock();
    // Writing to the port cannot fail.
    let _ = writeln!(output, "\x1b[2m[{:5}.{:06}] {line}\x1b[0m", micros / 1_000_000, micros % 1_000_000);
}

/// Writes lines without the time, as for the banner and the tables. The caller is in kernel code.
#[inline(never)]
pub fn plain(lines: Arguments<'_>) {
    let _ = OUTPUT.lock().write_fmt(lines);
}
