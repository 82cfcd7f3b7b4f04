//! One branch instead of two: at the end of a loop's round, and where one leads past another.
//!
//! Where Cranelift leaves a loop by a branch on a condition, and has copies to make on the way back, it makes them behind that
//! branch and goes back by another one. If the way out needs none of the registers that change there, they may change before:
//!
//! ```text
//!     b.hs out                     mov x8, x11
//!     mov x8, x11                  b.lo loop
//!     b loop                       b out, unless that is the next instruction
//! ```
//!
//! What moves only computes, or loads from the stack, so it neither traps nor is seen by anyone on the way out.
//!
//! And where a branch on a condition leads past nothing but another branch, one on the opposite condition takes that way.

use crate::compile::machine::{
    WORD,
    blocks::{self, Block},
    code::Code,
    edit,
    effects::Registers,
    operands::{self, FLAGS},
    transfer, word,
};

/// Turns what can be turned in `code`.
pub fn run(code: &mut Code) {
    let fixed = code.fixed();
    let blocks = &code.blocks;
    let mut has_turned = false;
    let mut removed = Vec::new();
    for (number, pair) in blocks.windows(2).enumerate() {
        let [test, back] = pair else { unreachable!("windows have their size") };
        if back.from.as_deref() == Some(&[number]) {
            let needed = |at| {
                let block = blocks.binary_search_by_key(&at, |block| block.range.start).ok()?;
                Some(blocks[block].live_in())
            };
            let bytes = &mut code.unit.code;
            if let Some(gone) = turn(bytes, test, back, needed, &fixed) {
                has_turned = true;
                removed.extend(gone);
            } else if let Some(gone) = take(bytes, test, back, &fixed) {
                has_turned = true;
                removed.push(gone);
            }
        }
    }
    if has_turned {
        edit::remove(code.unit, &removed);
        code.renew();
    }
}

/// Has the branch at the end of `test` go back where `back` behind it does; `needed` says what is needed where it leads now.
/// `None` if it cannot; otherwise the instruction that is left over, if one is.
fn turn(
    code: &mut [u8],
    test: &Block,
    back: &Block,
    needed: impl Fn(usize) -> Option<Registers>,
    fixed: &[bool],
) -> Option<Option<usize>> {
    let [tested, gone] = [test, back].map(|block| block.range.end - WORD);
    let (branch, jump) = (word(code, tested), word(code, gone));
    let again = edit::target(jump, gone).filter(|&again| again <= tested && blocks::is_branch(jump))?;
    let out = edit::target(branch, tested)?;
    let needed = needed(out)? | operands::of(branch)?.read;
    let moves = Vec::from_iter((tested + WORD..gone).step_by(WORD).map(|at| word(code, at)));
    let is_free = (tested..=gone).step_by(WORD).all(|at| !fixed[at / WORD]);
    if !is_free || !moves.iter().all(|&moved| may_move(moved, needed)) {
        return None;
    }
    let turned = edit::branch(branch ^ opposite(branch)?, gone - WORD, again)?;
    let jump = edit::branch(jump, gone, out)?;
    for (at, word) in (tested..).step_by(WORD).zip(moves.into_iter().chain([turned, jump])) {
        code[at..at + WORD].copy_from_slice(&word.to_le_bytes());
    }
    Some((out == gone + WORD).then_some(gone))
}

/// Has the branch at the end of `test`, which leads past `over`, take the way of that block if that is nothing but a branch,
/// which is left over then.
fn take(code: &mut [u8], test: &Block, over: &Block, fixed: &[bool]) -> Option<usize> {
    let [tested, gone] = [test, over].map(|block| block.range.end - WORD);
    let (branch, jump) = (word(code, tested), word(code, gone));
    let is_alone = over.range.start == gone && blocks::is_branch(jump) && !fixed[gone / WORD];
    if !is_alone || fixed[tested / WORD] || edit::target(branch, tested)? != over.range.end {
        return None;
    }
    let taken = edit::branch(branch ^ opposite(branch)?, tested, edit::target(jump, gone)?)?;
    code[tested..tested + WORD].copy_from_slice(&taken.to_le_bytes());
    Some(gone)
}

/// Whether `instruction` does nothing but write registers other than those of `needed`.
fn may_move(instruction: u32, needed: Registers) -> bool {
    let only_writes = |operands: &operands::Operands| operands.is_pure || transfer::is_slot_load(instruction);
    // Not the flags, which may be what is branched on, and not what depends on its own place.
    let is_placed = matches!(instruction >> 24 & 0x1f, 0x10);
    let operands = operands::of(instruction).filter(only_writes);
    operands.is_some_and(|operands| !is_placed && operands.written & (needed | FLAGS) == 0)
}

/// The bit that makes a branch one on the opposite condition (Arm ARM C4.1.93).
fn opposite(branch: u32) -> Option<u32> {
    match branch >> 24 & 0x7f {
        // cbz, cbnz, tbz, tbnz
        0x34..=0x37 => Some(1 << 24),
        // b.cond, but for those that are always true
        0x54 if branch & 0x1e != 0x0e => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing::{RET, passed};

    /// What becomes of a function that consists of these instructions.
    fn turned(words: &[u32]) -> Vec<u32> {
        passed(words, run)
    }

    /// add w11, w12, #1; cmp w11, w4
    const BODY: [u32; 2] = [0x1100_058b, 0x6b04_017f];
    /// mov x12, x11
    const MOV: u32 = 0xaa0b_03ec;
    /// `b` three and four instructions back
    const BACK: [u32; 2] = [0x17ff_fffd, 0x17ff_fffc];

    #[test]
    fn one_branch_is_left() {
        // b.hs to the return; b.lo back
        let words = [&BODY[..], &[0x5400_0062, MOV, BACK[1], RET]].concat();
        assert_eq!(turned(&words), [&BODY[..], &[MOV, 0x54ff_ffa3, RET]].concat());
        // cbz x11 to the return, nothing to move; cbnz x11 back
        let words = [&BODY[..], &[0xb400_004b, BACK[0], RET]].concat();
        assert_eq!(turned(&words), [&BODY[..], &[0xb5ff_ffcb, RET]].concat());
        // tbz w11, #3 to what is behind the return; tbnz w11, #3 back, and b out
        let words = [&BODY[..], &[0x3618_006b, BACK[0], RET, RET]].concat();
        assert_eq!(turned(&words), [&BODY[..], &[0x371f_ffcb, 0x1400_0002, RET, RET]].concat());
    }

    #[test]
    fn branches_past_a_branch_take_its_way() {
        // cbz w11 to the second sum; b to the return
        let words = [0x3400_004b, 0x1400_0003, BODY[0], BODY[0], RET];
        assert_eq!(turned(&words), [0x3500_006b, BODY[0], BODY[0], RET]);
        // There is more between them: cbz w11; mov x12, x11; b
        let words = [0x3400_006b, MOV, 0x1400_0003, BODY[0], BODY[0], RET];
        assert_eq!(turned(&words), words);
    }

    #[test]
    fn others_stay() {
        for words in [
            // What changes is needed outside: mov x0, x11
            [0x5400_0062, 0xaa0b_03e0, BACK[1], RET],
            // It is what is branched on: cbz w12; mov x12, x11
            [0x3400_006c, MOV, BACK[1], RET],
            // Flags: cmp w1, w2
            [0x5400_0062, 0x6b02_003f, BACK[1], RET],
            // A load that may trap, a store on the stack: ldr x12, [x1]; str x12, [sp]
            [0x5400_0062, 0xf940_002c, BACK[1], RET],
            [0x5400_0062, 0xf900_03ec, BACK[1], RET],
            // Forward: b to the return
            [0x5400_0062, MOV, 0x1400_0001, RET],
        ] {
            let words = [&BODY[..], &words].concat();
            assert_eq!(turned(&words), words, "{words:x?}");
        }
    }
}
