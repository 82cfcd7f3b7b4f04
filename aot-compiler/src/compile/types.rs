//! Wasm types: their machine types, and in words.

use cranelift_codegen::ir::{self, types};
use wasmparser::{FuncType, ValType};

/// The machine type of a value. References are addresses, 0 for null.
pub fn machine(ty: ValType) -> ir::Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 | ValType::Ref(_) => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => VECTOR,
    }
}

/// The type that vectors have between instructions; those that see other lanes cast.
pub const VECTOR: ir::Type = types::I8X16;

/// A function type in words, such as `(i32, i64) -> i32`.
pub fn text(ty: &FuncType) -> String {
    let list = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match ty.results() {
        [] => format!("({})", list(ty.params())),
        [result] => format!("({}) -> {result}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_well() {
        assert_eq!(text(&FuncType::new([], [])), "()");
        assert_eq!(text(&FuncType::new([ValType::I32, ValType::I64], [ValType::F32])), "(i32, i64) -> f32");
        assert_eq!(text(&FuncType::new([], [ValType::I32, ValType::FUNCREF])), "() -> (i32, funcref)");
    }
}
