//! Ending an app that trapped: where it was, and why.

use super::program::{End, Program};
use crate::{
    arch::aarch64::cpu,
    sched::{self, thread::Thread},
};
use core::{arch::asm, ops::Range};
use sinter_abi::trap::TrapReason;

/// Lines of frames that a report shows; of deeper recursion the innermost ones.
const LINES: usize = 24;

/// A trap.
#[derive(Debug, Clone, Copy)]
pub struct Trap {
    /// Why.
    pub reason: TrapReason,
    /// The address of the access that faulted, if one did.
    pub address: Option<u64>,
    frames: [Frames; LINES],
    /// How many of `frames` there are.
    lines: usize,
    /// How many frames there are beyond those.
    pub left_out: usize,
}

/// Frames of a stack, one after another, at the same instruction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frames {
    /// The instruction: that which trapped, or the return address of a call.
    pub pc: u64,
    /// How many frames.
    pub count: usize,
}

impl Trap {
    /// Walks the chain of frame records (AAPCS64 6.2.3) on `stack`, from the record at `fp`, up to that of
    /// the kernel's function which called the app.
    pub fn new(reason: TrapReason, address: Option<u64>, pc: u64, fp: u64, stack: Range<u64>) -> Self {
        let mut trap = Self { reason, address, frames: [Frames::default(); LINES], lines: 0, left_out: 0 };
        let (mut caller, mut fp, mut low) = (pc, fp, stack.start);
        while fp >= low && fp.is_multiple_of(16) && fp < stack.end {
            // SAFETY: 16 aligned bytes within the mapped part of a thread's stack.
            let [next, pc] = unsafe { (fp as *const [u64; 2]).read() };
            if pc == 0 {
                return trap;
            }
            trap.push(core::mem::replace(&mut caller, pc));
            (low, fp) = (fp + 16, next);
        }
        trap.push(caller);
        trap
    }

    fn push(&mut self, pc: u64) {
        match self.frames[..self.lines].last_mut() {
            Some(last) if last.pc == pc => last.count += 1,
            _ if self.lines == LINES => self.left_out += 1,
            _ => {
                self.frames[self.lines] = Frames { pc, count: 1 };
                self.lines += 1;
            }
        }
    }

    /// The frames, innermost first, as far as a report shows them.
    pub fn frames(&self) -> &[Frames] {
        &self.frames[..self.lines]
    }
}

/// Ends the running app with a trap for `reason`, from kernel code that it called.
pub fn raise(reason: TrapReason) -> ! {
    let thread = sched::current();
    let program = Program::of(thread);
    let stack = thread.stack_mapped.get()..program.stack.top();
    program.set_trap(Trap::new(reason, None, cpu::program_counter(), cpu::frame_pointer(), stack));
    abandon(thread)
}

/// Ends the running app without a trap.
pub fn exit(end: End) -> ! {
    let thread = sched::current();
    Program::of(thread).set_end(end);
    abandon(thread)
}

/// Leaves the running app's code for ever, with its stack: nothing on it may own anything.
fn abandon(thread: &Thread) -> ! {
    sched::enter_kernel(thread);
    // SAFETY: nobody returns to what is on the stack, whose top is mapped.
    unsafe {
        asm!(
            "mov sp, {top}",
            "mov x29, xzr",
            "mov x30, xzr",
            "b {finish}",
            top = in(reg) Program::of(thread).stack.top(),
            finish = sym finish,
            options(noreturn),
        )
    }
}

/// The last that an app's thread runs, on an empty stack.
pub extern "C" fn finish() -> ! {
    Program::of(sched::current()).tell_end();
    sched::end_current()
}
