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

/// Where an app's innermost function is.
#[derive(Debug, Clone, Copy)]
pub struct Innermost {
    /// Its instruction.
    pub pc: u64,
    /// Where it will return to, if it has no frame record that says so.
    pub caller: Option<u64>,
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
    /// Takes down where it was, and the frames on `stack`, from the record at `fp` up to that of the kernel's function which
    /// called the app.
    pub fn new(
        reason: TrapReason,
        address: Option<u64>,
        innermost: Innermost,
        fp: u64,
        stack: Range<u64>,
    ) -> Self {
        let mut trap = Self { reason, address, frames: [Frames::default(); LINES], lines: 0, left_out: 0 };
        let mut caller = innermost.pc;
        if let Some(returns) = innermost.caller {
            trap.push(core::mem::replace(&mut caller, returns));
        }
        for record in (Records { fp, stack }) {
            if record.pc == 0 {
                return trap;
            }
            trap.push(core::mem::replace(&mut caller, record.pc));
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

/// The chain of frame records (AAPCS64 6.2.3) on a stack.
#[derive(Debug)]
pub struct Records {
    /// Address of the next record.
    pub fp: u64,
    /// Where it may be: the mapped part of a thread's stack.
    pub stack: Range<u64>,
}

/// What a function has saved of its caller.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    /// Frame pointer.
    pub fp: u64,
    /// Where it goes on.
    pub pc: u64,
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if !self.stack.contains(&self.fp) || !self.fp.is_multiple_of(16) {
            return None;
        }
        // SAFETY: 16 aligned bytes within the mapped part of a thread's stack.
        let [fp, pc] = unsafe { (self.fp as *const [u64; 2]).read() };
        self.stack.start = self.fp + 16;
        self.fp = fp;
        Some(Record { fp, pc })
    }
}

/// Ends the running app with a trap for `reason`, from kernel code that it called.
pub fn raise(reason: TrapReason) -> ! {
    let thread = sched::current();
    let program = Program::of(thread);
    let stack = thread.stack_mapped()..program.stack.top();
    let innermost = Innermost { pc: cpu::program_counter(), caller: None };
    program.set_trap(Trap::new(reason, None, innermost, cpu::frame_pointer(), stack));
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
