//! Integer arithmetic on lanes.

use super::Translator;
use cranelift_codegen::ir::{
    InstBuilder, Type, Value,
    types::{I8X16, I16X8, I32X4, I64X2},
};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

/// An instruction that makes lanes of twice the width from one half of a vector.
type Widen = fn(FuncInstBuilder<'_, '_>, Value) -> Value;

const LOW_S: Widen = |i, x| i.swiden_low(x);
const HIGH_S: Widen = |i, x| i.swiden_high(x);
const LOW_U: Widen = |i, x| i.uwiden_low(x);
const HIGH_U: Widen = |i, x| i.uwiden_high(x);

impl Translator<'_> {
    pub(super) fn vector_integer(&mut self, operator: &Operator) -> bool {
        self.vector_arithmetic(operator) || self.vector_shift(operator) || self.vector_widening(operator)
    }

    fn vector_arithmetic(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I8x16Abs => self.vector_unary(I8X16, |i, x| i.iabs(x)),
            Operator::I16x8Abs => self.vector_unary(I16X8, |i, x| i.iabs(x)),
            Operator::I32x4Abs => self.vector_unary(I32X4, |i, x| i.iabs(x)),
            Operator::I64x2Abs => self.vector_unary(I64X2, |i, x| i.iabs(x)),
            Operator::I8x16Neg => self.vector_unary(I8X16, |i, x| i.ineg(x)),
            Operator::I16x8Neg => self.vector_unary(I16X8, |i, x| i.ineg(x)),
            Operator::I32x4Neg => self.vector_unary(I32X4, |i, x| i.ineg(x)),
            Operator::I64x2Neg => self.vector_unary(I64X2, |i, x| i.ineg(x)),
            Operator::I8x16Popcnt => self.vector_unary(I8X16, |i, x| i.popcnt(x)),
            Operator::I8x16Add => self.vector_binary(I8X16, |i, x, y| i.iadd(x, y)),
            Operator::I16x8Add => self.vector_binary(I16X8, |i, x, y| i.iadd(x, y)),
            Operator::I32x4Add => self.vector_binary(I32X4, |i, x, y| i.iadd(x, y)),
            Operator::I64x2Add => self.vector_binary(I64X2, |i, x, y| i.iadd(x, y)),
            Operator::I8x16Sub => self.vector_binary(I8X16, |i, x, y| i.isub(x, y)),
            Operator::I16x8Sub => self.vector_binary(I16X8, |i, x, y| i.isub(x, y)),
            Operator::I32x4Sub => self.vector_binary(I32X4, |i, x, y| i.isub(x, y)),
            Operator::I64x2Sub => self.vector_binary(I64X2, |i, x, y| i.isub(x, y)),
            Operator::I16x8Mul => self.vector_binary(I16X8, |i, x, y| i.imul(x, y)),
            Operator::I32x4Mul => self.vector_binary(I32X4, |i, x, y| i.imul(x, y)),
            Operator::I64x2Mul => self.vector_binary(I64X2, |i, x, y| i.imul(x, y)),
            Operator::I8x16AddSatS => self.vector_binary(I8X16, |i, x, y| i.sadd_sat(x, y)),
            Operator::I16x8AddSatS => self.vector_binary(I16X8, |i, x, y| i.sadd_sat(x, y)),
            Operator::I8x16AddSatU => self.vector_binary(I8X16, |i, x, y| i.uadd_sat(x, y)),
            Operator::I16x8AddSatU => self.vector_binary(I16X8, |i, x, y| i.uadd_sat(x, y)),
            Operator::I8x16SubSatS => self.vector_binary(I8X16, |i, x, y| i.ssub_sat(x, y)),
            Operator::I16x8SubSatS => self.vector_binary(I16X8, |i, x, y| i.ssub_sat(x, y)),
            Operator::I8x16SubSatU => self.vector_binary(I8X16, |i, x, y| i.usub_sat(x, y)),
            Operator::I16x8SubSatU => self.vector_binary(I16X8, |i, x, y| i.usub_sat(x, y)),
            Operator::I8x16MinS => self.vector_binary(I8X16, |i, x, y| i.smin(x, y)),
            Operator::I16x8MinS => self.vector_binary(I16X8, |i, x, y| i.smin(x, y)),
            Operator::I32x4MinS => self.vector_binary(I32X4, |i, x, y| i.smin(x, y)),
            Operator::I8x16MinU => self.vector_binary(I8X16, |i, x, y| i.umin(x, y)),
            Operator::I16x8MinU => self.vector_binary(I16X8, |i, x, y| i.umin(x, y)),
            Operator::I32x4MinU => self.vector_binary(I32X4, |i, x, y| i.umin(x, y)),
            Operator::I8x16MaxS => self.vector_binary(I8X16, |i, x, y| i.smax(x, y)),
            Operator::I16x8MaxS => self.vector_binary(I16X8, |i, x, y| i.smax(x, y)),
            Operator::I32x4MaxS => self.vector_binary(I32X4, |i, x, y| i.smax(x, y)),
            Operator::I8x16MaxU => self.vector_binary(I8X16, |i, x, y| i.umax(x, y)),
            Operator::I16x8MaxU => self.vector_binary(I16X8, |i, x, y| i.umax(x, y)),
            Operator::I32x4MaxU => self.vector_binary(I32X4, |i, x, y| i.umax(x, y)),
            Operator::I8x16AvgrU => self.vector_binary(I8X16, |i, x, y| i.avg_round(x, y)),
            Operator::I16x8AvgrU => self.vector_binary(I16X8, |i, x, y| i.avg_round(x, y)),
            Operator::I16x8Q15MulrSatS | Operator::I16x8RelaxedQ15mulrS => {
                self.vector_binary(I16X8, |i, x, y| i.sqmul_round_sat(x, y));
            }
            _ => return false,
        }
        true
    }

    /// Shifts; Cranelift takes the amount modulo the lane's width, as Wasm does.
    fn vector_shift(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I8x16Shl => self.shift(I8X16, |i, x, n| i.ishl(x, n)),
            Operator::I16x8Shl => self.shift(I16X8, |i, x, n| i.ishl(x, n)),
            Operator::I32x4Shl => self.shift(I32X4, |i, x, n| i.ishl(x, n)),
            Operator::I64x2Shl => self.shift(I64X2, |i, x, n| i.ishl(x, n)),
            Operator::I8x16ShrS => self.shift(I8X16, |i, x, n| i.sshr(x, n)),
            Operator::I16x8ShrS => self.shift(I16X8, |i, x, n| i.sshr(x, n)),
            Operator::I32x4ShrS => self.shift(I32X4, |i, x, n| i.sshr(x, n)),
            Operator::I64x2ShrS => self.shift(I64X2, |i, x, n| i.sshr(x, n)),
            Operator::I8x16ShrU => self.shift(I8X16, |i, x, n| i.ushr(x, n)),
            Operator::I16x8ShrU => self.shift(I16X8, |i, x, n| i.ushr(x, n)),
            Operator::I32x4ShrU => self.shift(I32X4, |i, x, n| i.ushr(x, n)),
            Operator::I64x2ShrU => self.shift(I64X2, |i, x, n| i.ushr(x, n)),
            _ => return false,
        }
        true
    }

    fn vector_widening(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I16x8ExtendLowI8x16S => self.vector_unary(I8X16, LOW_S),
            Operator::I16x8ExtendHighI8x16S => self.vector_unary(I8X16, HIGH_S),
            Operator::I16x8ExtendLowI8x16U => self.vector_unary(I8X16, LOW_U),
            Operator::I16x8ExtendHighI8x16U => self.vector_unary(I8X16, HIGH_U),
            Operator::I32x4ExtendLowI16x8S => self.vector_unary(I16X8, LOW_S),
            Operator::I32x4ExtendHighI16x8S => self.vector_unary(I16X8, HIGH_S),
            Operator::I32x4ExtendLowI16x8U => self.vector_unary(I16X8, LOW_U),
            Operator::I32x4ExtendHighI16x8U => self.vector_unary(I16X8, HIGH_U),
            Operator::I64x2ExtendLowI32x4S => self.vector_unary(I32X4, LOW_S),
            Operator::I64x2ExtendHighI32x4S => self.vector_unary(I32X4, HIGH_S),
            Operator::I64x2ExtendLowI32x4U => self.vector_unary(I32X4, LOW_U),
            Operator::I64x2ExtendHighI32x4U => self.vector_unary(I32X4, HIGH_U),
            Operator::I16x8ExtMulLowI8x16S => self.extended_multiply(I8X16, LOW_S),
            Operator::I16x8ExtMulHighI8x16S => self.extended_multiply(I8X16, HIGH_S),
            Operator::I16x8ExtMulLowI8x16U => self.extended_multiply(I8X16, LOW_U),
            Operator::I16x8ExtMulHighI8x16U => self.extended_multiply(I8X16, HIGH_U),
            Operator::I32x4ExtMulLowI16x8S => self.extended_multiply(I16X8, LOW_S),
            Operator::I32x4ExtMulHighI16x8S => self.extended_multiply(I16X8, HIGH_S),
            Operator::I32x4ExtMulLowI16x8U => self.extended_multiply(I16X8, LOW_U),
            Operator::I32x4ExtMulHighI16x8U => self.extended_multiply(I16X8, HIGH_U),
            Operator::I64x2ExtMulLowI32x4S => self.extended_multiply(I32X4, LOW_S),
            Operator::I64x2ExtMulHighI32x4S => self.extended_multiply(I32X4, HIGH_S),
            Operator::I64x2ExtMulLowI32x4U => self.extended_multiply(I32X4, LOW_U),
            Operator::I64x2ExtMulHighI32x4U => self.extended_multiply(I32X4, HIGH_U),
            Operator::I16x8ExtAddPairwiseI8x16S => self.add_pairs(I8X16, LOW_S, HIGH_S),
            Operator::I16x8ExtAddPairwiseI8x16U => self.add_pairs(I8X16, LOW_U, HIGH_U),
            Operator::I32x4ExtAddPairwiseI16x8S => self.add_pairs(I16X8, LOW_S, HIGH_S),
            Operator::I32x4ExtAddPairwiseI16x8U => self.add_pairs(I16X8, LOW_U, HIGH_U),
            Operator::I32x4DotI16x8S => {
                let (x, y) = self.pop_vectors(I16X8);
                let value = self.dot(x, y);
                self.push_vector(value);
            }
            Operator::I16x8RelaxedDotI8x16I7x16S => {
                let (x, y) = self.pop_vectors(I8X16);
                let value = self.dot(x, y);
                self.push_vector(value);
            }
            Operator::I32x4RelaxedDotI8x16I7x16AddS => {
                let sum = self.pop_vector(I32X4);
                let (x, y) = self.pop_vectors(I8X16);
                let products = self.dot(x, y);
                let pairs = self.pair_sums(products, LOW_S, HIGH_S);
                let value = self.ins().iadd(pairs, sum);
                self.push_vector(value);
            }
            _ => return false,
        }
        true
    }

    fn shift(&mut self, ty: Type, op: impl FnOnce(FuncInstBuilder, Value, Value) -> Value) {
        let amount = self.pop();
        self.vector_unary(ty, |i, x| op(i, x, amount));
    }

    fn extended_multiply(&mut self, ty: Type, widen: Widen) {
        let (x, y) = self.pop_vectors(ty);
        let (x, y) = (widen(self.ins(), x), widen(self.ins(), y));
        let value = self.ins().imul(x, y);
        self.push_vector(value);
    }

    fn add_pairs(&mut self, ty: Type, low: Widen, high: Widen) {
        let x = self.pop_vector(ty);
        let value = self.pair_sums(x, low, high);
        self.push_vector(value);
    }

    /// The sums of neighbouring lanes, in lanes of twice the width.
    fn pair_sums(&mut self, x: Value, low: Widen, high: Widen) -> Value {
        let (low, high) = (low(self.ins(), x), high(self.ins(), x));
        self.ins().iadd_pairwise(low, high)
    }

    /// The sums of neighbouring signed products, in lanes of twice the width.
    fn dot(&mut self, x: Value, y: Value) -> Value {
        let (x_low, y_low) = (LOW_S(self.ins(), x), LOW_S(self.ins(), y));
        let (x_high, y_high) = (HIGH_S(self.ins(), x), HIGH_S(self.ins(), y));
        let (low, high) = (self.ins().imul(x_low, y_low), self.ins().imul(x_high, y_high));
        self.ins().iadd_pairwise(low, high)
    }
}
