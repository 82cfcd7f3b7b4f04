//! Vectors in memory, single lanes, and operations on all 128 bits.

use super::super::Translator;
use crate::compile::{constant::Constant, types::VECTOR};
use cranelift_codegen::ir::{
    InstBuilder, MemFlagsData, Type, Value,
    types::{F16X8, F32X4, F64X2, I8, I16, I16X8, I32, I32X4, I64X2},
};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::{MemArg, Operator};

impl Translator<'_> {
    pub(super) fn vector_lanes(&mut self, operator: &Operator, ty: Type) -> bool {
        self.vector_memory(operator) || self.single_lane(operator, ty) || self.all_bits(operator)
    }

    /// Lanes in memory are taken as floating-point numbers, whose registers are those of vectors.
    fn vector_memory(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::V128Load { memarg } => {
                self.load_vector(memarg, 16, |i, f, p, o| i.load(VECTOR, f, p, o))
            }
            Operator::V128Load8x8S { memarg } => {
                self.load_vector(memarg, 8, |i, f, p, o| i.sload8x8(f, p, o))
            }
            Operator::V128Load8x8U { memarg } => {
                self.load_vector(memarg, 8, |i, f, p, o| i.uload8x8(f, p, o))
            }
            Operator::V128Load16x4S { memarg } => {
                self.load_vector(memarg, 8, |i, f, p, o| i.sload16x4(f, p, o))
            }
            Operator::V128Load16x4U { memarg } => {
                self.load_vector(memarg, 8, |i, f, p, o| i.uload16x4(f, p, o))
            }
            Operator::V128Load32x2S { memarg } => {
                self.load_vector(memarg, 8, |i, f, p, o| i.sload32x2(f, p, o))
            }
            Operator::V128Load32x2U { memarg } => {
                self.load_vector(memarg, 8, |i, f, p, o| i.uload32x2(f, p, o))
            }
            Operator::V128Load8Splat { memarg } => self.load_splat(memarg, VECTOR),
            Operator::V128Load16Splat { memarg } => self.load_splat(memarg, F16X8),
            Operator::V128Load32Splat { memarg } => self.load_splat(memarg, F32X4),
            Operator::V128Load64Splat { memarg } => self.load_splat(memarg, F64X2),
            Operator::V128Load32Zero { memarg } => self.load_zero(memarg, F32X4),
            Operator::V128Load64Zero { memarg } => self.load_zero(memarg, F64X2),
            Operator::V128Load8Lane { memarg, lane } => self.load_lane(memarg, *lane, VECTOR),
            Operator::V128Load16Lane { memarg, lane } => self.load_lane(memarg, *lane, F16X8),
            Operator::V128Load32Lane { memarg, lane } => self.load_lane(memarg, *lane, F32X4),
            Operator::V128Load64Lane { memarg, lane } => self.load_lane(memarg, *lane, F64X2),
            Operator::V128Store { memarg } => {
                let value = self.pop();
                self.store_value(memarg, 16, value);
            }
            Operator::V128Store8Lane { memarg, lane } => self.store_lane(memarg, *lane, VECTOR),
            Operator::V128Store16Lane { memarg, lane } => self.store_lane(memarg, *lane, I16X8),
            Operator::V128Store32Lane { memarg, lane } => self.store_lane(memarg, *lane, F32X4),
            Operator::V128Store64Lane { memarg, lane } => self.store_lane(memarg, *lane, F64X2),
            _ => return false,
        }
        true
    }

    fn single_lane(&mut self, operator: &Operator, ty: Type) -> bool {
        match *operator {
            Operator::I8x16ExtractLaneS { lane } | Operator::I16x8ExtractLaneS { lane } => {
                self.extract_lane(ty, lane);
                self.unary(|i, x| i.sextend(I32, x));
            }
            Operator::I8x16ExtractLaneU { lane } | Operator::I16x8ExtractLaneU { lane } => {
                self.extract_lane(ty, lane);
                self.unary(|i, x| i.uextend(I32, x));
            }
            Operator::I32x4ExtractLane { lane }
            | Operator::I64x2ExtractLane { lane }
            | Operator::F32x4ExtractLane { lane }
            | Operator::F64x2ExtractLane { lane } => self.extract_lane(ty, lane),
            Operator::I8x16ReplaceLane { lane } => self.replace_lane(ty, lane, I8),
            Operator::I16x8ReplaceLane { lane } => self.replace_lane(ty, lane, I16),
            Operator::I32x4ReplaceLane { lane }
            | Operator::I64x2ReplaceLane { lane }
            | Operator::F32x4ReplaceLane { lane }
            | Operator::F64x2ReplaceLane { lane } => self.replace_lane(ty, lane, ty.lane_type()),
            Operator::I8x16Splat => self.splat(ty, I8),
            Operator::I16x8Splat => self.splat(ty, I16),
            Operator::I32x4Splat | Operator::I64x2Splat | Operator::F32x4Splat | Operator::F64x2Splat => {
                self.splat(ty, ty.lane_type());
            }
            Operator::I8x16Shuffle { lanes } => self.shuffle(lanes),
            Operator::I8x16Swizzle => self.vector2(VECTOR, |i, x, y| i.swizzle(x, y)),
            _ => return false,
        }
        true
    }

    fn all_bits(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::V128Const { value } => {
                let value = self.constant(Constant::V128(u128::from_le_bytes(*value.bytes())));
                self.push(value);
            }
            Operator::V128Not => self.vector1(VECTOR, |i, x| i.bnot(x)),
            Operator::V128And => self.vector2(VECTOR, |i, x, y| i.band(x, y)),
            Operator::V128AndNot => self.vector2(VECTOR, |i, x, y| i.band_not(x, y)),
            Operator::V128Or => self.vector2(VECTOR, |i, x, y| i.bor(x, y)),
            Operator::V128Xor => self.vector2(VECTOR, |i, x, y| i.bxor(x, y)),
            Operator::V128Bitselect => {
                let (x, y, mask) = self.pop3();
                let value = self.select_bits(VECTOR, mask, x, y);
                self.push(value);
            }
            Operator::V128AnyTrue => {
                self.unary(|i, x| i.vany_true(x));
                self.unary(|i, x| i.uextend(I32, x));
            }
            _ => return false,
        }
        true
    }

    fn load_vector(
        &mut self,
        memarg: &MemArg,
        bytes: u64,
        load: impl FnOnce(FuncInstBuilder, MemFlagsData, Value, i32) -> Value,
    ) {
        let (base, offset, flags) = self.place(memarg, bytes);
        let value = load(self.ins(), flags, base, offset);
        self.push_vector(value);
    }

    /// Loads one lane of `ty`.
    fn load_scalar(&mut self, memarg: &MemArg, ty: Type) -> Value {
        let lane = ty.lane_type();
        let (base, offset, flags) = self.place(memarg, lane.bytes().into());
        self.ins().load(lane, flags, base, offset)
    }

    fn load_splat(&mut self, memarg: &MemArg, ty: Type) {
        let scalar = self.load_scalar(memarg, ty);
        let value = self.ins().splat(ty, scalar);
        self.push_vector(value);
    }

    fn load_zero(&mut self, memarg: &MemArg, ty: Type) {
        let scalar = self.load_scalar(memarg, ty);
        let value = self.ins().scalar_to_vector(ty, scalar);
        self.push_vector(value);
    }

    fn load_lane(&mut self, memarg: &MemArg, lane: u8, ty: Type) {
        let vector = self.pop_vector(ty);
        let scalar = self.load_scalar(memarg, ty);
        let value = self.ins().insertlane(vector, scalar, lane);
        self.push_vector(value);
    }

    fn store_lane(&mut self, memarg: &MemArg, lane: u8, ty: Type) {
        self.extract_lane(ty, lane);
        let value = self.pop();
        self.store_value(memarg, ty.lane_type().bytes().into(), value);
    }

    fn store_value(&mut self, memarg: &MemArg, bytes: u64, value: Value) {
        let (base, offset, flags) = self.place(memarg, bytes);
        self.ins().store(flags, value, base, offset);
    }

    fn extract_lane(&mut self, ty: Type, lane: u8) {
        let vector = self.pop_vector(ty);
        let value = self.ins().extractlane(vector, lane);
        self.push(value);
    }

    /// Takes a scalar off the stack, as narrow as a lane.
    fn pop_lane(&mut self, lane: Type) -> Value {
        let scalar = self.pop();
        let wide = self.builder.func.dfg.value_type(scalar) != lane;
        if wide { self.ins().ireduce(lane, scalar) } else { scalar }
    }

    fn replace_lane(&mut self, ty: Type, lane: u8, scalar: Type) {
        let scalar = self.pop_lane(scalar);
        let vector = self.pop_vector(ty);
        let value = self.ins().insertlane(vector, scalar, lane);
        self.push_vector(value);
    }

    fn splat(&mut self, ty: Type, scalar: Type) {
        let scalar = self.pop_lane(scalar);
        let value = self.ins().splat(ty, scalar);
        self.push_vector(value);
    }
}

/// The integer lanes as wide as the lanes `ty`, which comparisons of floats give.
pub(super) const fn masks(ty: Type) -> Type {
    match ty {
        F32X4 => I32X4,
        F64X2 => I64X2,
        integers => integers,
    }
}
