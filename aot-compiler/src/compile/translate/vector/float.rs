//! Vectors of floats, and their conversions.

use super::{super::Translator, lane::masks};
use crate::compile::constant::Constant;
use cranelift_codegen::ir::{
    InstBuilder, Type, Value,
    condcodes::FloatCC,
    types::{F32X4, F64X2, I32X4, I64X2},
};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector_floats(&mut self, operator: &Operator, ty: Type) -> bool {
        self.float_arithmetic(operator, ty)
            || self.float_comparison(operator, ty)
            || self.float_conversion(operator)
    }

    fn float_arithmetic(&mut self, operator: &Operator, ty: Type) -> bool {
        use Operator::*;
        match operator {
            F32x4Ceil | F64x2Ceil => self.vector1(ty, |i, x| i.ceil(x)),
            F32x4Floor | F64x2Floor => self.vector1(ty, |i, x| i.floor(x)),
            F32x4Trunc | F64x2Trunc => self.vector1(ty, |i, x| i.trunc(x)),
            F32x4Nearest | F64x2Nearest => self.vector1(ty, |i, x| i.nearest(x)),
            F32x4Abs | F64x2Abs => self.vector1(ty, |i, x| i.fabs(x)),
            F32x4Neg | F64x2Neg => self.vector1(ty, |i, x| i.fneg(x)),
            F32x4Sqrt | F64x2Sqrt => self.vector1(ty, |i, x| i.sqrt(x)),
            F32x4Add | F64x2Add => self.vector2(ty, |i, x, y| i.fadd(x, y)),
            F32x4Sub | F64x2Sub => self.vector2(ty, |i, x, y| i.fsub(x, y)),
            F32x4Mul | F64x2Mul => self.vector2(ty, |i, x, y| i.fmul(x, y)),
            F32x4Div | F64x2Div => self.vector2(ty, |i, x, y| i.fdiv(x, y)),
            F32x4Min | F64x2Min => self.vector2(ty, |i, x, y| i.fmin(x, y)),
            F32x4Max | F64x2Max => self.vector2(ty, |i, x, y| i.fmax(x, y)),
            // The second operand if it is less, or greater, than the first, else the first, NaN or not.
            F32x4PMin | F64x2PMin => self.pseudo(ty, FloatCC::LessThan),
            F32x4PMax | F64x2PMax => self.pseudo(ty, FloatCC::GreaterThan),
            _ => return false,
        }
        true
    }

    fn float_comparison(&mut self, operator: &Operator, ty: Type) -> bool {
        use Operator::*;
        let condition = match operator {
            F32x4Eq | F64x2Eq => FloatCC::Equal,
            F32x4Ne | F64x2Ne => FloatCC::NotEqual,
            F32x4Lt | F64x2Lt => FloatCC::LessThan,
            F32x4Gt | F64x2Gt => FloatCC::GreaterThan,
            F32x4Le | F64x2Le => FloatCC::LessThanOrEqual,
            F32x4Ge | F64x2Ge => FloatCC::GreaterThanOrEqual,
            _ => return false,
        };
        self.vector2(ty, |i, x, y| i.fcmp(condition, x, y));
        true
    }

    fn float_conversion(&mut self, operator: &Operator) -> bool {
        use Operator::*;
        match operator {
            I32x4TruncSatF32x4S => self.vector1(F32X4, |i, x| i.fcvt_to_sint_sat(I32X4, x)),
            I32x4TruncSatF32x4U => self.vector1(F32X4, |i, x| i.fcvt_to_uint_sat(I32X4, x)),
            I32x4TruncSatF64x2SZero => self.truncate_doubles(true),
            I32x4TruncSatF64x2UZero => self.truncate_doubles(false),
            F32x4ConvertI32x4S => self.vector1(I32X4, |i, x| i.fcvt_from_sint(F32X4, x)),
            F32x4ConvertI32x4U => self.vector1(I32X4, |i, x| i.fcvt_from_uint(F32X4, x)),
            F64x2ConvertLowI32x4S => {
                self.vector1(I32X4, |i, x| i.swiden_low(x));
                self.vector1(I64X2, |i, x| i.fcvt_from_sint(F64X2, x));
            }
            F64x2ConvertLowI32x4U => {
                self.vector1(I32X4, |i, x| i.uwiden_low(x));
                self.vector1(I64X2, |i, x| i.fcvt_from_uint(F64X2, x));
            }
            F32x4DemoteF64x2Zero => self.vector1(F64X2, |i, x| i.fvdemote(x)),
            F64x2PromoteLowF32x4 => self.vector1(F32X4, |i, x| i.fvpromote_low(x)),
            _ => return false,
        }
        true
    }

    fn pseudo(&mut self, ty: Type, condition: FloatCC) {
        let y = self.pop_vector(ty);
        let x = self.pop_vector(ty);
        let mask = self.ins().fcmp(condition, y, x);
        let value = self.select_bits(masks(ty), mask, y, x);
        self.push_vector(value);
    }

    /// Two doubles to saturated 32-bit integers; the upper lanes are zero.
    pub(super) fn truncate_doubles(&mut self, signed: bool) {
        let doubles = self.pop_vector(F64X2);
        let zero = self.constant(Constant::V128(0));
        let zero = self.cast(zero, I64X2);
        let value: Value = if signed {
            let wide = self.ins().fcvt_to_sint_sat(I64X2, doubles);
            self.ins().snarrow(wide, zero)
        } else {
            let wide = self.ins().fcvt_to_uint_sat(I64X2, doubles);
            self.ins().uunarrow(wide, zero)
        };
        self.push_vector(value);
    }
}
