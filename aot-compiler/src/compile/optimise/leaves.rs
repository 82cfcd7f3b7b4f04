//! No frame record in functions that need none.
//!
//! Cranelift has every function save its caller's frame pointer and the return address, for backtraces. A function that calls
//! nothing and keeps nothing on the stack has both still in their registers wherever it traps: without the record it is three
//! instructions shorter, and the kernel begins its backtrace at x30. It knows such functions by their first instruction.

use crate::compile::machine::{
    WORD, code::Code, edit, effects::general, frame, instructions, operands, word,
};
use sinter_abi::module::SAVE_FRAME;

/// `mov x29, sp`
const SET_FRAME: u32 = 0x9100_03fd;
/// `ldp x29, x30, [sp], #16`
const RESTORE_FRAME: u32 = 0xa8c1_7bfd;

/// Takes the record out of `code` if it is needed for nothing.
pub fn run(code: &mut Code) {
    let bytes = &code.unit.code;
    let words = instructions(bytes).map(|at| (at, word(bytes, at)));
    let (record, others): (Vec<_>, Vec<_>) =
        words.partition(|&(_, word)| matches!(word, SAVE_FRAME | SET_FRAME | RESTORE_FRAME));
    let makes = [(0, SAVE_FRAME), (WORD, SET_FRAME)];
    let is_one = record.starts_with(&makes) && record[2..].iter().all(|&(_, word)| word == RESTORE_FRAME);
    let linked = edit::linked(code.unit);
    let is_apart = others.iter().all(|&(at, word)| !is_call(word, linked[at / WORD]) && !needs_record(word));
    if is_one && is_apart {
        let removed: Vec<_> = record.into_iter().map(|(at, _)| at).collect();
        edit::remove(code.unit, &removed);
        code.unit.unwind.clear();
        code.renew();
    }
}

/// Whether `instruction` goes to another function, other than by returning.
fn is_call(instruction: u32, is_linked: bool) -> bool {
    let is_branch = instruction >> 26 & 0x1f == 5;
    let is_indirect = instruction & 0xffff_fc1f == 0xd63f_0000;
    is_indirect || is_branch && (is_linked || instruction >> 31 == 1)
}

/// Whether `instruction` names the stack pointer, the frame pointer or the return address. The allocator never chooses these.
fn needs_record(instruction: u32) -> bool {
    let kept = general(29) | general(30);
    let names = |operands: operands::Operands| (operands.read | operands.written) & kept != 0;
    frame::names_sp(instruction) || operands::of(instruction).is_some_and(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::testing::{RET, passed};

    /// add w0, w1, w2
    const SUM: u32 = 0x0b02_0020;
    const RECORD: [u32; 2] = [SAVE_FRAME, SET_FRAME];

    #[test]
    fn leaves_have_no_record() {
        let words = [&RECORD[..], &[SUM, RESTORE_FRAME, RET]].concat();
        assert_eq!(passed(&words, run), [SUM, RET]);
        // cbz w1 to the second way out
        let words = [&RECORD[..], &[0x3400_0061, RESTORE_FRAME, RET, RESTORE_FRAME, RET]].concat();
        assert_eq!(passed(&words, run), [0x3400_0041, RET, RET]);
    }

    #[test]
    fn others_keep_it() {
        for word in [
            // bl .-8; blr x1
            0x97ff_fffe,
            0xd63f_0020,
            // str x1, [sp, #-16]!; ldr x0, [x29, #16]; mov x0, x30; add x0, sp, #8
            0xf81f_0fe1,
            0xf940_0ba0,
            0xaa1e_03e0,
            0x9100_23e0,
        ] {
            let words = [&RECORD[..], &[word, RESTORE_FRAME, RET]].concat();
            assert_eq!(passed(&words, run), words, "{word:#x}");
        }
    }
}
