//! Relaxed vector instructions. Where the specification leaves a choice (core specification 4.3.4), it is made once, so
//! that equal inputs give equal outputs: always as the deterministic profile prescribes, except for multiply-add, which
//! is fused, one instruction here, as other engines do on machines that can.

use super::super::Translator;
use crate::compile::types::VECTOR;
use cranelift_codegen::ir::{
    InstBuilder, Type,
    types::{F32X4, I16X8, I32X4},
};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn relaxed(&mut self, operator: &Operator, ty: Type) -> bool {
        use Operator::*;
        match operator {
            I8x16RelaxedSwizzle => self.vector2(VECTOR, |i, x, y| i.swizzle(x, y)),
            I32x4RelaxedTruncF32x4S => self.vector1(F32X4, |i, x| i.fcvt_to_sint_sat(I32X4, x)),
            I32x4RelaxedTruncF32x4U => self.vector1(F32X4, |i, x| i.fcvt_to_uint_sat(I32X4, x)),
            I32x4RelaxedTruncF64x2SZero => self.truncate_doubles(true),
            I32x4RelaxedTruncF64x2UZero => self.truncate_doubles(false),
            F32x4RelaxedMadd | F64x2RelaxedMadd => self.fused(ty, false),
            F32x4RelaxedNmadd | F64x2RelaxedNmadd => self.fused(ty, true),
            I8x16RelaxedLaneselect
            | I16x8RelaxedLaneselect
            | I32x4RelaxedLaneselect
            | I64x2RelaxedLaneselect => {
                let (x, y, mask) = self.pop3();
                let value = self.select_bits(VECTOR, mask, x, y);
                self.push(value);
            }
            F32x4RelaxedMin | F64x2RelaxedMin => self.vector2(ty, |i, x, y| i.fmin(x, y)),
            F32x4RelaxedMax | F64x2RelaxedMax => self.vector2(ty, |i, x, y| i.fmax(x, y)),
            I16x8RelaxedQ15mulrS => self.vector2(I16X8, |i, x, y| i.sqmul_round_sat(x, y)),
            I16x8RelaxedDotI8x16I7x16S => {
                let (x, y) = self.pop2();
                let sums = self.dot_product(x, y);
                self.push_vector(sums);
            }
            I32x4RelaxedDotI8x16I7x16AddS => {
                let (x, y, addend) = self.pop3();
                let sums = self.dot_product(x, y);
                let (low, high) = (self.ins().swiden_low(sums), self.ins().swiden_high(sums));
                let sums = self.ins().iadd_pairwise(low, high);
                let addend = self.cast(addend, I32X4);
                let value = self.ins().iadd(sums, addend);
                self.push_vector(value);
            }
            _ => return false,
        }
        true
    }

    /// `x * y + z`, or `-x * y + z`, rounded once.
    fn fused(&mut self, ty: Type, negate: bool) {
        let z = self.pop_vector(ty);
        let y = self.pop_vector(ty);
        let x = self.pop_vector(ty);
        let x = if negate { self.ins().fneg(x) } else { x };
        let value = self.ins().fma(x, y, z);
        self.push_vector(value);
    }
}
