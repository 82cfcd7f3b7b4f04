//! Vectors of integers.

use super::super::Translator;
use cranelift_codegen::ir::{InstBuilder, Type, Value, condcodes::IntCC, types::I32};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

/// An instruction on one operand.
type Instruction = fn(FuncInstBuilder, Value) -> Value;

impl Translator<'_> {
    pub(super) fn vector_integers(&mut self, operator: &Operator, ty: Type) -> bool {
        self.vector_arithmetic(operator, ty)
            || self.vector_comparison(operator, ty)
            || self.vector_widening(operator, ty)
    }

    fn vector_arithmetic(&mut self, operator: &Operator, ty: Type) -> bool {
        use Operator::*;
        match operator {
            I8x16Add | I16x8Add | I32x4Add | I64x2Add => self.vector2(ty, |i, x, y| i.iadd(x, y)),
            I8x16AddSatS | I16x8AddSatS => self.vector2(ty, |i, x, y| i.sadd_sat(x, y)),
            I8x16AddSatU | I16x8AddSatU => self.vector2(ty, |i, x, y| i.uadd_sat(x, y)),
            I8x16Sub | I16x8Sub | I32x4Sub | I64x2Sub => self.vector2(ty, |i, x, y| i.isub(x, y)),
            I8x16SubSatS | I16x8SubSatS => self.vector2(ty, |i, x, y| i.ssub_sat(x, y)),
            I8x16SubSatU | I16x8SubSatU => self.vector2(ty, |i, x, y| i.usub_sat(x, y)),
            I16x8Mul | I32x4Mul | I64x2Mul => self.vector2(ty, |i, x, y| i.imul(x, y)),
            I16x8Q15MulrSatS => self.vector2(ty, |i, x, y| i.sqmul_round_sat(x, y)),
            I8x16MinS | I16x8MinS | I32x4MinS => self.vector2(ty, |i, x, y| i.smin(x, y)),
            I8x16MinU | I16x8MinU | I32x4MinU => self.vector2(ty, |i, x, y| i.umin(x, y)),
            I8x16MaxS | I16x8MaxS | I32x4MaxS => self.vector2(ty, |i, x, y| i.smax(x, y)),
            I8x16MaxU | I16x8MaxU | I32x4MaxU => self.vector2(ty, |i, x, y| i.umax(x, y)),
            I8x16AvgrU | I16x8AvgrU => self.vector2(ty, |i, x, y| i.avg_round(x, y)),
            I8x16Abs | I16x8Abs | I32x4Abs | I64x2Abs => self.vector1(ty, |i, x| i.iabs(x)),
            I8x16Neg | I16x8Neg | I32x4Neg | I64x2Neg => self.vector1(ty, |i, x| i.ineg(x)),
            I8x16Popcnt => self.vector1(ty, |i, x| i.popcnt(x)),
            I8x16Shl | I16x8Shl | I32x4Shl | I64x2Shl => self.shift(ty, |i, x, y| i.ishl(x, y)),
            I8x16ShrS | I16x8ShrS | I32x4ShrS | I64x2ShrS => self.shift(ty, |i, x, y| i.sshr(x, y)),
            I8x16ShrU | I16x8ShrU | I32x4ShrU | I64x2ShrU => self.shift(ty, |i, x, y| i.ushr(x, y)),
            I8x16AllTrue | I16x8AllTrue | I32x4AllTrue | I64x2AllTrue => {
                let vector = self.pop_vector(ty);
                let all = self.ins().vall_true(vector);
                let all = self.ins().uextend(I32, all);
                self.push(all);
            }
            I8x16Bitmask | I16x8Bitmask | I32x4Bitmask | I64x2Bitmask => {
                let vector = self.pop_vector(ty);
                let mask = self.ins().vhigh_bits(I32, vector);
                self.push(mask);
            }
            _ => return false,
        }
        true
    }

    fn vector_comparison(&mut self, operator: &Operator, ty: Type) -> bool {
        use Operator::*;
        let condition = match operator {
            I8x16Eq | I16x8Eq | I32x4Eq | I64x2Eq => IntCC::Equal,
            I8x16Ne | I16x8Ne | I32x4Ne | I64x2Ne => IntCC::NotEqual,
            I8x16LtS | I16x8LtS | I32x4LtS | I64x2LtS => IntCC::SignedLessThan,
            I8x16LtU | I16x8LtU | I32x4LtU => IntCC::UnsignedLessThan,
            I8x16GtS | I16x8GtS | I32x4GtS | I64x2GtS => IntCC::SignedGreaterThan,
            I8x16GtU | I16x8GtU | I32x4GtU => IntCC::UnsignedGreaterThan,
            I8x16LeS | I16x8LeS | I32x4LeS | I64x2LeS => IntCC::SignedLessThanOrEqual,
            I8x16LeU | I16x8LeU | I32x4LeU => IntCC::UnsignedLessThanOrEqual,
            I8x16GeS | I16x8GeS | I32x4GeS | I64x2GeS => IntCC::SignedGreaterThanOrEqual,
            I8x16GeU | I16x8GeU | I32x4GeU => IntCC::UnsignedGreaterThanOrEqual,
            _ => return false,
        };
        self.vector2(ty, |i, x, y| i.icmp(condition, x, y));
        true
    }

    /// Instructions whose operands have lanes of another width than the result, `ty`.
    fn vector_widening(&mut self, operator: &Operator, ty: Type) -> bool {
        use Operator::*;
        const LOW_S: Instruction = |i, x| i.swiden_low(x);
        const LOW_U: Instruction = |i, x| i.uwiden_low(x);
        const HIGH_S: Instruction = |i, x| i.swiden_high(x);
        const HIGH_U: Instruction = |i, x| i.uwiden_high(x);
        match operator {
            I8x16NarrowI16x8S | I16x8NarrowI32x4S => self.vector2(wider(ty), |i, x, y| i.snarrow(x, y)),
            I8x16NarrowI16x8U | I16x8NarrowI32x4U => self.vector2(wider(ty), |i, x, y| i.unarrow(x, y)),
            I16x8ExtendLowI8x16S | I32x4ExtendLowI16x8S | I64x2ExtendLowI32x4S => {
                self.vector1(narrower(ty), LOW_S)
            }
            I16x8ExtendLowI8x16U | I32x4ExtendLowI16x8U | I64x2ExtendLowI32x4U => {
                self.vector1(narrower(ty), LOW_U)
            }
            I16x8ExtendHighI8x16S | I32x4ExtendHighI16x8S | I64x2ExtendHighI32x4S => {
                self.vector1(narrower(ty), HIGH_S)
            }
            I16x8ExtendHighI8x16U | I32x4ExtendHighI16x8U | I64x2ExtendHighI32x4U => {
                self.vector1(narrower(ty), HIGH_U)
            }
            I16x8ExtMulLowI8x16S | I32x4ExtMulLowI16x8S | I64x2ExtMulLowI32x4S => {
                self.widening_multiply(ty, LOW_S)
            }
            I16x8ExtMulLowI8x16U | I32x4ExtMulLowI16x8U | I64x2ExtMulLowI32x4U => {
                self.widening_multiply(ty, LOW_U)
            }
            I16x8ExtMulHighI8x16S | I32x4ExtMulHighI16x8S | I64x2ExtMulHighI32x4S => {
                self.widening_multiply(ty, HIGH_S)
            }
            I16x8ExtMulHighI8x16U | I32x4ExtMulHighI16x8U | I64x2ExtMulHighI32x4U => {
                self.widening_multiply(ty, HIGH_U)
            }
            I16x8ExtAddPairwiseI8x16S | I32x4ExtAddPairwiseI16x8S => self.pairwise_add(ty, LOW_S, HIGH_S),
            I16x8ExtAddPairwiseI8x16U | I32x4ExtAddPairwiseI16x8U => self.pairwise_add(ty, LOW_U, HIGH_U),
            I32x4DotI16x8S => {
                let y = self.pop_vector(narrower(ty));
                let x = self.pop_vector(narrower(ty));
                let sums = self.dot_product(x, y);
                self.push_vector(sums);
            }
            _ => return false,
        }
        true
    }

    /// Shifts every lane by a scalar; Cranelift takes it modulo the lane's width, as Wasm does.
    fn shift(&mut self, ty: Type, instruction: impl FnOnce(FuncInstBuilder, Value, Value) -> Value) {
        let amount = self.pop();
        let vector = self.pop_vector(ty);
        let result = instruction(self.ins(), vector, amount);
        self.push_vector(result);
    }

    fn widening_multiply(&mut self, ty: Type, widen: Instruction) {
        let y = self.pop_vector(narrower(ty));
        let x = self.pop_vector(narrower(ty));
        let (x, y) = (widen(self.ins(), x), widen(self.ins(), y));
        let product = self.ins().imul(x, y);
        self.push_vector(product);
    }

    fn pairwise_add(&mut self, ty: Type, low: Instruction, high: Instruction) {
        let vector = self.pop_vector(narrower(ty));
        let (low, high) = (low(self.ins(), vector), high(self.ins(), vector));
        let sums = self.ins().iadd_pairwise(low, high);
        self.push_vector(sums);
    }

    /// Sums of the products of neighbouring lanes, signed and twice as wide.
    pub(super) fn dot_product(&mut self, x: Value, y: Value) -> Value {
        let (x_low, y_low) = (self.ins().swiden_low(x), self.ins().swiden_low(y));
        let low = self.ins().imul(x_low, y_low);
        let (x_high, y_high) = (self.ins().swiden_high(x), self.ins().swiden_high(y));
        let high = self.ins().imul(x_high, y_high);
        self.ins().iadd_pairwise(low, high)
    }
}

fn narrower(ty: Type) -> Type {
    ty.split_lanes().expect("the lanes of a widened result can be halved")
}

fn wider(ty: Type) -> Type {
    ty.merge_lanes().expect("the lanes of a narrowed result can be doubled")
}
