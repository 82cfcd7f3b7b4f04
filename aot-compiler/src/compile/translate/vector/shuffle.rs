//! Shuffles of bytes as instructions that AArch64 has for them.
//!
//! Cranelift knows these by their masks, but only with its two operands in one order, and both used. Everything else is a
//! lookup in a table, which needs a mask in a register and two vectors in neighbouring ones; of a single vector, the mask
//! alone, which can be made before a loop.

use super::super::Translator;
use crate::compile::types::VECTOR;
use cranelift_codegen::ir::{
    InstBuilder, InstructionData, Opcode, Value, ValueDef,
    types::{F32X4, F64X2},
};
use std::array;

/// Which byte of two vectors, one after another, goes where.
type Mask = [u8; 16];

/// How a mask can be had.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// Bytes of the vectors with these numbers, 0 or 1, by a mask for which there is an instruction.
    Known(usize, usize, Mask),
    /// The vector with the first number, but one of its lanes of so many bytes is the first lane of the other.
    Insert { into: usize, lane: u8, bytes: usize },
    /// Bytes of the vector with this number alone.
    Lookup(usize, Mask),
    /// Any.
    Any,
}

impl Translator<'_> {
    /// Picks bytes of two vectors.
    pub(super) fn shuffle(&mut self, lanes: Mask) {
        let (y, x) = (self.pop_vector(VECTOR), self.pop_vector(VECTOR));
        let operands = [x, y];
        let value = match shape(&lanes, x == y, [self.is_zero_vector(x), self.is_zero_vector(y)]) {
            Shape::Known(first, second, mask) => self.shuffled(operands[first], operands[second], mask),
            Shape::Insert { into, lane, bytes } => {
                let ty = if bytes == 8 { F64X2 } else { F32X4 };
                let (vector, other) = (self.cast(operands[into], ty), self.cast(operands[1 - into], ty));
                let scalar = self.ins().extractlane(other, 0);
                self.ins().insertlane(vector, scalar, lane)
            }
            Shape::Lookup(operand, mask) => {
                let mask = self.builder.func.dfg.constants.insert(mask.as_slice().into());
                let mask = self.ins().vconst(VECTOR, mask);
                self.ins().swizzle(operands[operand], mask)
            }
            Shape::Any => self.shuffled(x, y, lanes),
        };
        self.push_vector(value);
    }

    fn shuffled(&mut self, x: Value, y: Value, mask: Mask) -> Value {
        let mask = self.builder.func.dfg.immediates.push(mask.as_slice().into());
        self.ins().shuffle(x, y, mask)
    }

    /// Whether `vector` is the constant zero.
    fn is_zero_vector(&self, vector: Value) -> bool {
        let dfg = &self.builder.func.dfg;
        let ValueDef::Result(inst, _) = dfg.value_def(dfg.resolve_aliases(vector)) else { return false };
        match dfg.insts[inst] {
            InstructionData::UnaryConst { opcode: Opcode::Vconst, constant_handle } => {
                dfg.constants.get(constant_handle).iter().all(|&byte| byte == 0)
            }
            _ => false,
        }
    }
}

/// How the bytes `lanes` can be had of two vectors, which may be the same, or zero.
fn shape(lanes: &Mask, same: bool, zero: [bool; 2]) -> Shape {
    let uses = |number| lanes.iter().any(|lane| usize::from(lane / 16) == number);
    let single = match (same || !uses(1), !uses(0)) {
        (true, _) => Some(0),
        (_, true) => Some(1),
        _ => None,
    };
    if let Some(number) = single {
        let known = known().find(|mask| (0..16).all(|at| mask[at] % 16 == lanes[at] % 16));
        let lookup = || Shape::Lookup(number, lanes.map(|lane| lane % 16));
        return known.map_or_else(lookup, |mask| Shape::Known(number, number, mask));
    }
    for (first, second) in [(0, 1), (1, 0)] {
        let flipped = lanes.map(|lane| lane ^ if first == 0 { 0 } else { 16 });
        if let Some(mask) = known().find(|mask| *mask == flipped) {
            return Shape::Known(first, second, mask);
        }
        for bytes in [8, 4] {
            for lane in 0..16 / bytes {
                let inserted: Mask = array::from_fn(|at| match at / bytes == lane {
                    true => (16 + at % bytes) as u8,
                    false => at as u8,
                });
                if inserted == flipped {
                    return Shape::Insert { into: first, lane: lane as u8, bytes };
                }
            }
        }
        // What is beyond the vector is zero in a lookup.
        if zero[second] {
            return Shape::Lookup(first, flipped.map(|lane| if lane < 16 { lane } else { 0xff }));
        }
    }
    Shape::Any
}

/// The masks for which Cranelift has an instruction.
fn known() -> impl Iterator<Item = Mask> {
    // Number `at` of the lanes of so many bytes is the one that `pick` names.
    fn mask(bytes: usize, pick: impl Fn(usize) -> usize) -> Mask {
        array::from_fn(|at| (pick(at / bytes) * bytes + at % bytes) as u8)
    }
    // `dup`: the first half of the lanes alone, as Cranelift looks for the vector in its first operand.
    let copies =
        [1, 2, 4, 8].into_iter().flat_map(|bytes| (0..16 / bytes).map(move |lane| mask(bytes, |_| lane)));
    // `ext`: neighbours from some byte on.
    let rotations = (0..16).map(|first| mask(1, |at| first + at));
    let lanes = [1, 2, 4, 8].into_iter().flat_map(|bytes| {
        let count = 16 / bytes;
        [0, 1].into_iter().flat_map(move |half| {
            [
                // `uzp1`, `uzp2`: each second lane of both.
                mask(bytes, |at| 2 * at + half),
                // `zip1`, `zip2`: lanes of one half of both, in turns.
                mask(bytes, |at| at / 2 + half * count / 2 + at % 2 * count),
                // `trn1`, `trn2`: each second lane of both, in turns.
                mask(bytes, |at| at / 2 * 2 + half + at % 2 * count),
            ]
        })
    });
    // `rev16`, `rev32`, `rev64`: lanes in reverse within larger ones.
    let reversals = [(1, 2), (1, 4), (2, 4), (1, 8), (2, 8), (4, 8)];
    let reversals = reversals.into_iter().map(|(bytes, within)| mask(bytes, |at| at ^ (within / bytes - 1)));
    copies.chain(rotations).chain(lanes).chain(reversals)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mask of lanes of four bytes.
    fn words(lanes: [u8; 4]) -> Mask {
        array::from_fn(|at| lanes[at / 4] * 4 + at as u8 % 4)
    }

    #[test]
    fn shapes_are_found() {
        let of = |lanes| shape(&words(lanes), false, [false; 2]);
        // trn1 of both, swapped, and of one.
        assert_eq!(of([0, 4, 2, 6]), Shape::Known(0, 1, words([0, 4, 2, 6])));
        assert_eq!(of([4, 0, 6, 2]), Shape::Known(1, 0, words([0, 4, 2, 6])));
        assert_eq!(of([4, 4, 6, 6]), Shape::Known(1, 1, words([0, 4, 2, 6])));
        // A rotation of the second.
        assert_eq!(of([5, 6, 7, 4]), Shape::Known(1, 1, words([1, 2, 3, 4])));
        // The second's first lane in the first's last, and the first's first half with the second's second.
        assert_eq!(of([0, 1, 2, 4]), Shape::Insert { into: 0, lane: 3, bytes: 4 });
        assert_eq!(of([0, 1, 6, 7]), Shape::Insert { into: 1, lane: 0, bytes: 8 });
        // No pattern: of one, of both, and of one with zeros.
        assert_eq!(of([3, 2, 0, 1]), Shape::Lookup(0, words([3, 2, 0, 1])));
        assert_eq!(of([0, 7, 3, 5]), Shape::Any);
        let zeros = shape(&words([4, 0, 0, 3]), false, [false, true]);
        let expected = words([0xff, 0, 0, 3]).map(|byte| if byte < 16 { byte } else { 0xff });
        assert_eq!(zeros, Shape::Lookup(0, expected));
    }

    /// Whatever the shape, the bytes are those of the mask.
    #[test]
    fn shapes_mean_their_masks() {
        let vectors: [Mask; 2] = [array::from_fn(|at| at as u8), array::from_fn(|at| 16 + at as u8)];
        let pick = |x: usize, y: usize, mask: Mask| {
            mask.map(|at| vectors[if at < 16 { x } else { y }][usize::from(at) % 16])
        };
        let swapped = |mask: Mask| mask.map(|lane| lane ^ 16);
        let low = |mask: Mask| mask.map(|lane| lane % 16);
        let high = |mask: Mask| mask.map(|lane| lane % 16 + 16);
        let inserts = (0..4).flat_map(|lane| {
            (0..4).map(move |at| {
                let mut lanes = [0, 1, 2, 3];
                lanes[lane] = 4 + at as u8;
                words(lanes)
            })
        });
        let all = known().chain(inserts).flat_map(|mask| [mask, swapped(mask), low(mask), high(mask)]);
        for mask in all {
            let found = match shape(&mask, false, [false; 2]) {
                Shape::Known(x, y, known) => pick(x, y, known),
                Shape::Insert { into, lane, bytes } => array::from_fn(|at| {
                    let inserted = at / bytes == usize::from(lane);
                    vectors[if inserted { 1 - into } else { into }][if inserted { at % bytes } else { at }]
                }),
                Shape::Lookup(x, mask) => mask.map(|at| vectors[x][usize::from(at)]),
                Shape::Any => mask,
            };
            assert_eq!(found, mask);
        }
    }
}
