//! Vector instructions: fixed-width SIMD, and relaxed SIMD with the results of the deterministic profile.
//!
//! Between instructions every vector has the type [`VECTOR`]; an instruction that sees other lanes casts its operands
//! and its result, which costs no machine code.

mod compare;
mod convert;
mod float;
mod integer;
mod lanes;
mod memory;

use super::Translator;
use crate::compile::types::VECTOR;
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector(&mut self, operator: &Operator) -> bool {
        self.vector_lanes(operator)
            || self.vector_memory(operator)
            || self.vector_integer(operator)
            || self.vector_float(operator)
            || self.vector_compare(operator)
            || self.vector_convert(operator)
    }

    /// The same 128 bits as another type of vector.
    fn cast(&mut self, value: Value, ty: Type) -> Value {
        if self.builder.func.dfg.value_type(value) == ty {
            return value;
        }
        self.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), value)
    }

    fn pop_vector(&mut self, ty: Type) -> Value {
        let value = self.pop();
        self.cast(value, ty)
    }

    fn pop_vectors(&mut self, ty: Type) -> (Value, Value) {
        let second = self.pop_vector(ty);
        (self.pop_vector(ty), second)
    }

    fn push_vector(&mut self, value: Value) {
        let value = self.cast(value, VECTOR);
        self.push(value);
    }

    /// An instruction from one vector with lanes of type `ty` to one vector.
    fn vector_unary(&mut self, ty: Type, op: impl FnOnce(FuncInstBuilder, Value) -> Value) {
        let x = self.pop_vector(ty);
        let value = op(self.ins(), x);
        self.push_vector(value);
    }

    /// An instruction from two vectors with lanes of type `ty` to one vector.
    fn vector_binary(&mut self, ty: Type, op: impl FnOnce(FuncInstBuilder, Value, Value) -> Value) {
        let (x, y) = self.pop_vectors(ty);
        let value = op(self.ins(), x, y);
        self.push_vector(value);
    }
}
