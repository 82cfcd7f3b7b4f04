//! Numbers of variable length, seven bits to a byte, the lowest first (DWARF 4, 7.6).

/// Reads numbers from the front of a byte string.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    /// Value, bits read, last byte.
    fn number(&mut self) -> Option<(u64, u32, u8)> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some((value, shift, byte));
            }
        }
    }

    /// An unsigned number; `None` at the end, or if it is malformed.
    pub fn unsigned(&mut self) -> Option<u64> {
        self.number().map(|(value, ..)| value)
    }

    /// A signed number; `None` at the end, or if it is malformed.
    pub fn signed(&mut self) -> Option<i64> {
        let (value, shift, last) = self.number()?;
        let sign = if last & 0x40 != 0 && shift < 64 { u64::MAX << shift } else { 0 };
        Some((value | sign) as i64)
    }
}

/// Appends an unsigned number.
pub fn unsigned(mut value: u64, out: &mut impl Extend<u8>) {
    while value >= 0x80 {
        out.extend([value as u8 | 0x80]);
        value >>= 7;
    }
    out.extend([value as u8]);
}

/// Appends a signed number.
pub fn signed(mut value: i64, out: &mut impl Extend<u8>) {
    while !(-64..64).contains(&value) {
        out.extend([value as u8 | 0x80]);
        value >>= 7;
    }
    out.extend([value as u8 & 0x7f]);
}
