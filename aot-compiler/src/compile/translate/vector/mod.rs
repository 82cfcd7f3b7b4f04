//! Vector instructions (fixed-width and relaxed SIMD).
//!
//! A vector on the operand stack is always [`VECTOR`]; each instruction casts to its own lanes, which costs nothing on
//! the machine. The lanes are those in an instruction's name: `i16x8.add` works on [`lanes`] I16X8.

mod float;
mod integer;
mod lane;
mod relaxed;
mod shuffle;

use super::Translator;
use crate::compile::types::VECTOR;
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector(&mut self, operator: &Operator) -> bool {
        let Some(ty) = lanes(operator) else { return false };
        self.vector_lanes(operator, ty)
            || self.vector_integers(operator, ty)
            || self.vector_floats(operator, ty)
            || self.relaxed(operator, ty)
    }

    /// A vector seen as other lanes.
    fn cast(&mut self, value: Value, ty: Type) -> Value {
        if self.builder.func.dfg.value_type(value) == ty {
            return value;
        }
        let little = MemFlagsData::new().with_endianness(Endianness::Little);
        self.ins().bitcast(ty, little, value)
    }

    /// Takes a vector off the stack, seen as `ty`.
    fn pop_vector(&mut self, ty: Type) -> Value {
        let value = self.pop();
        self.cast(value, ty)
    }

    fn push_vector(&mut self, value: Value) {
        let value = self.cast(value, VECTOR);
        self.push(value);
    }

    /// An instruction from lanes `ty` to a vector.
    fn vector1(&mut self, ty: Type, instruction: impl FnOnce(FuncInstBuilder, Value) -> Value) {
        let x = self.pop_vector(ty);
        let result = instruction(self.ins(), x);
        self.push_vector(result);
    }

    /// An instruction from two vectors of lanes `ty` to a vector.
    fn vector2(&mut self, ty: Type, instruction: impl FnOnce(FuncInstBuilder, Value, Value) -> Value) {
        let y = self.pop_vector(ty);
        let x = self.pop_vector(ty);
        let result = instruction(self.ins(), x, y);
        self.push_vector(result);
    }

    /// For each bit: `x` where `mask` is one, else `y`. All are seen as `ty`.
    fn select_bits(&mut self, ty: Type, mask: Value, x: Value, y: Value) -> Value {
        let (mask, x, y) = (self.cast(mask, ty), self.cast(x, ty), self.cast(y, ty));
        self.ins().bitselect(mask, x, y)
    }
}

/// The lanes in the name of a vector instruction; bytes for `v128`.
fn lanes(operator: &Operator) -> Option<Type> {
    macro_rules! table {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
            match operator {
                $(Operator::$op { .. } => Some(const { lanes_in(stringify!($op)) }),)*
                _ => None,
            }
        };
    }
    wasmparser::for_each_visit_simd_operator!(table)
}

/// The lanes that a name such as `I16x8Add` begins with.
const fn lanes_in(name: &str) -> Type {
    match name.as_bytes() {
        [b'I', b'1', ..] => types::I16X8,
        [b'I', b'3', ..] => types::I32X4,
        [b'I', b'6', ..] => types::I64X2,
        [b'F', b'3', ..] => types::F32X4,
        [b'F', b'6', ..] => types::F64X2,
        _ => VECTOR,
    }
}
