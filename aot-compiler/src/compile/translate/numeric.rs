//! Numeric instructions: constants, arithmetic, comparisons, conversions.

use super::Translator;
use crate::compile::constant::Constant;
use cranelift_codegen::ir::{
    InstBuilder, MemFlagsData, Type, Value,
    condcodes::{FloatCC, IntCC},
    types::{F32, F64, I8, I16, I32, I64},
};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn numeric(&mut self, operator: &Operator) -> bool {
        self.constants(operator)
            || self.comparison(operator)
            || self.arithmetic(operator)
            || self.conversion(operator)
    }

    fn constants(&mut self, operator: &Operator) -> bool {
        let constant = match *operator {
            Operator::I32Const { value } => Constant::I32(value),
            Operator::I64Const { value } => Constant::I64(value),
            Operator::F32Const { value } => Constant::F32(value.bits()),
            Operator::F64Const { value } => Constant::F64(value.bits()),
            _ => return false,
        };
        let value = self.constant(constant);
        self.push(value);
        true
    }

    fn comparison(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I32Eqz => self.is_zero(I32),
            Operator::I64Eqz => self.is_zero(I64),
            Operator::I32Eq | Operator::I64Eq => self.compare(IntCC::Equal),
            Operator::I32Ne | Operator::I64Ne => self.compare(IntCC::NotEqual),
            Operator::I32LtS | Operator::I64LtS => self.compare(IntCC::SignedLessThan),
            Operator::I32LtU | Operator::I64LtU => self.compare(IntCC::UnsignedLessThan),
            Operator::I32GtS | Operator::I64GtS => self.compare(IntCC::SignedGreaterThan),
            Operator::I32GtU | Operator::I64GtU => self.compare(IntCC::UnsignedGreaterThan),
            Operator::I32LeS | Operator::I64LeS => self.compare(IntCC::SignedLessThanOrEqual),
            Operator::I32LeU | Operator::I64LeU => self.compare(IntCC::UnsignedLessThanOrEqual),
            Operator::I32GeS | Operator::I64GeS => self.compare(IntCC::SignedGreaterThanOrEqual),
            Operator::I32GeU | Operator::I64GeU => self.compare(IntCC::UnsignedGreaterThanOrEqual),
            Operator::F32Eq | Operator::F64Eq => self.compare_floats(FloatCC::Equal),
            Operator::F32Ne | Operator::F64Ne => self.compare_floats(FloatCC::NotEqual),
            Operator::F32Lt | Operator::F64Lt => self.compare_floats(FloatCC::LessThan),
            Operator::F32Gt | Operator::F64Gt => self.compare_floats(FloatCC::GreaterThan),
            Operator::F32Le | Operator::F64Le => self.compare_floats(FloatCC::LessThanOrEqual),
            Operator::F32Ge | Operator::F64Ge => self.compare_floats(FloatCC::GreaterThanOrEqual),
            _ => return false,
        }
        true
    }

    fn arithmetic(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I32Clz | Operator::I64Clz => self.unary(|i, x| i.clz(x)),
            Operator::I32Ctz | Operator::I64Ctz => self.unary(|i, x| i.ctz(x)),
            Operator::I32Popcnt | Operator::I64Popcnt => self.unary(|i, x| i.popcnt(x)),
            Operator::I32Add | Operator::I64Add => self.binary(|i, x, y| i.iadd(x, y)),
            Operator::I32Sub | Operator::I64Sub => self.binary(|i, x, y| i.isub(x, y)),
            Operator::I32Mul | Operator::I64Mul => self.binary(|i, x, y| i.imul(x, y)),
            // Division by zero and the overflow of the smallest number by -1 trap in Cranelift's lowering.
            Operator::I32DivS | Operator::I64DivS => self.binary(|i, x, y| i.sdiv(x, y)),
            Operator::I32DivU | Operator::I64DivU => self.binary(|i, x, y| i.udiv(x, y)),
            Operator::I32RemS | Operator::I64RemS => self.binary(|i, x, y| i.srem(x, y)),
            Operator::I32RemU | Operator::I64RemU => self.binary(|i, x, y| i.urem(x, y)),
            Operator::I32And | Operator::I64And => self.binary(|i, x, y| i.band(x, y)),
            Operator::I32Or | Operator::I64Or => self.binary(|i, x, y| i.bor(x, y)),
            Operator::I32Xor | Operator::I64Xor => self.binary(|i, x, y| i.bxor(x, y)),
            // Cranelift takes shift amounts modulo the width, as Wasm does.
            Operator::I32Shl | Operator::I64Shl => self.binary(|i, x, y| i.ishl(x, y)),
            Operator::I32ShrS | Operator::I64ShrS => self.binary(|i, x, y| i.sshr(x, y)),
            Operator::I32ShrU | Operator::I64ShrU => self.binary(|i, x, y| i.ushr(x, y)),
            Operator::I32Rotl | Operator::I64Rotl => self.binary(|i, x, y| i.rotl(x, y)),
            Operator::I32Rotr | Operator::I64Rotr => self.binary(|i, x, y| i.rotr(x, y)),
            Operator::F32Abs | Operator::F64Abs => self.unary(|i, x| i.fabs(x)),
            Operator::F32Neg | Operator::F64Neg => self.unary(|i, x| i.fneg(x)),
            Operator::F32Ceil | Operator::F64Ceil => self.unary(|i, x| i.ceil(x)),
            Operator::F32Floor | Operator::F64Floor => self.unary(|i, x| i.floor(x)),
            Operator::F32Trunc | Operator::F64Trunc => self.unary(|i, x| i.trunc(x)),
            Operator::F32Nearest | Operator::F64Nearest => self.unary(|i, x| i.nearest(x)),
            Operator::F32Sqrt | Operator::F64Sqrt => self.unary(|i, x| i.sqrt(x)),
            Operator::F32Add | Operator::F64Add => self.binary(|i, x, y| i.fadd(x, y)),
            Operator::F32Sub | Operator::F64Sub => self.binary(|i, x, y| i.fsub(x, y)),
            Operator::F32Mul | Operator::F64Mul => self.binary(|i, x, y| i.fmul(x, y)),
            Operator::F32Div | Operator::F64Div => self.binary(|i, x, y| i.fdiv(x, y)),
            Operator::F32Min | Operator::F64Min => self.binary(|i, x, y| i.fmin(x, y)),
            Operator::F32Max | Operator::F64Max => self.binary(|i, x, y| i.fmax(x, y)),
            Operator::F32Copysign | Operator::F64Copysign => self.binary(|i, x, y| i.fcopysign(x, y)),
            _ => return false,
        }
        true
    }

    fn conversion(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::I32WrapI64 => self.unary(|i, x| i.ireduce(I32, x)),
            Operator::I64ExtendI32S => self.unary(|i, x| i.sextend(I64, x)),
            Operator::I64ExtendI32U => self.unary(|i, x| i.uextend(I64, x)),
            Operator::I32Extend8S => self.sign_extend(I8, I32),
            Operator::I32Extend16S => self.sign_extend(I16, I32),
            Operator::I64Extend8S => self.sign_extend(I8, I64),
            Operator::I64Extend16S => self.sign_extend(I16, I64),
            Operator::I64Extend32S => self.sign_extend(I32, I64),
            Operator::I32TruncF32S | Operator::I32TruncF64S => self.unary(|i, x| i.fcvt_to_sint(I32, x)),
            Operator::I32TruncF32U | Operator::I32TruncF64U => self.unary(|i, x| i.fcvt_to_uint(I32, x)),
            Operator::I64TruncF32S | Operator::I64TruncF64S => self.unary(|i, x| i.fcvt_to_sint(I64, x)),
            Operator::I64TruncF32U | Operator::I64TruncF64U => self.unary(|i, x| i.fcvt_to_uint(I64, x)),
            Operator::I32TruncSatF32S | Operator::I32TruncSatF64S => {
                self.unary(|i, x| i.fcvt_to_sint_sat(I32, x))
            }
            Operator::I32TruncSatF32U | Operator::I32TruncSatF64U => {
                self.unary(|i, x| i.fcvt_to_uint_sat(I32, x))
            }
            Operator::I64TruncSatF32S | Operator::I64TruncSatF64S => {
                self.unary(|i, x| i.fcvt_to_sint_sat(I64, x))
            }
            Operator::I64TruncSatF32U | Operator::I64TruncSatF64U => {
                self.unary(|i, x| i.fcvt_to_uint_sat(I64, x))
            }
            Operator::F32ConvertI32S | Operator::F32ConvertI64S => {
                self.unary(|i, x| i.fcvt_from_sint(F32, x))
            }
            Operator::F32ConvertI32U | Operator::F32ConvertI64U => {
                self.unary(|i, x| i.fcvt_from_uint(F32, x))
            }
            Operator::F64ConvertI32S | Operator::F64ConvertI64S => {
                self.unary(|i, x| i.fcvt_from_sint(F64, x))
            }
            Operator::F64ConvertI32U | Operator::F64ConvertI64U => {
                self.unary(|i, x| i.fcvt_from_uint(F64, x))
            }
            Operator::F32DemoteF64 => self.unary(|i, x| i.fdemote(F32, x)),
            Operator::F64PromoteF32 => self.unary(|i, x| i.fpromote(F64, x)),
            Operator::I32ReinterpretF32 => self.unary(|i, x| i.bitcast(I32, MemFlagsData::new(), x)),
            Operator::I64ReinterpretF64 => self.unary(|i, x| i.bitcast(I64, MemFlagsData::new(), x)),
            Operator::F32ReinterpretI32 => self.unary(|i, x| i.bitcast(F32, MemFlagsData::new(), x)),
            Operator::F64ReinterpretI64 => self.unary(|i, x| i.bitcast(F64, MemFlagsData::new(), x)),
            _ => return false,
        }
        true
    }

    pub(super) fn unary(&mut self, instruction: impl FnOnce(FuncInstBuilder, Value) -> Value) {
        let x = self.pop();
        let result = instruction(self.ins(), x);
        self.push(result);
    }

    pub(super) fn binary(&mut self, instruction: impl FnOnce(FuncInstBuilder, Value, Value) -> Value) {
        let (x, y) = self.pop2();
        let result = instruction(self.ins(), x, y);
        self.push(result);
    }

    fn compare(&mut self, condition: IntCC) {
        self.binary(|i, x, y| i.icmp(condition, x, y));
        self.unary(|i, x| i.uextend(I32, x));
    }

    fn compare_floats(&mut self, condition: FloatCC) {
        self.binary(|i, x, y| i.fcmp(condition, x, y));
        self.unary(|i, x| i.uextend(I32, x));
    }

    fn is_zero(&mut self, ty: Type) {
        let zero = self.ins().iconst(ty, 0);
        self.push(zero);
        self.compare(IntCC::Equal);
    }

    fn sign_extend(&mut self, from: Type, to: Type) {
        self.unary(|i, x| i.ireduce(from, x));
        self.unary(|i, x| i.sextend(to, x));
    }
}
