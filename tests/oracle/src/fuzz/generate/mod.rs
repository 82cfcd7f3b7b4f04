//! The modules of a run.

mod addresses;
mod smith;

use crate::random::Random;
use std::str::FromStr;

/// A module of a run.
pub struct Case {
    /// Its number in the run.
    pub number: u64,
    /// The module.
    pub wasm: Vec<u8>,
    /// Where the arguments of its functions come from.
    pub arguments: u64,
}

/// Which modules a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any instructions, by wasm-smith.
    Any,
    /// Address arithmetic that wraps.
    Addresses,
    /// Every fourth of the second kind, the others of the first.
    Both,
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "any" => Ok(Self::Any),
            "addresses" => Ok(Self::Addresses),
            "both" => Ok(Self::Both),
            _ => Err(()),
        }
    }
}

impl Case {
    /// The module with this number in the run with this seed.
    pub fn new(seed: u64, number: u64, kind: Kind) -> Self {
        let mut random = Random::new(seed, number);
        let arguments = random.next();
        let wasm = match kind {
            Kind::Addresses => addresses(&mut random),
            Kind::Both if number % 4 == 3 => addresses(&mut random),
            Kind::Any | Kind::Both => smith::module(&mut random, number),
        };
        Self { number, wasm, arguments }
    }
}

fn addresses(random: &mut Random) -> Vec<u8> {
    let text = addresses::module(random);
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}
