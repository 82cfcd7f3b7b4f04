//! Sizes such as `16MiB`.

use serde::{Deserialize, Deserializer, de::Error};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

const UNITS: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];

/// The bytes that `text` says.
pub fn parse(text: &str) -> Option<u64> {
    let (number, unit) = UNITS.iter().find_map(|&(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
    number.trim_end().parse::<u64>().ok()?.checked_mul(unit)
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).map(Self).ok_or_else(|| {
            D::Error::custom(format!("{text:?} is not a size: write a number and a unit, such as \"16MiB\""))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse("16MiB"), Some(16 << 20));
        assert_eq!(parse("256 KiB"), Some(256 << 10));
        assert_eq!(parse("2GiB"), Some(2 << 30));
        assert_eq!(parse("65536B"), Some(65536));
        for wrong in ["", "16", "MiB", "-1MiB", "1.5MiB", "16MB", "16mib", "18446744073709551615KiB"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
