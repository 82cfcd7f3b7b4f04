//! What the compiler does to a function between translation and Cranelift, one pass in each file.

mod addresses;

use super::sandbox::Access;
use cranelift_codegen::ir::Function;

/// A pass, which can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// See [`addresses`].
    Addresses,
}

/// All passes with the names by which they are left out.
pub const PASSES: [(Pass, &str); 1] = [(Pass::Addresses, "addresses")];

/// A set of passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passes(u32);

impl Passes {
    /// All of them.
    pub const ALL: Self = Self(u32::MAX);

    /// The same set without `pass`.
    #[must_use]
    pub const fn without(self, pass: Pass) -> Self {
        Self(self.0 & !(1 << pass as u32))
    }

    /// All but those with the given names.
    ///
    /// # Errors
    /// The first name that is not in [`PASSES`].
    pub fn without_named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let find = |name| PASSES.iter().find(|pass| pass.1 == name).ok_or(name);
        names.into_iter().try_fold(Self::ALL, |passes, name| Ok(passes.without(find(name)?.0)))
    }

    /// Whether `pass` is in the set.
    pub const fn has(self, pass: Pass) -> bool {
        self.0 & 1 << pass as u32 != 0
    }
}

/// Runs `passes` on a translated function with these accesses to linear memory.
pub fn run(function: &mut Function, accesses: &[Access], passes: Passes) {
    if passes.has(Pass::Addresses) {
        addresses::run(function, accesses);
    }
}
