//! Single instructions and the core's own state.

use super::CORES;
use super::registers::{PMCCFILTR_EL0, PMCCNTR_EL0, PMCNTENSET, PMCNTENSET_EL0, PMCR, PMCR_EL0};
use crate::sched::thread::Thread;
use aarch64_cpu::{
    asm::barrier::{SY, isb},
    registers::DAIF,
};
use core::arch::asm;
use tock_registers::interfaces::{ReadWriteable, Readable, Writeable};

/// The thread that runs on this core.
#[inline(always)]
pub fn current() -> *mut Thread {
    let thread;
    // SAFETY: reads a register. It is the same for the whole life of a thread, hence `pure`.
    unsafe { asm!("mrs {}, tpidr_el1", out(reg) thread, options(pure, nomem, nostack, preserves_flags)) };
    thread
}

/// Says which thread runs on this core.
///
/// # Safety
/// `thread` stays valid while it runs, and exceptions may write to its frame.
pub unsafe fn set_current(thread: *mut Thread) {
    // SAFETY: by contract.
    unsafe { asm!("msr tpidr_el1, {}", in(reg) thread, options(nostack, preserves_flags)) };
}

/// A word of this core's own.
#[inline(always)]
pub fn local() -> u64 {
    let value;
    // SAFETY: reads a register that means nothing to the processor; it is the same for as long as the core
    // is.
    unsafe { asm!("mrs {}, tpidr_el0", out(reg) value, options(nomem, nostack, preserves_flags)) };
    value
}

/// Sets what [`local`] returns on this core.
pub fn set_local(value: u64) {
    // SAFETY: the register means nothing to the processor.
    unsafe { asm!("msr tpidr_el0, {}", in(reg) value, options(nomem, nostack, preserves_flags)) };
}

/// The number of this core, 0 to 3.
#[inline(always)]
pub fn core() -> usize {
    let mpidr: u64;
    // SAFETY: reads a register that never changes on a core; threads change cores, so it is read each time.
    unsafe { asm!("mrs {}, mpidr_el1", out(reg) mpidr, options(nomem, nostack, preserves_flags)) };
    mpidr as usize % CORES
}

/// The stack pointer.
#[inline(always)]
pub fn stack_pointer() -> u64 {
    let sp;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags)) };
    sp
}

/// The frame pointer.
#[inline(always)]
pub fn frame_pointer() -> u64 {
    let fp;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, x29", out(reg) fp, options(nomem, nostack, preserves_flags)) };
    fp
}

/// The registers x19 to x28, which calls preserve (AAPCS64 6.1.1).
#[inline(always)]
pub fn preserved_registers() -> [u64; 10] {
    let mut registers = [0; 10];
    // SAFETY: writes the array and nothing else.
    unsafe {
        asm!(
            "stp x19, x20, [{0}]",
            "stp x21, x22, [{0}, #16]",
            "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]",
            "stp x27, x28, [{0}, #64]",
            in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags)
        );
    }
    registers
}

/// Goes on at `pc` on the running thread's stack, with `value` in x0.
///
/// # Safety
/// `sp` and `fp` are those of a frame on that stack whose code goes on at `pc` and expects nothing in registers but
/// `value`; what lies below `sp` owns nothing.
pub unsafe fn resume(pc: u64, sp: u64, fp: u64, value: u64) -> ! {
    // SAFETY: by contract.
    unsafe {
        asm!(
            "mov sp, x1",
            "mov x29, x2",
            "br x3",
            in("x0") value,
            in("x1") sp,
            in("x2") fp,
            in("x3") pc,
            options(noreturn)
        )
    }
}

/// The address of an instruction of the caller.
#[inline(always)]
pub fn program_counter() -> u64 {
    let pc;
    // SAFETY: computes an address.
    unsafe { asm!("adr {}, .", out(reg) pc, options(nomem, nostack, preserves_flags)) };
    pc
}

/// Holds interrupts back on this core. What was written before is written before.
#[inline(always)]
pub fn mask_interrupts() {
    // SAFETY: interrupts that come late change nothing that this code relies on.
    unsafe { asm!("msr daifset, #2", options(nostack, preserves_flags)) };
}

/// Lets interrupts come again on this core.
#[inline(always)]
pub fn unmask_interrupts() {
    // SAFETY: the vectors are in place from the start of `kernel_main` on, and no caller holds what a handler
    // needs.
    unsafe { asm!("msr daifclr, #2", options(nostack, preserves_flags)) };
}

/// Whether interrupts are held back on this core.
pub fn interrupts_are_masked() -> bool {
    DAIF.is_set(DAIF::I)
}

/// Runs `work` with interrupts held back, and leaves them as they were.
pub fn masked<R>(work: impl FnOnce() -> R) -> R {
    let before = DAIF.get();
    mask_interrupts();
    let result = work();
    // SAFETY: as it was before.
    unsafe { asm!("msr daif, {}", in(reg) before, options(nostack, preserves_flags)) };
    result
}

/// Waits for an interrupt; a masked one, too, ends the wait (Arm ARM D1.7.2).
pub fn wait_for_interrupt() {
    // SAFETY: waits; what devices and other cores wrote before the interrupt is to be read after it.
    unsafe { asm!("dsb sy", "wfi", options(nostack, preserves_flags)) };
}

/// Waits for ever.
pub fn halt() -> ! {
    mask_interrupts();
    loop {
        wait_for_interrupt();
    }
}

/// Invalidates all EL1 entries in all cores' TLBs; the caller's barriers order it.
pub fn tlbi_all() {
    // SAFETY: entries are fetched again from the tables.
    unsafe { asm!("tlbi vmalle1is", options(nostack, preserves_flags)) };
}

/// Whether reading at `address` would not fault. Interrupts that translate addresses, too, would disturb it;
/// none does.
pub fn is_readable(address: u64) -> bool {
    translate::<false>(address)
}

/// Whether writing at `address` would not fault.
pub fn is_writable(address: u64) -> bool {
    translate::<true>(address)
}

/// Asks the MMU for a translation (Arm ARM D8.2.13); `PAR_EL1`'s lowest bit says that it failed.
#[inline(always)]
fn translate<const WRITE: bool>(address: u64) -> bool {
    let par: u64;
    // SAFETY: a translation that fails is no exception.
    unsafe {
        if WRITE {
            asm!("at s1e1w, {}", in(reg) address, options(nostack, preserves_flags));
        } else {
            asm!("at s1e1r, {}", in(reg) address, options(nostack, preserves_flags));
        }
        asm!("isb", "mrs {}, par_el1", out(reg) par, options(nostack, preserves_flags));
    }
    par & 1 == 0
}

/// Writes the cache lines of `len` bytes at `start` back to memory and drops them, for a device that reads or
/// writes there.
pub fn clean_and_invalidate(start: u64, len: u64) {
    let mut line = start & !63;
    while line < start + len {
        // SAFETY: cleaning a line changes no value that this core can see.
        unsafe { asm!("dc civac, {}", in(reg) line, options(nostack, preserves_flags)) };
        line += 64;
    }
    aarch64_cpu::asm::barrier::dsb(SY);
}

/// Zeroes `len` bytes at `start`, both multiples of 512.
///
/// # Safety
/// The caller owns these bytes, which are Normal memory.
pub unsafe fn zero(start: u64, len: u64) {
    // SAFETY: the caller's memory; DC ZVA writes 64 bytes on the Cortex-A53 (DCZID_EL0.BS = 4).
    unsafe {
        asm!(
            "2:",
            ".rept 8",
            "dc zva, {at}",
            "add {at}, {at}, #64",
            ".endr",
            "cmp {at}, {end}",
            "b.lo 2b",
            at = inout(reg) start => _,
            end = in(reg) start + len,
            options(nostack),
        );
    }
}

/// Starts this core's cycle counter at zero.
pub fn start_cycle_counter() {
    PMCCFILTR_EL0.set(0); // counts at EL1 and EL0
    PMCNTENSET_EL0.write(PMCNTENSET::CYCLE::SET);
    PMCR_EL0.modify(PMCR::ENABLE::SET + PMCR::LONG_CYCLE::SET + PMCR::CYCLE_RESET::SET);
    isb(SY);
}

/// Cycles that this core has run; under QEMU's `-icount shift=0` executed instructions.
#[inline(always)]
pub fn cycles() -> u64 {
    PMCCNTR_EL0.get()
}

/// Whether [`cycles`] counts executed instructions exactly: two loops of known length take exactly that.
pub fn counts_instructions() -> bool {
    /// Counts two instructions in each of `rounds` rounds, and the second read of the counter.
    fn measure(rounds: u64) -> u64 {
        let (before, after): (u64, u64);
        // SAFETY: counts down a register.
        unsafe {
            asm!(
                "isb",
                "mrs {before}, pmccntr_el0",
                "2: subs {rounds}, {rounds}, #1",
                "b.ne 2b",
                "isb",
                "mrs {after}, pmccntr_el0",
                before = out(reg) before,
                after = out(reg) after,
                rounds = inout(reg) rounds => _,
                options(nomem, nostack),
            );
        }
        after - before
    }
    let (short, long) = (measure(100), measure(1000));
    long - short == 1800
}
