//! Registers of a thread that does not run, and the ways between threads.
//!
//! A thread gives the core up in two ways. An exception saves every register in the thread's [`Frame`],
//! because compiled code was interrupted anywhere. A call of [`switch`] saves what AAPCS64 6.1 lets a callee
//! not destroy, on the thread's own stack. `resume` undoes whichever it was. Threads run on SP_EL0; SP_EL1
//! always points to the top of the core's exception stack when no exception is being handled.

use crate::lock::Relax;
use core::{
    arch::global_asm,
    sync::atomic::{
        AtomicU64,
        Ordering::{Acquire, Release},
    },
};
use spin::RelaxStrategy;

/// Every register that compiled code can see.
#[repr(C, align(16))]
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// `x0` to `x30`.
    pub x: [u64; 31],
    /// The stack pointer, `SP_EL0`.
    pub sp: u64,
    /// Where execution goes on.
    pub elr: u64,
    /// `PSTATE` there.
    pub spsr: u64,
    /// Rounding mode and the like.
    pub fpcr: u64,
    /// Cumulative exception flags.
    pub fpsr: u64,
    /// `q0` to `q31`.
    pub q: [u128; 32],
}

/// `SPSR_EL1` of a thread: EL1t, interrupts on.
const SPSR_THREAD: u64 = 0b0100;

const _: () = assert!(core::mem::offset_of!(Context, running) == 0);

/// What is needed to go on with a thread. The first field of a thread's record, so that its address is the
/// thread's.
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    /// Not 0 from the moment a core begins to resume the thread until its registers are saved again. The first
    /// field, as the instructions that synchronise have no offset.
    running: AtomicU64,
    _padding: u64,
    /// The stack pointer at the last [`switch`].
    sp: u64,
    /// 1 if the frame, 0 if `sp` says how to go on.
    in_frame: u64,
    /// The registers at the last exception.
    pub frame: Frame,
}

/// Offsets in a [`Context`], for the assembly here and in the vectors.
pub mod offset {
    use super::{Context, Frame};
    use core::mem::offset_of;

    /// `sp`, and behind it `in_frame`.
    pub const SP: usize = offset_of!(Context, sp);
    /// `in_frame`.
    pub const IN_FRAME: usize = offset_of!(Context, in_frame);
    /// `x0`.
    pub const X: usize = offset_of!(Context, frame);
    /// The frame's `sp`, and behind it `elr` and `spsr`.
    pub const FRAME_SP: usize = X + offset_of!(Frame, sp);
    /// `fpcr`, and behind it `fpsr`.
    pub const FPCR: usize = X + offset_of!(Frame, fpcr);
    /// `q0`.
    pub const Q: usize = X + offset_of!(Frame, q);
}

impl Context {
    /// A thread that begins at `entry` with `argument` in its first register and a stack that ends at
    /// `stack_top`.
    pub const fn new(entry: u64, argument: u64, stack_top: u64) -> Self {
        let mut x = [0; 31];
        x[0] = argument;
        let frame = Frame { x, sp: stack_top, elr: entry, spsr: SPSR_THREAD, fpcr: 0, fpsr: 0, q: [0; 32] };
        Self { running: AtomicU64::new(0), _padding: 0, sp: 0, in_frame: 1, frame }
    }

    /// The context of the thread that this core already runs.
    pub const fn running() -> Self {
        let mut context = Self::new(0, 0, 0);
        context.running = AtomicU64::new(1);
        context
    }

    /// Lets other cores resume the thread, whose registers an exception has saved.
    pub fn release(&self) {
        self.running.store(0, Release);
    }

    /// Waits until the thread does not run on any core.
    pub fn wait_released(&self) {
        while self.running.load(Acquire) != 0 {
            Relax::relax();
        }
    }
}

unsafe extern "C" {
    /// Saves the caller's registers in `from`, the running thread, and goes on with `to`. Returns when
    /// something resumes `from`.
    ///
    /// # Safety
    /// Interrupts are masked (and still are on return), both contexts stay valid until they are resumed for
    /// the last time, and `to` was saved here or by an exception, or is new.
    pub fn switch(from: *mut Context, to: *mut Context);

    /// Goes on with a thread that does not run, or that another core is about to leave: its address in `x0`,
    /// on SP_EL1, interrupts masked. For the vectors only.
    pub fn resume();

    /// Goes on with the running thread, whose frame was saved: its address in `x0`, on SP_EL1. For the
    /// vectors only.
    pub fn return_to();
}

global_asm!(
    r#"
    .section .text.switch, "ax"
    .balign 64
    .global switch
switch:
    sub     sp, sp, #160
    stp     x19, x20, [sp]
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    stp     d8, d9, [sp, #96]
    stp     d10, d11, [sp, #112]
    stp     d12, d13, [sp, #128]
    stp     d14, d15, [sp, #144]
    mov     x2, sp
    stp     x2, xzr, [x0, #{sp}]
    msr     spsel, #1
    stlr    xzr, [x0]                       // from here on another core may resume it
    mov     x0, x1

    .global resume
resume:
2:  ldar    x1, [x0]
    cbnz    x1, 3f                          // another core still saves its registers
    str     x0, [x0]
    ldp     x1, x2, [x0, #{sp}]
    msr     tpidr_el1, x0
    cbnz    x2, return_to
    msr     spsel, #0
    mov     sp, x1
    ldp     x19, x20, [sp]
    ldp     x21, x22, [sp, #16]
    ldp     x23, x24, [sp, #32]
    ldp     x25, x26, [sp, #48]
    ldp     x27, x28, [sp, #64]
    ldp     x29, x30, [sp, #80]
    ldp     d8, d9, [sp, #96]
    ldp     d10, d11, [sp, #112]
    ldp     d12, d13, [sp, #128]
    ldp     d14, d15, [sp, #144]
    add     sp, sp, #160
    ret

3:  yield
    b       2b

    .global return_to
return_to:
    ldp     x1, x2, [x0, #{fpcr}]
    msr     fpcr, x1
    msr     fpsr, x2
    add     x3, x0, #{q}
    ldp     q0, q1, [x3, #0]
    ldp     q2, q3, [x3, #32]
    ldp     q4, q5, [x3, #64]
    ldp     q6, q7, [x3, #96]
    ldp     q8, q9, [x3, #128]
    ldp     q10, q11, [x3, #160]
    ldp     q12, q13, [x3, #192]
    ldp     q14, q15, [x3, #224]
    ldp     q16, q17, [x3, #256]
    ldp     q18, q19, [x3, #288]
    ldp     q20, q21, [x3, #320]
    ldp     q22, q23, [x3, #352]
    ldp     q24, q25, [x3, #384]
    ldp     q26, q27, [x3, #416]
    ldp     q28, q29, [x3, #448]
    ldp     q30, q31, [x3, #480]
    ldp     x1, x2, [x0, #{frame_sp}]
    ldr     x3, [x0, #{frame_sp} + 16]
    msr     sp_el0, x1
    msr     elr_el1, x2
    msr     spsr_el1, x3
    ldp     x2, x3, [x0, #{x} + 16]
    ldp     x4, x5, [x0, #{x} + 32]
    ldp     x6, x7, [x0, #{x} + 48]
    ldp     x8, x9, [x0, #{x} + 64]
    ldp     x10, x11, [x0, #{x} + 80]
    ldp     x12, x13, [x0, #{x} + 96]
    ldp     x14, x15, [x0, #{x} + 112]
    ldp     x16, x17, [x0, #{x} + 128]
    ldp     x18, x19, [x0, #{x} + 144]
    ldp     x20, x21, [x0, #{x} + 160]
    ldp     x22, x23, [x0, #{x} + 176]
    ldp     x24, x25, [x0, #{x} + 192]
    ldp     x26, x27, [x0, #{x} + 208]
    ldp     x28, x29, [x0, #{x} + 224]
    ldr     x30, [x0, #{x} + 240]
    ldp     x0, x1, [x0, #{x}]
    eret
    "#,
    sp = const offset::SP,
    x = const offset::X,
    frame_sp = const offset::FRAME_SP,
    fpcr = const offset::FPCR,
    q = const offset::Q,
);
