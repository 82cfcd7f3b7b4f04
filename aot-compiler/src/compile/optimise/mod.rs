//! What the compiler does to a function between translation and Cranelift, one pass in each file.

mod addresses;
mod constants;
mod loops;

use super::sandbox::Access;
use cranelift_codegen::{
    cursor::FuncCursor,
    ir::{Function, Inst, InstBuilder, Value},
};

/// A pass, which can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Addresses of linear memory by 64-bit arithmetic (addresses.rs).
    Addresses,
    /// Floating-point and vector constants before loops (constants.rs).
    Constants,
}

/// All passes with the names by which they are left out.
pub const PASSES: [(Pass, &str); 2] = [(Pass::Addresses, "addresses"), (Pass::Constants, "constants")];

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
    if passes.has(Pass::Constants) {
        constants::run(function);
    }
}

/// The same value, but nothing that Cranelift looks through, makes again or moves; it costs no instruction. And what
/// made it.
fn opaque(cursor: &mut FuncCursor, value: Value) -> (Inst, Value) {
    let twice = cursor.ins().iconcat(value, value);
    let (same, _) = cursor.ins().isplit(twice);
    (cursor.func.dfg.value_def(same).unwrap_inst(), same)
}
