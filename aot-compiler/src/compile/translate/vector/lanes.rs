//! Whole vectors and single lanes: constants, bitwise operations, shuffles, splats, extraction and replacement.

use super::Translator;
use crate::compile::constant::Constant;
use cranelift_codegen::ir::{
    InstBuilder, Type,
    types::{F32X4, F64X2, I8, I8X16, I16, I16X8, I32, I32X4, I64X2},
};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector_lanes(&mut self, operator: &Operator) -> bool {
        match *operator {
            Operator::V128Const { value } => {
                let value = self.constant(Constant::V128(value.i128() as u128));
                self.push(value);
            }
            Operator::V128Not => self.vector_unary(I8X16, |i, x| i.bnot(x)),
            Operator::V128And => self.vector_binary(I8X16, |i, x, y| i.band(x, y)),
            Operator::V128AndNot => self.vector_binary(I8X16, |i, x, y| i.band_not(x, y)),
            Operator::V128Or => self.vector_binary(I8X16, |i, x, y| i.bor(x, y)),
            Operator::V128Xor => self.vector_binary(I8X16, |i, x, y| i.bxor(x, y)),
            // Relaxed selection by lanes may look at any bit of a lane; looking at each is the deterministic choice.
            Operator::V128Bitselect
            | Operator::I8x16RelaxedLaneselect
            | Operator::I16x8RelaxedLaneselect
            | Operator::I32x4RelaxedLaneselect
            | Operator::I64x2RelaxedLaneselect => {
                let (x, y, mask) = self.pop3();
                let value = self.ins().bitselect(mask, x, y);
                self.push(value);
            }
            Operator::V128AnyTrue => {
                let x = self.pop();
                let bit = self.ins().vany_true(x);
                self.push_bit(bit);
            }
            Operator::I8x16AllTrue => self.all_true(I8X16),
            Operator::I16x8AllTrue => self.all_true(I16X8),
            Operator::I32x4AllTrue => self.all_true(I32X4),
            Operator::I64x2AllTrue => self.all_true(I64X2),
            Operator::I8x16Bitmask => self.bitmask(I8X16),
            Operator::I16x8Bitmask => self.bitmask(I16X8),
            Operator::I32x4Bitmask => self.bitmask(I32X4),
            Operator::I64x2Bitmask => self.bitmask(I64X2),
            Operator::I8x16Shuffle { lanes } => {
                let mask = self.builder.func.dfg.immediates.push(lanes.to_vec().into());
                self.vector_binary(I8X16, |i, x, y| i.shuffle(x, y, mask));
            }
            Operator::I8x16Swizzle | Operator::I8x16RelaxedSwizzle => {
                self.vector_binary(I8X16, |i, x, y| i.swizzle(x, y));
            }
            Operator::I8x16Splat => self.splat(I8X16),
            Operator::I16x8Splat => self.splat(I16X8),
            Operator::I32x4Splat => self.splat(I32X4),
            Operator::I64x2Splat => self.splat(I64X2),
            Operator::F32x4Splat => self.splat(F32X4),
            Operator::F64x2Splat => self.splat(F64X2),
            Operator::I8x16ExtractLaneS { lane } => self.extract_narrow(I8X16, lane, true),
            Operator::I8x16ExtractLaneU { lane } => self.extract_narrow(I8X16, lane, false),
            Operator::I16x8ExtractLaneS { lane } => self.extract_narrow(I16X8, lane, true),
            Operator::I16x8ExtractLaneU { lane } => self.extract_narrow(I16X8, lane, false),
            Operator::I32x4ExtractLane { lane } => self.extract(I32X4, lane),
            Operator::I64x2ExtractLane { lane } => self.extract(I64X2, lane),
            Operator::F32x4ExtractLane { lane } => self.extract(F32X4, lane),
            Operator::F64x2ExtractLane { lane } => self.extract(F64X2, lane),
            Operator::I8x16ReplaceLane { lane } => self.replace(I8X16, lane),
            Operator::I16x8ReplaceLane { lane } => self.replace(I16X8, lane),
            Operator::I32x4ReplaceLane { lane } => self.replace(I32X4, lane),
            Operator::I64x2ReplaceLane { lane } => self.replace(I64X2, lane),
            Operator::F32x4ReplaceLane { lane } => self.replace(F32X4, lane),
            Operator::F64x2ReplaceLane { lane } => self.replace(F64X2, lane),
            _ => return false,
        }
        true
    }

    /// Pushes a truth value that Cranelift gave as i8.
    fn push_bit(&mut self, bit: cranelift_codegen::ir::Value) {
        let value = self.ins().uextend(I32, bit);
        self.push(value);
    }

    fn all_true(&mut self, ty: Type) {
        let x = self.pop_vector(ty);
        let bit = self.ins().vall_true(x);
        self.push_bit(bit);
    }

    fn bitmask(&mut self, ty: Type) {
        let x = self.pop_vector(ty);
        let value = self.ins().vhigh_bits(I32, x);
        self.push(value);
    }

    /// Pops a scalar as a lane of `ty`; lanes narrower than 32 bits are the low bits of an i32.
    fn pop_lane(&mut self, ty: Type) -> cranelift_codegen::ir::Value {
        let value = self.pop();
        match ty.lane_type() {
            lane @ (I8 | I16) => self.ins().ireduce(lane, value),
            _ => value,
        }
    }

    fn splat(&mut self, ty: Type) {
        let lane = self.pop_lane(ty);
        let value = self.ins().splat(ty, lane);
        self.push_vector(value);
    }

    fn extract(&mut self, ty: Type, lane: u8) {
        let x = self.pop_vector(ty);
        let value = self.ins().extractlane(x, lane);
        self.push(value);
    }

    fn extract_narrow(&mut self, ty: Type, lane: u8, signed: bool) {
        let x = self.pop_vector(ty);
        let value = self.ins().extractlane(x, lane);
        let value = if signed { self.ins().sextend(I32, value) } else { self.ins().uextend(I32, value) };
        self.push(value);
    }

    fn replace(&mut self, ty: Type, lane: u8) {
        let scalar = self.pop_lane(ty);
        self.vector_unary(ty, |i, x| i.insertlane(x, scalar, lane));
    }
}
