//! Vector loads and stores, whole and by lanes.

use super::Translator;
use cranelift_codegen::ir::{
    InstBuilder, MemFlagsData, Type, Value,
    types::{I8, I8X16, I16, I16X8, I32, I32X4, I64, I64X2},
};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::{MemArg, Operator};

impl Translator<'_> {
    pub(super) fn vector_memory(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::V128Load { memarg } => self.load_whole(memarg),
            Operator::V128Store { memarg } => self.store(memarg, 16, |i, f, v, p, o| _ = i.store(f, v, p, o)),
            Operator::V128Load8x8S { memarg } => self.load_extended(memarg, |i, f, p, o| i.sload8x8(f, p, o)),
            Operator::V128Load8x8U { memarg } => self.load_extended(memarg, |i, f, p, o| i.uload8x8(f, p, o)),
            Operator::V128Load16x4S { memarg } => self.load_extended(memarg, |i, f, p, o| i.sload16x4(f, p, o)),
            Operator::V128Load16x4U { memarg } => self.load_extended(memarg, |i, f, p, o| i.uload16x4(f, p, o)),
            Operator::V128Load32x2S { memarg } => self.load_extended(memarg, |i, f, p, o| i.sload32x2(f, p, o)),
            Operator::V128Load32x2U { memarg } => self.load_extended(memarg, |i, f, p, o| i.uload32x2(f, p, o)),
            Operator::V128Load8Splat { memarg } => self.load_splat(memarg, I8X16),
            Operator::V128Load16Splat { memarg } => self.load_splat(memarg, I16X8),
            Operator::V128Load32Splat { memarg } => self.load_splat(memarg, I32X4),
            Operator::V128Load64Splat { memarg } => self.load_splat(memarg, I64X2),
            Operator::V128Load32Zero { memarg } => self.load_zero(memarg, I32X4),
            Operator::V128Load64Zero { memarg } => self.load_zero(memarg, I64X2),
            Operator::V128Load8Lane { memarg, lane } => self.load_lane(memarg, I8X16, *lane),
            Operator::V128Load16Lane { memarg, lane } => self.load_lane(memarg, I16X8, *lane),
            Operator::V128Load32Lane { memarg, lane } => self.load_lane(memarg, I32X4, *lane),
            Operator::V128Load64Lane { memarg, lane } => self.load_lane(memarg, I64X2, *lane),
            Operator::V128Store8Lane { memarg, lane } => self.store_lane(memarg, I8X16, *lane),
            Operator::V128Store16Lane { memarg, lane } => self.store_lane(memarg, I16X8, *lane),
            Operator::V128Store32Lane { memarg, lane } => self.store_lane(memarg, I32X4, *lane),
            Operator::V128Store64Lane { memarg, lane } => self.store_lane(memarg, I64X2, *lane),
            _ => return false,
        }
        true
    }

    fn load_whole(&mut self, memarg: &MemArg) {
        let (base, offset, flags) = self.place(memarg, 16);
        let value = self.ins().load(I8X16, flags, base, offset);
        self.push(value);
    }

    /// Eight bytes, each part extended to twice its width.
    fn load_extended(
        &mut self,
        memarg: &MemArg,
        load: impl FnOnce(FuncInstBuilder, MemFlagsData, Value, i32) -> Value,
    ) {
        let (base, offset, flags) = self.place(memarg, 8);
        let value = load(self.ins(), flags, base, offset);
        self.push_vector(value);
    }

    /// One scalar of the width of `ty`'s lanes.
    fn load_scalar(&mut self, memarg: &MemArg, ty: Type) -> Value {
        let lane = ty.lane_type();
        let (base, offset, flags) = self.place(memarg, u64::from(lane.bytes()));
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

    fn load_lane(&mut self, memarg: &MemArg, ty: Type, lane: u8) {
        let vector = self.pop_vector(ty);
        let scalar = self.load_scalar(memarg, ty);
        let value = self.ins().insertlane(vector, scalar, lane);
        self.push_vector(value);
    }

    fn store_lane(&mut self, memarg: &MemArg, ty: Type, lane: u8) {
        debug_assert!([I8, I16, I32, I64].contains(&ty.lane_type()));
        let vector = self.pop_vector(ty);
        let scalar = self.ins().extractlane(vector, lane);
        self.push(scalar);
        self.store(memarg, u64::from(ty.lane_type().bytes()), |i, f, v, p, o| _ = i.store(f, v, p, o));
    }
}
