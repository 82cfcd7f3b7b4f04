//! Constant expressions (core specification 3.3.10) whose value the compiler knows.

use super::module::Module;
use wasmparser::{ConstExpr, Operator, Result};

/// A value known at compile time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constant {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A vector.
    V128(u128),
    /// A null reference.
    Null,
    /// A reference to the function with this index.
    Function(u32),
}

impl Constant {
    /// An address or a table index; 32-bit ones are unsigned.
    pub fn index(self) -> Option<u64> {
        match self {
            Self::I32(value) => Some(u64::from(value as u32)),
            Self::I64(value) => Some(value as u64),
            _ => None,
        }
    }

    /// Whether every bit of it is zero.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::I32(0) | Self::I64(0) | Self::F32(0) | Self::F64(0) | Self::V128(0) | Self::Null)
    }
}

/// The values, as far as they are known, of the module's globals that are immutable or not written, by index.
///
/// # Errors
/// If an expression cannot be read, which validation excludes.
pub fn globals(module: &Module, is_written: impl Fn(u32) -> bool) -> Result<Vec<Option<Constant>>> {
    let mut known = vec![None; module.imported_globals as usize];
    for expression in &module.globals {
        let index = known.len() as u32;
        let changes = module.types().global_at(index).mutable && is_written(index);
        let value = if changes { None } else { evaluate(expression, &known)? };
        known.push(value);
    }
    Ok(known)
}

/// The value of a valid `expression`, or `None` if it depends on what is only known on the target.
///
/// # Errors
/// If the expression cannot be read, which validation excludes.
pub fn evaluate(expression: &ConstExpr, globals: &[Option<Constant>]) -> Result<Option<Constant>> {
    use Constant::{F32, F64, Function, I32, I64, Null, V128};
    let mut stack = Vec::new();
    for operator in expression.get_operators_reader() {
        let value = match operator? {
            Operator::I32Const { value } => I32(value),
            Operator::I64Const { value } => I64(value),
            Operator::F32Const { value } => F32(value.bits()),
            Operator::F64Const { value } => F64(value.bits()),
            Operator::V128Const { value } => V128(u128::from_le_bytes(*value.bytes())),
            Operator::RefNull { .. } => Null,
            Operator::RefFunc { function_index } => Function(function_index),
            Operator::GlobalGet { global_index } => match globals.get(global_index as usize) {
                Some(Some(value)) => *value,
                _ => return Ok(None),
            },
            Operator::End => break,
            operator => match (operator, stack.pop(), stack.pop()) {
                (Operator::I32Add, Some(I32(y)), Some(I32(x))) => I32(x.wrapping_add(y)),
                (Operator::I32Sub, Some(I32(y)), Some(I32(x))) => I32(x.wrapping_sub(y)),
                (Operator::I32Mul, Some(I32(y)), Some(I32(x))) => I32(x.wrapping_mul(y)),
                (Operator::I64Add, Some(I64(y)), Some(I64(x))) => I64(x.wrapping_add(y)),
                (Operator::I64Sub, Some(I64(y)), Some(I64(x))) => I64(x.wrapping_sub(y)),
                (Operator::I64Mul, Some(I64(y)), Some(I64(x))) => I64(x.wrapping_mul(y)),
                _ => return Ok(None),
            },
        };
        stack.push(value);
    }
    Ok(stack.pop())
}

/// The functions whose reference `expression` takes.
///
/// # Errors
/// If it cannot be read, which validation excludes.
pub fn references(expression: &ConstExpr) -> Result<Vec<u32>> {
    let mut functions = Vec::new();
    for operator in expression.get_operators_reader() {
        if let Operator::RefFunc { function_index } = operator? {
            functions.push(function_index);
        }
    }
    Ok(functions)
}
