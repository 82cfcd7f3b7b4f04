//! The exception vectors (Arm ARM D1.3.6).
//!
//! Threads run on SP_EL0, so what happens to them comes through the second group of vectors, on the core's
//! exception stack with interrupts masked; it is saved in the thread's own frame. An exception while one is
//! handled is a mistake of the kernel.

use super::{
    context::{Frame, offset, resume, return_to},
    cpu,
};
use crate::{
    console::console,
    drivers::{emmc, interrupts},
    panic,
    sched::{self, thread::Thread},
    wasm::fault,
    watchdog,
};
use aarch64_cpu::{
    asm::barrier::{SY, isb},
    registers::{ESR_EL1, FAR_EL1, VBAR_EL1},
};
use core::arch::global_asm;
use tock_registers::interfaces::{Readable, Writeable};

/// Why a synchronous exception was taken: `ESR_EL1` and `FAR_EL1`.
#[derive(Debug, Clone, Copy)]
pub struct Syndrome {
    /// Exception class (Arm ARM D17.2.37, field EC).
    pub class: Class,
    /// The whole of `ESR_EL1`.
    pub esr: u64,
    /// The address whose access faulted, for aborts.
    pub far: u64,
}

/// The exception classes that the kernel tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// An undefined instruction, as the compiler emits for a trap.
    Undefined,
    /// A load or store that the tables do not allow.
    DataAbort,
    /// An instruction fetch that the tables do not allow, or from an address that is no multiple of 4.
    InstructionAbort,
    /// Anything else.
    Other,
}

impl Syndrome {
    fn read() -> Self {
        let esr = ESR_EL1.get();
        let class = match esr >> 26 & 0x3f {
            0x00 => Class::Undefined,
            0x21 | 0x22 => Class::InstructionAbort,
            0x25 => Class::DataAbort,
            _ => Class::Other,
        };
        Self { class, esr, far: FAR_EL1.get() }
    }

    /// Whether an abort is a translation fault, of any level: nothing is mapped there (Arm ARM D17.2.37,
    /// DFSC).
    pub fn is_translation_fault(&self) -> bool {
        self.esr & 0b11_1100 == 0b00_0100
    }
}

/// Points this core's vector base at the vectors.
pub fn install() {
    unsafe extern "C" {
        static vectors: u8;
    }
    VBAR_EL1.set(&raw const vectors as u64);
    isb(SY);
}

/// A synchronous exception of `thread`, whose frame holds its registers; it goes on with what the frame says
/// afterwards.
extern "C" fn synchronous(thread: *mut Thread) {
    let syndrome = Syndrome::read();
    // SAFETY: the vector passes the running thread, and nothing else uses its frame while it runs.
    let frame = unsafe { &mut (*thread).context.frame };
    if !fault::handle(thread, frame, syndrome) {
        panic::exception("exception in the kernel", Some(syndrome), frame.elr, frame.x[29]);
    }
}

/// An interrupt; the result is the thread to go on with.
extern "C" fn interrupt(thread: *mut Thread) -> *mut Thread {
    let pending = interrupts::pending(cpu::core());
    if pending.timer {
        sched::on_timer();
    }
    if pending.signal {
        panic::halt_if_panicking();
        watchdog::answer(cpu::core());
        sched::on_signal();
    }
    if pending.uart {
        console().on_interrupt();
    }
    if pending.card {
        emmc::on_interrupt();
    }
    // SAFETY: as in `synchronous`.
    if unsafe { (*thread).is_exhausted() } && fault::end_exhausted(thread) {
        return thread;
    }
    sched::after_interrupt(thread)
}

/// An asynchronous external abort, or a fast interrupt, which nothing here raises.
extern "C" fn unexpected(thread: *mut Thread) -> ! {
    // SAFETY: as in `synchronous`.
    let frame: &Frame = unsafe { &(*thread).context.frame };
    panic::exception("unexpected asynchronous exception", Some(Syndrome::read()), frame.elr, frame.x[29]);
}

/// An exception while another was handled. It runs on the main thread's stack, as the exception stack may be
/// the cause.
extern "C" fn nested(elr: u64, frame_pointer: u64) -> ! {
    panic::exception("exception in an exception handler", Some(Syndrome::read()), elr, frame_pointer);
}

global_asm!(
    r#"
    .macro save handler
    .balign 128
    msr     tpidrro_el0, x0
    mrs     x0, tpidr_el1
    stp     x1, x2, [x0, #{x} + 8]
    stp     x3, x4, [x0, #{x} + 24]
    stp     x5, x6, [x0, #{x} + 40]
    stp     x7, x8, [x0, #{x} + 56]
    stp     x9, x10, [x0, #{x} + 72]
    stp     x11, x12, [x0, #{x} + 88]
    stp     x13, x14, [x0, #{x} + 104]
    stp     x15, x16, [x0, #{x} + 120]
    stp     x17, x18, [x0, #{x} + 136]
    stp     x19, x20, [x0, #{x} + 152]
    stp     x21, x22, [x0, #{x} + 168]
    stp     x23, x24, [x0, #{x} + 184]
    stp     x25, x26, [x0, #{x} + 200]
    stp     x27, x28, [x0, #{x} + 216]
    stp     x29, x30, [x0, #{x} + 232]
    mrs     x1, tpidrro_el0
    str     x1, [x0, #{x}]
    adr     x30, \handler
    b       save_rest
    .endm

    .macro fatal
    .balign 128
    b       fatal
    .endm

    .section .text.vectors, "ax"
    .balign 2048
    .global vectors
vectors:
    save    on_synchronous
    save    on_interrupt
    save    on_unexpected
    save    on_unexpected
    .rept   12
    fatal
    .endr

    .balign 128
save_rest:
    mrs     x1, sp_el0
    mrs     x2, elr_el1
    mrs     x3, spsr_el1
    stp     x1, x2, [x0, #{frame_sp}]
    str     x3, [x0, #{frame_sp} + 16]
    mrs     x1, fpcr
    mrs     x2, fpsr
    stp     x1, x2, [x0, #{fpcr}]
    mov     x1, #1
    str     x1, [x0, #{in_frame}]
    add     x1, x0, #{q}
    stp     q0, q1, [x1, #0]
    stp     q2, q3, [x1, #32]
    stp     q4, q5, [x1, #64]
    stp     q6, q7, [x1, #96]
    stp     q8, q9, [x1, #128]
    stp     q10, q11, [x1, #160]
    stp     q12, q13, [x1, #192]
    stp     q14, q15, [x1, #224]
    stp     q16, q17, [x1, #256]
    stp     q18, q19, [x1, #288]
    stp     q20, q21, [x1, #320]
    stp     q22, q23, [x1, #352]
    stp     q24, q25, [x1, #384]
    stp     q26, q27, [x1, #416]
    stp     q28, q29, [x1, #448]
    stp     q30, q31, [x1, #480]
    ret

on_synchronous:
    bl      {synchronous}
    mrs     x0, tpidr_el1
    b       {return_to}
on_interrupt:
    bl      {interrupt}
    mrs     x1, tpidr_el1
    cmp     x0, x1
    b.eq    {return_to}
    b       {resume}
on_unexpected:
    bl      {unexpected}

fatal:
    mrs     x0, elr_el1
    mov     x1, x29
    adrp    x2, __main_stack_top
    mov     sp, x2
    mov     x29, xzr
    bl      {nested}
    "#,
    x = const offset::X,
    frame_sp = const offset::FRAME_SP,
    fpcr = const offset::FPCR,
    q = const offset::Q,
    in_frame = const offset::IN_FRAME,
    synchronous = sym synchronous,
    interrupt = sym interrupt,
    unexpected = sym unexpected,
    nested = sym nested,
    resume = sym resume,
    return_to = sym return_to,
);
