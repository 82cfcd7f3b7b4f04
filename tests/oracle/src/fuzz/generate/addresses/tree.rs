//! Expressions that compute an address, with what they give.

use crate::random::Random;
use std::fmt::{self, Display, Formatter};

/// How wide the addresses of a memory are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    I32,
    I64,
}

impl Width {
    /// The number as one of this width.
    pub fn wrap(self, value: u64) -> u64 {
        match self {
            Self::I32 => value & 0xffff_ffff,
            Self::I64 => value,
        }
    }

    /// The number with its sign.
    pub fn signed(self, value: u64) -> i64 {
        match self {
            Self::I32 => value as i32 as i64,
            Self::I64 => value as i64,
        }
    }

    fn bits(self) -> u64 {
        match self {
            Self::I32 => 32,
            Self::I64 => 64,
        }
    }
}

impl Display for Width {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        })
    }
}

/// An operation on two numbers.
#[derive(Debug, Clone, Copy)]
pub enum Operation {
    Add,
    Sub,
    Mul,
    Shl,
    And,
    Or,
    Xor,
    ShrU,
    ShrS,
    /// A sum of sign-extended numbers in 64 bits, cut to 32.
    SignedWideAdd,
    /// A sum of zero-extended numbers in 64 bits, cut to 32.
    UnsignedWideAdd,
}

/// An expression.
#[derive(Debug, Clone)]
pub enum Tree {
    Constant(u64),
    /// The local of this number.
    Local(usize),
    /// A byte of the memory, at this address.
    Loaded(u64),
    Binary(Operation, Box<Tree>, Box<Tree>),
}

impl Tree {
    /// An expression of the locals `0..locals`, and of the memory's first bytes if it has so many.
    pub fn random(random: &mut Random, locals: usize, bytes: u64, depth: u32) -> Self {
        let leaf = depth == 0 || random.below(6) == 0;
        if leaf {
            return match random.below(20) {
                0..3 => Self::Constant(constant(random)),
                3 if bytes >= 64 => Self::Loaded(random.below(64)),
                _ => Self::Local(random.below(locals as u64) as usize),
            };
        }
        use Operation::*;
        let mut below = || Self::random(random, locals, bytes, depth - 1);
        let (left, right) = (below(), below());
        let scale = Self::Constant(random.below(4));
        let (operation, right) = match random.below(32) {
            0..10 => (Add, right),
            10..14 => (Sub, right),
            14..20 => (Shl, scale),
            20 => (Shl, Self::Constant(random.pick(&[12, 16, 30, 31, 32, 33, 63, 64]))),
            21..24 => (Mul, Self::Constant(factor(random))),
            24 => (Mul, right),
            25..27 => (And, Self::Constant(mask(random))),
            27 => (random.pick(&[And, Or, Xor, Shl]), right),
            28 => (random.pick(&[Or, Xor]), Self::Constant(constant(random))),
            29 => (random.pick(&[ShrU, ShrS]), Self::Constant(1 + random.below(8))),
            30 => (SignedWideAdd, right),
            _ => (UnsignedWideAdd, right),
        };
        Self::Binary(operation, left.into(), right.into())
    }

    /// The sum with a constant that is added at the top or to a term further down.
    pub fn plus(self, random: &mut Random, constant: u64) -> Self {
        use Operation::*;
        match self {
            Self::Binary(operation @ (Add | Sub | SignedWideAdd | UnsignedWideAdd), left, right)
                if random.below(2) == 0 =>
            {
                Self::Binary(operation, left.plus(random, constant).into(), right)
            }
            tree => {
                let tree = Box::new(tree);
                match random.below(4) {
                    0 => Self::Binary(Sub, tree, Self::Constant(constant.wrapping_neg()).into()),
                    1 => Self::Binary(Add, Self::Constant(constant).into(), tree),
                    _ => Self::Binary(Add, tree, Self::Constant(constant).into()),
                }
            }
        }
    }

    /// What it gives; bytes of the memory count as 0.
    pub fn value(&self, width: Width, locals: &[u64]) -> u64 {
        match self {
            Self::Constant(value) => width.wrap(*value),
            Self::Local(number) => locals[*number],
            Self::Loaded(_) => 0,
            Self::Binary(operation, left, right) => {
                operation.value(width, left.value(width, locals), right.value(width, locals))
            }
        }
    }

    /// The expression in WebAssembly's text format.
    pub fn text(&self, width: Width) -> String {
        match self {
            Self::Constant(value) => format!("({width}.const {:#x})", width.wrap(*value)),
            Self::Local(number) => format!("(local.get {number})"),
            Self::Loaded(at) => format!("({width}.load8_u ({width}.const {at}))"),
            Self::Binary(operation, left, right) => {
                operation.text(width, &left.text(width), &right.text(width))
            }
        }
    }
}

impl Operation {
    fn value(self, width: Width, left: u64, right: u64) -> u64 {
        let by = right % width.bits();
        width.wrap(match self {
            Self::Add | Self::SignedWideAdd | Self::UnsignedWideAdd => left.wrapping_add(right),
            Self::Sub => left.wrapping_sub(right),
            Self::Mul => left.wrapping_mul(right),
            Self::Shl => left << by,
            Self::And => left & right,
            Self::Or => left | right,
            Self::Xor => left ^ right,
            Self::ShrU => left >> by,
            Self::ShrS => (width.signed(left) >> by) as u64,
        })
    }

    fn text(self, width: Width, left: &str, right: &str) -> String {
        let name = match self {
            Self::SignedWideAdd | Self::UnsignedWideAdd if width == Width::I32 => {
                let sign = if matches!(self, Self::SignedWideAdd) { 's' } else { 'u' };
                let extend = |of| format!("(i64.extend_i32_{sign} {of})");
                return format!("(i32.wrap_i64 (i64.add {} {}))", extend(left), extend(right));
            }
            Self::Add | Self::SignedWideAdd | Self::UnsignedWideAdd => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Shl => "shl",
            Self::And => "and",
            Self::Or => "or",
            Self::Xor => "xor",
            Self::ShrU => "shr_u",
            Self::ShrS => "shr_s",
        };
        format!("({width}.{name} {left} {right})")
    }
}

/// A constant term: small of either sign, at a limit of immediates, or large.
fn constant(random: &mut Random) -> u64 {
    match random.below(4) {
        0 => random.below(64).wrapping_sub(32),
        1 => random.pick(&[255, 256, 4095, 4096, 32760, 32768, 65535, 65536, 0xff_ffff]),
        2 => random.pick(&[0x7fff_ffff, 0x8000_0000, 0xffff_0000, 0xffff_fff0, 0xffff_8000]),
        _ => random.next(),
    }
}

fn factor(random: &mut Random) -> u64 {
    match random.below(8) {
        0 => random.next(),
        1 => random.pick(&[0x1_0000, 0x1000_0000, 0x8000_0000, 0x4000_0001]),
        _ => random.pick(&[2, 3, 4, 5, 8, 12, 24, 40, u64::MAX, 8u64.wrapping_neg()]),
    }
}

fn mask(random: &mut Random) -> u64 {
    random.pick(&[1, 7, 0xff, 0xfff8, 0xffff, 0x7fff_ffff, 0xffff_fff8, 0xffff_0000, u64::MAX - 7])
}
