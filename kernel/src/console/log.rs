//! The kernel's log: lines with the time since power-on, dim where the terminal can.

use super::console;
use crate::arch::aarch64::timer;
use core::fmt::{self, Arguments, Write};

/// Writes a line to the kernel's log.
#[macro_export]
macro_rules! log {
    ($($argument:tt)*) => { $crate::console::log::write(format_args!($($argument)*)) };
}

/// Writes a line with the time. The caller is in kernel code and holds no lock.
#[inline(never)]
pub fn write(line: Arguments<'_>) {
    let micros = timer::now() / 1000;
    plain(format_args!("\x1b[2m[{:5}.{:06}] {line}\x1b[0m\n", micros / 1_000_000, micros % 1_000_000));
}

/// Writes lines without the time, as for the banner and the tables. The caller is in kernel code and holds no
/// lock.
#[inline(never)]
pub fn plain(lines: Arguments<'_>) {
    console().log(lines);
}

/// Text for a serial port, where a line ends with a carriage return, too; passed on piece by piece.
pub struct PortText<F>(pub F);

impl<F: FnMut(&[u8])> Write for PortText<F> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for line in text.split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(line) => {
                    self.0(line.as_bytes());
                    self.0(b"\r\n");
                }
                None => self.0(line.as_bytes()),
            }
        }
        Ok(())
    }
}
