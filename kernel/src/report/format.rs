//! Numbers as one reads them best.

use alloc::{format, string::String};
use core::fmt::{self, Display, Formatter};

/// A number of bytes, in the unit in which it is best read.
pub struct Bytes(pub u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(&match self.0 {
            bytes @ 0..1024 => format!("{bytes} B"),
            bytes @ 1024..0x10_0000 => format!("{} KiB", bytes.div_ceil(1024)),
            bytes => {
                let tenths = (bytes * 10).div_ceil(1 << 20);
                format!("{}.{} MiB", tenths / 10, tenths % 10)
            }
        })
    }
}

/// A number with its digits in groups of three.
pub struct Grouped(pub u64);

impl Display for Grouped {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = format!("{}", self.0);
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&grouped)
    }
}
