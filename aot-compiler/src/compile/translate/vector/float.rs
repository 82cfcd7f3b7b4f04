//! Floating-point arithmetic on lanes. Relaxed forms give what the deterministic profile prescribes: the result of
//! the strict instruction, and a multiply-add with two roundings.

use super::Translator;
use cranelift_codegen::ir::{
    InstBuilder, Type, Value,
    condcodes::FloatCC,
    types::{F32X4, F64X2, I32X4, I64X2},
};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector_float(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::F32x4Ceil => self.vector_unary(F32X4, |i, x| i.ceil(x)),
            Operator::F64x2Ceil => self.vector_unary(F64X2, |i, x| i.ceil(x)),
            Operator::F32x4Floor => self.vector_unary(F32X4, |i, x| i.floor(x)),
            Operator::F64x2Floor => self.vector_unary(F64X2, |i, x| i.floor(x)),
            Operator::F32x4Trunc => self.vector_unary(F32X4, |i, x| i.trunc(x)),
            Operator::F64x2Trunc => self.vector_unary(F64X2, |i, x| i.trunc(x)),
            Operator::F32x4Nearest => self.vector_unary(F32X4, |i, x| i.nearest(x)),
            Operator::F64x2Nearest => self.vector_unary(F64X2, |i, x| i.nearest(x)),
            Operator::F32x4Abs => self.vector_unary(F32X4, |i, x| i.fabs(x)),
            Operator::F64x2Abs => self.vector_unary(F64X2, |i, x| i.fabs(x)),
            Operator::F32x4Neg => self.vector_unary(F32X4, |i, x| i.fneg(x)),
            Operator::F64x2Neg => self.vector_unary(F64X2, |i, x| i.fneg(x)),
            Operator::F32x4Sqrt => self.vector_unary(F32X4, |i, x| i.sqrt(x)),
            Operator::F64x2Sqrt => self.vector_unary(F64X2, |i, x| i.sqrt(x)),
            Operator::F32x4Add => self.vector_binary(F32X4, |i, x, y| i.fadd(x, y)),
            Operator::F64x2Add => self.vector_binary(F64X2, |i, x, y| i.fadd(x, y)),
            Operator::F32x4Sub => self.vector_binary(F32X4, |i, x, y| i.fsub(x, y)),
            Operator::F64x2Sub => self.vector_binary(F64X2, |i, x, y| i.fsub(x, y)),
            Operator::F32x4Mul => self.vector_binary(F32X4, |i, x, y| i.fmul(x, y)),
            Operator::F64x2Mul => self.vector_binary(F64X2, |i, x, y| i.fmul(x, y)),
            Operator::F32x4Div => self.vector_binary(F32X4, |i, x, y| i.fdiv(x, y)),
            Operator::F64x2Div => self.vector_binary(F64X2, |i, x, y| i.fdiv(x, y)),
            Operator::F32x4Min | Operator::F32x4RelaxedMin => self.vector_binary(F32X4, |i, x, y| i.fmin(x, y)),
            Operator::F64x2Min | Operator::F64x2RelaxedMin => self.vector_binary(F64X2, |i, x, y| i.fmin(x, y)),
            Operator::F32x4Max | Operator::F32x4RelaxedMax => self.vector_binary(F32X4, |i, x, y| i.fmax(x, y)),
            Operator::F64x2Max | Operator::F64x2RelaxedMax => self.vector_binary(F64X2, |i, x, y| i.fmax(x, y)),
            Operator::F32x4PMin => self.pseudo(F32X4, I32X4, |x, y| (y, x)),
            Operator::F64x2PMin => self.pseudo(F64X2, I64X2, |x, y| (y, x)),
            Operator::F32x4PMax => self.pseudo(F32X4, I32X4, |x, y| (x, y)),
            Operator::F64x2PMax => self.pseudo(F64X2, I64X2, |x, y| (x, y)),
            Operator::F32x4RelaxedMadd => self.multiply_add(F32X4, false),
            Operator::F64x2RelaxedMadd => self.multiply_add(F64X2, false),
            Operator::F32x4RelaxedNmadd => self.multiply_add(F32X4, true),
            Operator::F64x2RelaxedNmadd => self.multiply_add(F64X2, true),
            _ => return false,
        }
        true
    }

    /// The second operand in lanes where the first of the two that `order` gives is less than the other, else the
    /// first: pmin compares (y, x), pmax (x, y).
    fn pseudo(&mut self, ty: Type, mask: Type, order: impl FnOnce(Value, Value) -> (Value, Value)) {
        let (x, y) = self.pop_vectors(ty);
        let (less, greater) = order(x, y);
        let second = self.ins().fcmp(FloatCC::LessThan, less, greater);
        let (x, y) = (self.cast(x, mask), self.cast(y, mask));
        let value = self.ins().bitselect(second, y, x);
        self.push_vector(value);
    }

    fn multiply_add(&mut self, ty: Type, negate: bool) {
        let addend = self.pop_vector(ty);
        let (x, y) = self.pop_vectors(ty);
        let product = self.ins().fmul(x, y);
        let value =
            if negate { self.ins().fsub(addend, product) } else { self.ins().fadd(product, addend) };
        self.push_vector(value);
    }
}
