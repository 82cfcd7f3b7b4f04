//! The ways in which the programs are made for Sinter.

use aot_compiler::compile::optimise::{Pass, Passes};
use sinter_bench::{Programs, UNTUNED, WASM, report::Conditions};

/// How the producer and the compiler are told to work.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way {
    /// The producer is told nothing.
    pub untuned: bool,
    /// The compiler may round once for a product and its sum.
    pub contracted: bool,
}

impl Way {
    /// The usual way, and those with which it is compared.
    pub const ALL: [Self; 3] = [
        Self { untuned: false, contracted: false },
        Self { untuned: true, contracted: false },
        Self { untuned: false, contracted: true },
    ];

    /// Both words, if they apply.
    fn words(self) -> impl Iterator<Item = &'static str> {
        [(self.untuned, "untuned"), (self.contracted, "contracted")]
            .into_iter()
            .filter_map(|(applies, word)| applies.then_some(word))
    }

    /// The system's name in tables.
    pub fn system(self) -> String {
        ["Sinter"].into_iter().chain(self.words()).collect::<Vec<_>>().join(", ")
    }

    /// A name for files, which is `usual` for the usual way.
    pub fn file(self, usual: &'static str) -> String {
        let words: Vec<_> = self.words().collect();
        if words.is_empty() { usual.into() } else { words.join("-") }
    }

    /// What a reader has to know of it.
    pub fn conditions(self) -> Conditions {
        let flags = if self.untuned { "none: cargo build --release".into() } else { WASM.flags.join(" ") };
        let mut conditions = vec![(format!("{}: flags of the producer", self.system()), flags)];
        if self.contracted {
            let text = "compiled with --fp-contract fast; every number printed is close to that without (docs/benchmarks.md)";
            conditions.push((format!("{}: compiler", self.system()), text.into()));
        }
        conditions
    }

    /// How the modules are built.
    pub fn programs(self) -> Programs {
        if self.untuned { UNTUNED } else { WASM }
    }

    /// How they are compiled.
    pub fn passes(self) -> Passes {
        if self.contracted { Passes::ALL.with(Pass::Contract) } else { Passes::ALL }
    }
}
