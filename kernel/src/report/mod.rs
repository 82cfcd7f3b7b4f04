//! What one reads on the serial port: the banner with its tables, traps, and the closing table.

mod banner;
mod closing;
mod format;
mod traps;

pub use banner::{banner, ram_in_use};
pub use closing::closing_table;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
pub use traps::trap_lines;

/// Prints lines on the serial port.
macro_rules! print {
    ($($argument:tt)*) => { $crate::console::log::plain(format_args!($($argument)*)) };
}
use print;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const OFF: &str = "\x1b[0m";

/// Width of the column of apps' names, set by [`banner`].
static NAME_WIDTH: AtomicUsize = AtomicUsize::new(0);

/// Width of the column of apps' names.
pub fn name_width() -> usize {
    NAME_WIDTH.load(Relaxed)
}
