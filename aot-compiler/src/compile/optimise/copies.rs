//! Copies of registers that are not needed, and what else computes nothing new.
//!
//! Cranelift's register allocator splits a value's life into pieces, with a copy from one register to the next where they
//! meet, and its instructions extend what is narrow anyway. In the finished code
//!
//! - what reads a copy reads the original, as long as that has not changed;
//! - an extension of what is known to be as narrow is a copy; so is a load from the stack of what a register still holds,
//!   and a store there of what it holds already does nothing;
//! - what is copied once and not needed otherwise is made where the copy would be;
//! - what nobody reads is not made.
//!
//! What is known of widths and the stack where a block begins is what is known at the ends of all blocks that lead there, if
//! those have all been looked at before; nothing, where a loop begins. The last two are done in each block by itself,
//! after that, with what is needed behind it looked up anew, as registers are read later than before.

use crate::compile::machine::{
    blocks::{self, Block},
    code::Code,
    copy::{Copy, copied, move_general, move_vector},
    effects::Registers,
    frame::{self, SP},
    instructions,
    lines::{Line, live_after},
    operands::{self, Operand},
    transfer::{Transfer, is_slot_load},
    word,
};
use std::collections::HashMap;

/// How many instructions before a copy its origin is looked for.
const WINDOW: usize = 64;

/// Takes copies out of `code`.
pub fn run(code: &mut Code) {
    let has_plain_frame = instructions(&code.unit.code).all(|at| frame::is_plain(word(&code.unit.code, at)));
    let mut ends: Vec<Known> = Vec::new();
    code.rewrite(|lines, block| {
        let mut known = Known::at_start(block, &ends).unwrap_or_else(|| Known::new(has_plain_frame));
        known.propagate(lines);
        ends.push(known);
    });
    code.rewrite(|lines, block| {
        retarget(lines, block.live_out);
        eliminate(lines, block.live_out);
    });
}

/// What is known at one place of the code.
#[derive(Clone)]
struct Known {
    /// By the register's number in [`Registers`].
    copies: [Option<Copy>; 64],
    /// Bits of each register above which there are zeros.
    widths: [u32; 64],
    /// Registers that hold what is on the stack, by offset.
    slots: HashMap<i64, u32>,
    /// Whether no more is done with the frame than what can be followed.
    has_plain_frame: bool,
}

impl Known {
    fn new(has_plain_frame: bool) -> Self {
        Self { copies: [None; 64], widths: ALL, slots: HashMap::new(), has_plain_frame }
    }

    /// What is known where `block` begins, if that is known at the ends of all blocks from which control comes. Copies are
    /// not: whoever reads an original behind a branch keeps the copy from being made in place.
    fn at_start(block: &Block, ends: &[Self]) -> Option<Self> {
        let from = block.from.as_ref()?;
        let mut known = from.iter().map(|&number| ends.get(number)).collect::<Option<Vec<_>>>()?.into_iter();
        let first = Self { copies: [None; 64], ..known.next()?.clone() };
        Some(known.fold(first, Self::met))
    }

    /// What is known both here and in `other`.
    fn met(mut self, other: &Self) -> Self {
        for (width, &other) in self.widths.iter_mut().zip(&other.widths) {
            *width = (*width).max(other);
        }
        self.slots.retain(|at, register| other.slots.get(at) == Some(register));
        self
    }

    /// Has `lines` read originals.
    fn propagate(&mut self, lines: &mut [Option<Line>]) {
        for place in lines {
            let Some(line) = place else { continue };
            let Some(operands) = operands::of(line.word) else {
                if !blocks::is_branch(line.word) {
                    *self = Self::new(self.has_plain_frame);
                }
                continue;
            };
            if !line.is_fixed {
                line.word = self.rewritten(line.word, operands.reads());
                line.word = self.as_copy(line.word).unwrap_or(line.word);
                if self.is_there(line.word) {
                    *place = None;
                    continue;
                }
            }
            let copied = copied(line.word);
            if copied.is_some_and(|(to, copy)| copy.is_full && to == copy.source) && !line.is_fixed {
                *place = None;
                continue;
            }
            let word = line.word;
            let is_vector = operands.write.is_some_and(|write| write.is_vector);
            let width = if is_vector { self.vector_width(word) } else { self.width(word) };
            self.forget(operands.written);
            if let Some((to, copy)) = copied.filter(|(to, copy)| *to != copy.source) {
                let first = self.copies[copy.source as usize].filter(|first| first.is_full || !copy.is_full);
                let source = first.map_or(copy.source, |first| first.source);
                self.copies[to as usize] = (source != to).then_some(Copy { source, is_full: copy.is_full });
            }
            match operands.write {
                Some(to) if to.is_vector => self.widths[to.number(word) as usize + 32] = width,
                Some(to) if to.number(word) != 31 => self.widths[to.number(word) as usize] = width,
                _ => {}
            }
            self.remember(word);
        }
    }

    /// `instruction` with the originals of what it reads.
    fn rewritten(&self, instruction: u32, reads: impl Iterator<Item = Operand>) -> u32 {
        reads.fold(instruction, |instruction, read| {
            let number = read.number(instruction);
            let register = if read.is_vector { number + 32 } else { number };
            // 31 is no register, or one that is never copied.
            match self.copies[register as usize] {
                Some(copy) if copy.is_full || read.is_word => read.renamed(instruction, copy.source & 31),
                _ => instruction,
            }
        })
    }

    /// The copy that does what `instruction` does.
    fn as_copy(&self, instruction: u32) -> Option<u32> {
        if let Some((width, to, from)) = low_bits(instruction) {
            return (self.widths[from as usize] <= width).then(|| move_general(to, from));
        }
        if let Some((width, to, from)) = low_lane(instruction) {
            return (self.widths[from as usize + 32] <= width).then(|| move_vector(to, from));
        }
        let load = Transfer::decode(instruction).filter(|load| load.is_load && load.is_slot())?;
        let register = *self.slots.get(&load.offset)?;
        match (load.is_vector, register >= 32) {
            (false, false) => Some(move_general(load.register, register)),
            (true, true) => Some(move_vector(load.register, register - 32)),
            _ => None,
        }
    }

    /// Whether `instruction` stores on the stack what is there.
    fn is_there(&self, instruction: u32) -> bool {
        let store = Transfer::decode(instruction).filter(|store| !store.is_load && store.is_slot());
        store.is_some_and(|store| {
            let register = store.register + if store.is_vector { 32 } else { 0 };
            self.slots.get(&store.offset) == Some(&register)
        })
    }

    /// Drops what is not true any more when the registers of `written` change.
    fn forget(&mut self, written: Registers) {
        let changed = |register: u32| written >> register & 1 == 1;
        if written == 0 {
            return;
        }
        for (register, copy) in (0..).zip(&mut self.copies) {
            if changed(register) || copy.is_some_and(|copy| changed(copy.source)) {
                *copy = None;
            }
        }
        for (register, width) in (0..).zip(&mut self.widths) {
            if changed(register) {
                *width = ALL[register as usize];
            }
        }
        self.slots.retain(|_, &mut register| !changed(register));
    }

    /// Keeps in mind what `instruction` has put on the stack or taken from there.
    fn remember(&mut self, instruction: u32) {
        if !self.has_plain_frame {
            return;
        }
        if frame::is_frame(instruction) {
            self.slots.clear();
        }
        let Some(access) = Transfer::decode(instruction).filter(|access| access.base == SP) else { return };
        if !access.is_load {
            let end = access.offset + access.size;
            let bytes = |register: u32| if register < 32 { 8 } else { 16 };
            self.slots.retain(|&at, &mut register| at >= end || at + bytes(register) <= access.offset);
        }
        if access.is_slot() {
            self.slots.insert(access.offset, access.register + if access.is_vector { 32 } else { 0 });
        }
    }

    /// Bits of the register that `instruction` writes, above which there are zeros.
    fn width(&self, instruction: u32) -> u32 {
        let all = if instruction >> 31 == 0 { 32 } else { 64 };
        let of = |register: u32| self.widths[register as usize];
        if let Some((width, _, from)) = low_bits(instruction) {
            return width.min(of(from));
        }
        if let Some((_, copy)) = copied(instruction).filter(|(to, _)| *to < 32) {
            return of(copy.source);
        }
        match instruction >> 24 & 0x7f {
            // cset
            0x1a if instruction & 0x7fff_0fe0 == 0x1a9f_07e0 => 1,
            // ubfm: lsr and others that take bits out
            0x53 => match (instruction >> 16 & 63, instruction >> 10 & 63) {
                (first, last) if last >= first => last - first + 1,
                _ => all,
            },
            // adr, adrp; umov and smov of 64 bits
            0x10 | 0x30 | 0x50 | 0x70 | 0x4e => 64,
            // Loads without a sign, and with one that ends at 32 bits.
            0x38 | 0x39 | 0x78 | 0x79 => match (instruction >> 22 & 3, instruction >> 30) {
                (1, size) => 8 << size,
                (3, _) => 32,
                _ => 64,
            },
            // Other loads and stores have their size elsewhere.
            group if group & 0b1010 == 0b1000 => 64,
            _ => all,
        }
    }

    /// Bits of the vector register that `instruction` writes, above which there are zeros.
    fn vector_width(&self, instruction: u32) -> u32 {
        if let Some((width, _, from)) = low_lane(instruction) {
            return width.min(self.widths[from as usize + 32]);
        }
        if let Some((_, copy)) = copied(instruction) {
            return self.widths[copy.source as usize];
        }
        match instruction >> 24 & 0xff {
            // Loads of one register, but those of 128 bits.
            0x3c | 0x3d | 0x7c | 0x7d | 0xbc | 0xbd | 0xfc | 0xfd => match instruction >> 30 {
                0 if instruction >> 23 & 1 == 1 => 128,
                size => 8 << size,
            },
            // Scalars of at most 64 bits: the type may be that of what is converted.
            0x1e | 0x1f if instruction >> 23 & 1 == 0 => 64,
            _ => 128,
        }
    }
}

/// Bits of the registers by their numbers.
const ALL: [u32; 64] = {
    let mut bits = [64; 64];
    let mut vector = 32;
    while vector < 64 {
        bits[vector] = 128;
        vector += 1;
    }
    bits
};

/// If `instruction` takes the lowest bits of a general register and puts zeros above: how many, to where, and from where.
fn low_bits(instruction: u32) -> Option<(u32, u32, u32)> {
    let [to, n, m] = [0, 5, 16].map(|shift| instruction >> shift & 31);
    let count = (instruction >> 10 & 63) + 1;
    let (count, from) = match instruction >> 16 {
        // and, ubfm
        0x1200 | 0x5300 if count < 32 => (count, n),
        0x9240 | 0xd340 if count < 64 => (count, n),
        // mov wD, wM
        _ if instruction & 0xffe0_ffe0 == 0x2a00_03e0 => (32, m),
        _ => return None,
    };
    (to != 31 && from != 31).then_some((count, to, from))
}

/// If `instruction` takes the lowest lane of a vector register and puts zeros above (`fmov` of scalars): the lane's bits, to
/// where, and from where.
fn low_lane(instruction: u32) -> Option<(u32, u32, u32)> {
    let width = match instruction & 0xffff_fc00 {
        0x1e20_4000 => 32,
        0x1e60_4000 => 64,
        _ => return None,
    };
    Some((width, instruction & 31, instruction >> 5 & 31))
}

/// Has what is copied and not needed otherwise made where the copy would be.
fn retarget(lines: &mut [Option<Line>], live_out: Registers) {
    let mut live = live_after(lines, live_out);
    for at in (1..lines.len()).rev() {
        let Some(line) = lines[at].filter(|line| !line.is_fixed) else { continue };
        let Some((to, Copy { source, is_full: true })) = copied(line.word) else { continue };
        if live[at] >> source & 1 == 1 {
            continue;
        }
        if let Some(first) = rename(lines, at, source, to) {
            lines[at] = None;
            for live in &mut live[first..at] {
                *live = *live & !(1 << source) | 1 << to;
            }
        }
    }
}

/// Renames `from` to `to`, from the instruction before `end` that makes it; that one is returned. Nothing changes unless it
/// can be done.
fn rename(lines: &mut [Option<Line>], end: usize, from: u32, to: u32) -> Option<usize> {
    let is_from =
        |operand: Operand, word: u32| operand.number(word) == from & 31 && operand.is_vector == (from >= 32);
    let mut renamed: Vec<(usize, u32)> = Vec::new();
    for at in (end.saturating_sub(WINDOW)..end).rev() {
        let Some(line) = lines[at] else { continue };
        let operands = operands::of(line.word)?;
        let makes = operands.written >> from & 1 == 1;
        if makes {
            let field = operands.write.filter(|&write| is_from(write, line.word) && !line.is_fixed)?;
            lines[at] = Some(Line { word: field.renamed(line.word, to & 31), ..line });
            for (at, word) in renamed {
                if let Some(line) = &mut lines[at] {
                    line.word = word;
                }
            }
            return Some(at);
        }
        if (operands.read | operands.written) >> to & 1 == 1 {
            return None;
        }
        if operands.read >> from & 1 == 1 {
            let fields = operands.reads().filter(|&read| is_from(read, line.word));
            let word = fields.fold(line.word, |word, field| field.renamed(word, to & 31));
            let is_gone = operands::of(word).is_some_and(|operands| operands.read >> from & 1 == 0);
            if line.is_fixed || !is_gone {
                return None;
            }
            renamed.push((at, word));
        }
    }
    None
}

/// Takes out what computes something that nobody reads.
fn eliminate(lines: &mut [Option<Line>], live_out: Registers) {
    let mut live = live_out;
    for place in lines.iter_mut().rev() {
        let Some(line) = place else { continue };
        let is_needed = operands::of(line.word).is_none_or(|operands| {
            let is_pure = operands.is_pure || is_slot_load(line.word);
            !is_pure || operands.written == 0 || operands.written & live != 0
        });
        if is_needed || line.is_fixed {
            live = blocks::before(line.word, line.passed, live);
        } else {
            *place = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing;

    /// What becomes of a function that consists of these instructions and returns.
    fn without_copies(words: &[u32]) -> Vec<u32> {
        testing::passed_before_return(words, run)
    }

    /// mov x9, x22
    const MOV: u32 = 0xaa16_03e9;
    /// cmp w9, w1
    const CMP: u32 = 0x6b01_013f;
    /// csel w0, w1, w2, ls, so that the flags are needed
    const CSEL: u32 = 0x1a82_9020;

    #[test]
    fn originals_are_read() {
        // cmp w22, w1
        assert_eq!(without_copies(&[MOV, CMP, CSEL]), [0x6b01_02df, CSEL]);
        // mov v31.16b, v20.16b; mov w0, v31.s[1] reads v20
        assert_eq!(without_copies(&[0x4eb4_1e9f, 0x0e0c_3fe0]), [0x0e0c_3e80]);
        // ldr x0, [x9, w5, uxtw]
        assert_eq!(without_copies(&[MOV, 0xf865_4920]), [0xf865_4ac0]);
    }

    #[test]
    fn extensions_of_narrow_values_are_copies() {
        // cset w9, lo; uxtb w10, w9; add x0, x1, x10, lsl #2
        assert_eq!(without_copies(&[0x1a9f_27e9, 0x5300_1d2a, 0x8b0a_0820]), [0x1a9f_27e9, 0x8b09_0820]);
        // ldrh w9, [x1]; and w0, w9, #0xffff: made in place
        assert_eq!(without_copies(&[0x7940_0029, 0x1200_3d20]), [0x7940_0020]);
        // ldrh w9, [x1]; and w0, w9, #0xff
        assert_eq!(without_copies(&[0x7940_0029, 0x1200_1d20]), [0x7940_0029, 0x1200_1d20]);
        // ldrsw x9, [x1]; mov w0, w9; umov x9, v1.d[0]; mov w0, w9
        assert_eq!(without_copies(&[0xb980_0029, 0x2a09_03e0]), [0xb980_0029, 0x2a09_03e0]);
        assert_eq!(without_copies(&[0x4e08_3c29, 0x2a09_03e0]), [0x4e08_3c29, 0x2a09_03e0]);
    }

    #[test]
    fn scalars_are_vectors_with_zeros_above() {
        // ldr d0, [x1]; fmov d0, d0; fadd d17, d1, d2; fmov d0, d17
        assert_eq!(without_copies(&[0xfd40_0020, 0x1e60_4000]), [0xfd40_0020]);
        assert_eq!(without_copies(&[0x1e62_2831, 0x1e60_4220]), [0x1e62_2820]);
        // ldr q0, [x1]; fmov d0, d0; fcvt d0, s1; fmov s0, s0
        assert_eq!(without_copies(&[0x3dc0_0020, 0x1e60_4000]), [0x3dc0_0020, 0x1e60_4000]);
        assert_eq!(without_copies(&[0x1e22_c020, 0x1e20_4000]), [0x1e22_c020, 0x1e20_4000]);
        // ldr d0, [x1]; fmov s0, s0
        assert_eq!(without_copies(&[0xfd40_0020, 0x1e20_4000]), [0xfd40_0020, 0x1e20_4000]);
    }

    #[test]
    fn results_are_made_where_they_go() {
        // add w9, w1, w2; eor w3, w9, w1; mov x0, x9
        let words = [0x0b02_0029, 0x4a01_0123, 0xaa09_03e0];
        assert_eq!(without_copies(&words), [0x0b02_0020, 0x4a01_0003]);
        // add v16.4s, v17.4s, v16.4s; mov v17.16b, v16.16b; mov v0.16b, v17.16b
        assert_eq!(without_copies(&[0x4eb0_8630, 0x4eb0_1e11, 0x4eb1_1e20]), [0x4eb0_8620]);
        // x0 is read in between: add w9, w1, w2; eor w3, w0, w1; mov x0, x9
        let words = [0x0b02_0029, 0x4a01_0003, 0xaa09_03e0];
        assert_eq!(without_copies(&words), words);
    }

    #[test]
    fn what_is_on_the_stack_and_in_a_register_is_not_loaded() {
        // str x22, [sp, #8]; ldr x9, [sp, #8]; cmp w9, w1
        let store = 0xf900_07f6;
        let load = 0xf940_07e9;
        assert_eq!(without_copies(&[store, load, CMP, CSEL]), [store, 0x6b01_02df, CSEL]);
        for between in [
            // str w1, [sp, #12]; mov x22, x1; bl; add x5, sp, #16: the frame is used in other ways
            0xb900_0fe1,
            0xaa01_03f6,
            0x9400_0000,
            0x9100_43e5,
        ] {
            let words = [store, between, load, CMP, CSEL];
            assert!(without_copies(&words).contains(&load), "{between:x}");
        }
    }

    #[test]
    fn others_stay() {
        for between in [
            // The original changes: mov x22, x1; a call may change it
            0xaa01_03f6,
            0x9400_0000,
        ] {
            let words = [MOV, between, CMP, CSEL];
            assert!(without_copies(&words).contains(&CMP), "{between:x}");
        }
        // The frame pointer is needed by backtraces: stp x29, x30, [sp, #-16]!; mov x29, sp; ldp x29, x30, [sp], #16
        let words = [0xa9bf_7bfd, 0x9100_03fd, 0xa8c1_7bfd];
        assert_eq!(without_copies(&words), words);
    }
}
