//! What is looked at in an instance, the same under Wasmtime and on the target.

use crate::{generate::Case, random::Random};
use sinter_abi::trap::TrapReason;
use std::fmt::{self, Display, Formatter};
use wasmtime::{ExternType, MemoryType, Module, ValType};

/// One look at an instance, by the number of an export.
pub enum Look {
    /// Calls the function with these arguments, of which those that are references are null; says of each result
    /// whether it is a number, and its bits.
    Call { export: usize, arguments: Vec<u128>, results: Vec<Option<u32>> },
    /// Reads the global, a number of so many bits.
    Global { export: usize, bits: u32 },
    /// Hashes the memory, by the module in WebAssembly's text format.
    Memory { export: usize, hasher: String },
}

impl Display for Look {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { export, arguments, .. } => write!(f, "calling export {export} with {arguments:x?}"),
            Self::Global { export, .. } => write!(f, "the global, export {export}"),
            Self::Memory { export, .. } => write!(f, "the hash of the memory, export {export}"),
        }
    }
}

/// What is seen, or why there is nothing to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// These values; `None` for a reference.
    Values(Vec<Option<u128>>),
    /// A trap.
    Trap(TrapReason),
}

/// All looks at an instance of `module`: its functions with random arguments, then its globals and memories.
pub fn looks(case: &Case, module: &Module) -> Vec<Look> {
    let mut random = Random::new(case.arguments, 0);
    let (mut calls, mut others) = (Vec::new(), Vec::new());
    for (export, ty) in module.exports().enumerate() {
        match ty.ty() {
            ExternType::Func(ty) => calls.push(Look::Call {
                export,
                arguments: ty
                    .params()
                    .map(|ty| bits(&ty).map_or(0, |bits| low(random.interesting(), bits)))
                    .collect(),
                results: ty.results().map(|ty| bits(&ty)).collect(),
            }),
            ExternType::Global(ty) => {
                others.extend(bits(ty.content()).map(|bits| Look::Global { export, bits }));
            }
            ExternType::Memory(ty) => others.push(Look::Memory { export, hasher: hasher(&ty) }),
            _ => {}
        }
    }
    calls.into_iter().chain(others).collect()
}

/// The bits of a number; none for a reference.
fn bits(ty: &ValType) -> Option<u32> {
    match ty {
        ValType::I32 | ValType::F32 => Some(32),
        ValType::I64 | ValType::F64 => Some(64),
        ValType::V128 => Some(128),
        ValType::Ref(_) => None,
    }
}

/// A value's low bits.
pub fn low(value: u128, bits: u32) -> u128 {
    value & u128::MAX >> (128 - bits)
}

/// A module that imports a memory of this type and exports `hash`, which hashes its size and its bytes.
fn hasher(ty: &MemoryType) -> String {
    let index = if ty.is_64() { "i64" } else { "i32" };
    let address = if ty.is_64() { "i64 " } else { "" };
    let limits = match (ty.is_shared(), ty.maximum()) {
        (true, Some(max)) => format!("0 {max} shared"),
        _ => "0".into(),
    };
    format!(
        "(module (import \"\" \"\" (memory {address}{limits}))
            (func (export \"hash\") (result i64) (local $at {index}) (local $end {index}) (local $hash i64)
                (local.set $hash (i64.const 0x4f29ce484222325))
                (local.set $end ({index}.mul (memory.size) ({index}.const 65536)))
                (local.set $hash (i64.xor (local.get $hash) ({extended})))
                (block $done
                    (loop $next
                        (br_if $done ({index}.ge_u (local.get $at) (local.get $end)))
                        (local.set $hash
                            (i64.mul (i64.xor (i64.rotl (local.get $hash) (i64.const 5)) (i64.load (local.get $at)))
                                (i64.const 0x100000001b3)))
                        (local.set $at ({index}.add (local.get $at) ({index}.const 8)))
                        (br $next)))
                (local.get $hash)))",
        extended = if ty.is_64() { "local.get $end" } else { "i64.extend_i32_u (local.get $end)" },
    )
}
