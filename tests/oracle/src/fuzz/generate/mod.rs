//! The modules of a run.

mod addresses;
mod rewrite;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use wasmparser::{Parser, Payload, Validator, WasmFeatures};

    /// Adds what the module imports, by kind, and the names of its instructions.
    fn contents(wasm: &[u8], all: &mut BTreeSet<String>) {
        let word = |debug: String| debug.split([' ', '(']).next().unwrap_or_default().to_owned();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ImportSection(imports) => {
                    all.extend(
                        imports.into_imports().map(|import| word(format!("{:?}", import.unwrap().ty))),
                    );
                }
                Payload::CodeSectionEntry(body) => {
                    let operators = body.get_operators_reader().unwrap().into_iter();
                    all.extend(operators.map(|operator| word(format!("{:?}", operator.unwrap()))));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn modules_are_valid_and_have_everything() {
        let mut all = BTreeSet::new();
        for number in 0..1500 {
            let case = Case::new(0, number, Kind::Both);
            Validator::new_with_features(WasmFeatures::default() - WasmFeatures::GC)
                .validate_all(&case.wasm)
                .unwrap_or_else(|error| panic!("module {number}: {error}"));
            contents(&case.wasm, &mut all);
        }
        let expected = [
            "Func",
            "Memory",
            "Table",
            "Global",
            "Tag",
            "CallRef",
            "ReturnCallRef",
            "RefAsNonNull",
            "BrOnNonNull",
            "TryTable",
            "Throw",
            "ThrowRef",
            "MemoryAtomicWait32",
            "MemoryAtomicWait64",
            "MemoryAtomicNotify",
            "I32AtomicRmwAdd",
            "ReturnCallIndirect",
            "MemoryCopy",
            "TableGrow",
            "I8x16RelaxedSwizzle",
        ];
        let missing: Vec<_> = expected.iter().filter(|name| !all.contains(**name)).collect();
        assert!(missing.is_empty(), "no {missing:?} in {all:?}");
    }
}
