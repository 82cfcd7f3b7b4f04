//! Conversions between lanes of different types. The relaxed truncations are the saturating ones.

use super::Translator;
use crate::compile::{constant::Constant, types::VECTOR};
use cranelift_codegen::ir::{
    InstBuilder, Type, Value,
    types::{F32X4, F64X2, I16X8, I32X4, I64X2},
};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector_convert(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I8x16NarrowI16x8S => self.vector_binary(I16X8, |i, x, y| i.snarrow(x, y)),
            Operator::I8x16NarrowI16x8U => self.vector_binary(I16X8, |i, x, y| i.unarrow(x, y)),
            Operator::I16x8NarrowI32x4S => self.vector_binary(I32X4, |i, x, y| i.snarrow(x, y)),
            Operator::I16x8NarrowI32x4U => self.vector_binary(I32X4, |i, x, y| i.unarrow(x, y)),
            Operator::I32x4TruncSatF32x4S | Operator::I32x4RelaxedTruncF32x4S => {
                self.vector_unary(F32X4, |i, x| i.fcvt_to_sint_sat(I32X4, x));
            }
            Operator::I32x4TruncSatF32x4U | Operator::I32x4RelaxedTruncF32x4U => {
                self.vector_unary(F32X4, |i, x| i.fcvt_to_uint_sat(I32X4, x));
            }
            Operator::I32x4TruncSatF64x2SZero | Operator::I32x4RelaxedTruncF64x2SZero => {
                self.truncate_pair(|i, x| i.fcvt_to_sint_sat(I64X2, x), |i, x, zero| i.snarrow(x, zero));
            }
            Operator::I32x4TruncSatF64x2UZero | Operator::I32x4RelaxedTruncF64x2UZero => {
                self.truncate_pair(|i, x| i.fcvt_to_uint_sat(I64X2, x), |i, x, zero| i.uunarrow(x, zero));
            }
            Operator::F32x4ConvertI32x4S => self.vector_unary(I32X4, |i, x| i.fcvt_from_sint(F32X4, x)),
            Operator::F32x4ConvertI32x4U => self.vector_unary(I32X4, |i, x| i.fcvt_from_uint(F32X4, x)),
            Operator::F64x2ConvertLowI32x4S => self.convert_low(
                |i, x| i.swiden_low(x),
                |i, x| i.fcvt_from_sint(F64X2, x),
            ),
            Operator::F64x2ConvertLowI32x4U => self.convert_low(
                |i, x| i.uwiden_low(x),
                |i, x| i.fcvt_from_uint(F64X2, x),
            ),
            Operator::F32x4DemoteF64x2Zero => self.vector_unary(F64X2, |i, x| i.fvdemote(x)),
            Operator::F64x2PromoteLowF32x4 => self.vector_unary(F32X4, |i, x| i.fvpromote_low(x)),
            _ => return false,
        }
        true
    }

    /// Two f64 lanes to the two low i32 lanes, saturating at 64 bits and then at 32; the two high lanes are zero.
    fn truncate_pair(
        &mut self,
        convert: impl FnOnce(FuncInstBuilder, Value) -> Value,
        narrow: impl FnOnce(FuncInstBuilder, Value, Value) -> Value,
    ) {
        let x = self.pop_vector(F64X2);
        let wide = convert(self.ins(), x);
        let zero = self.zero_vector(I64X2);
        let value = narrow(self.ins(), wide, zero);
        self.push_vector(value);
    }

    fn convert_low(
        &mut self,
        widen: impl FnOnce(FuncInstBuilder, Value) -> Value,
        convert: impl FnOnce(FuncInstBuilder, Value) -> Value,
    ) {
        let x = self.pop_vector(I32X4);
        let wide = widen(self.ins(), x);
        let value = convert(self.ins(), wide);
        self.push_vector(value);
    }

    fn zero_vector(&mut self, ty: Type) -> Value {
        let zero = self.constant(Constant::V128(0));
        debug_assert_eq!(self.builder.func.dfg.value_type(zero), VECTOR);
        self.cast(zero, ty)
    }
}
