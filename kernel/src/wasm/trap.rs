//! Ending an app that trapped: where it was, and why.

use super::instance::{End, Instance};
use crate::{
    arch::aarch64::cpu,
    mm::map,
    sched::{self, thread::Thread},
};
use core::{arch::asm, ops::Range};
use sinter_abi::{
    module::{Function, Module},
    sites::Sites,
    trap::TrapReason,
};

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

/// The function of `module` that the instruction at `pc` belongs to.
pub fn function(module: &Module, pc: u64) -> Option<&Function> {
    let functions = super::slice(&module.functions);
    let index = functions.partition_point(|function| function.code <= pc).checked_sub(1)?;
    functions.get(index).filter(|function| pc - function.code <= u64::from(function.size))
}

/// The name of a function.
pub fn name<'a>(module: &'a Module, function: &Function) -> &'a str {
    let start = function.name_offset as usize;
    let name = super::slice(&module.names).get(start..start + function.name_len as usize).unwrap_or_default();
    core::str::from_utf8(name).unwrap_or("?")
}

/// The site at `pc` in `function`: its offset in the Wasm file, and why it may trap.
pub fn site(module: &Module, function: &Function, pc: u64) -> Option<(u32, Option<TrapReason>)> {
    let start = function.sites_offset as usize;
    let bytes = super::slice(&module.sites).get(start..start + function.sites_len as usize)?;
    Sites::new(function.wasm_offset, bytes)
        .find(|site| function.code + u64::from(site.code_offset) == pc)
        .map(|site| (site.wasm_offset, site.trap))
}

/// One line of a backtrace: what the frame at `pc` is called, how far into it, and its offset in the Wasm
/// file.
pub struct Place<'a> {
    /// Name of the function.
    pub name: &'a str,
    /// Offset in the Wasm file, for an app's function.
    pub wasm_offset: Option<u32>,
    /// Bytes from the function's first instruction.
    pub code_offset: u64,
}

/// What is known of `pc` in an app of `module`.
pub fn place(module: &Module, pc: u64) -> Option<Place<'_>> {
    if let Some(function) = function(module, pc) {
        let wasm_offset = site(module, function, pc).map_or(function.wasm_offset, |(offset, _)| offset);
        let code_offset = pc - function.code;
        return Some(Place { name: name(module, function), wasm_offset: Some(wasm_offset), code_offset });
    }
    let (name, code_offset) = map::symbols()?.find(pc)?;
    Some(Place { name, wasm_offset: None, code_offset })
}

/// Ends the running app with a trap for `reason`, from kernel code that it called.
pub fn raise(reason: TrapReason) -> ! {
    let thread = sched::current();
    let instance = Instance::of(thread);
    let stack = thread.stack_mapped.get()..instance.stack().end;
    instance.set_trap(Trap::new(reason, None, cpu::program_counter(), cpu::frame_pointer(), stack));
    abandon(thread)
}

/// Ends the running app without a trap.
pub fn exit(end: End) -> ! {
    let thread = sched::current();
    Instance::of(thread).set_end(end);
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
            top = in(reg) Instance::of(thread).stack().end,
            finish = sym finish,
            options(noreturn),
        )
    }
}

/// The last that an app's thread runs, on an empty stack.
pub extern "C" fn finish() -> ! {
    Instance::of(sched::current()).tell_end();
    sched::end_current()
}
