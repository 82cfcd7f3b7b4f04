//! From the firmware's entry at EL2 to Rust at EL1 with the MMU and caches on.
//!
//! The firmware enters core 0 with MMU and caches off (Linux' boot protocol, which the Pi's firmware
//! follows). With the MMU off all memory is Device memory, on which unaligned accesses fault (Arm ARM
//! B2.8.2), so nothing compiled runs before a first identity map is on. [`super::mmu`] replaces that map,
//! whose entries are not global and of ASID 0, with the final one of ASID 1, so that no address ever has two
//! valid translations in the TLB.
//!
//! The other cores wait in the firmware's stub until their word of the spin table has an address; then they
//! come to `secondary_start`, also at EL2 with the MMU off, and begin with the final map.

use super::CORES;
use aarch64_cpu::asm::{
    barrier::{SY, dsb},
    sev,
};
use core::arch::global_asm;

/// Bytes of the stack on which `kernel_main` runs.
const MAIN_STACK: usize = 32 << 10;
/// Bytes of a core's stack for exceptions.
const EXCEPTION_STACK: usize = 8 << 10;
/// Bytes of the stack of a core's idle thread.
const IDLE_STACK: usize = 4 << 10;
/// Bytes of the unmapped page below each stack.
const GUARD: usize = 4 << 10;

unsafe extern "C" {
    static __exception_stacks: u8;
    static __main_stack: u8;
    static __idle_stacks: u8;
    fn secondary_start();
}

/// The guard pages below the kernel's stacks, in the order of their addresses.
pub fn stack_guards() -> impl Iterator<Item = u64> {
    let each =
        |first: u64, stack: usize| (0..CORES as u64).map(move |core| first + core * (GUARD + stack) as u64);
    let exceptions = each(&raw const __exception_stacks as u64, EXCEPTION_STACK);
    let idle = each(&raw const __idle_stacks as u64, IDLE_STACK);
    exceptions.chain([&raw const __main_stack as u64]).chain(idle)
}

/// The top of the stack of `core`'s idle thread.
pub fn idle_stack_top(core: usize) -> u64 {
    &raw const __idle_stacks as u64 + ((core + 1) * (GUARD + IDLE_STACK)) as u64
}

/// Sends the other cores from the firmware's stub to the kernel. Those that there are come to
/// `secondary_main`.
///
/// # Safety
/// The final tables are complete, and page 0, where the spin table is, is mapped.
pub unsafe fn start_secondaries() {
    /// Where the stub of core n looks for an address: 8 * n bytes on (the stub of the Pi's firmware, and
    /// QEMU's).
    const SPIN_TABLE: u64 = 0xd8;
    for core in 1..CORES as u64 {
        let entry = SPIN_TABLE + 8 * core;
        // SAFETY: the word is the firmware's for this purpose.
        unsafe { (entry as *mut u64).write_volatile(secondary_start as *const () as u64) };
        // The stub reads past the caches.
        super::cpu::clean_and_invalidate(entry, 8);
    }
    dsb(SY);
    sev();
}

/// `MAIR_EL1`: attribute 0 is Device-nGnRE, 1 is Normal write-back, read and write allocate.
const MAIR: u64 = 0xff04;
/// `TCR_EL1`: 39 bits below (TTBR0), 48 above (TTBR1), 4 KiB granules, inner shareable write-back walks,
/// 36-bit physical addresses, ASID from TTBR0.
const TCR: u64 = 25
    | 16 << 16
    | 0b01 << 8
    | 0b01 << 10
    | 0b11 << 12
    | 0b01 << 24
    | 0b01 << 26
    | 0b11 << 28
    | 0b10 << 30
    | 1 << 32;
/// `SCTLR_EL1`: its RES1 bits alone.
const SCTLR_OFF: u64 = 0x30d0_0800;
/// `SCTLR_EL1`: MMU, data and instruction caches, stack alignment check.
const SCTLR_ON: u64 = SCTLR_OFF | 1 | 1 << 2 | 1 << 3 | 1 << 12;
/// A valid block that is not global, accessed and inner shareable: Normal memory.
const BLOCK_NORMAL: u64 = 1 | 1 << 2 | 0b11 << 8 | 1 << 10 | 1 << 11;
/// The same as Device memory, never executable.
const BLOCK_DEVICE: u64 = 1 | 1 << 10 | 1 << 11 | 0b11 << 53;
/// `CPACR_EL1`: floating point and SIMD are not trapped.
const CPACR: u64 = 0b11 << 20;

/// `SCTLR_EL1` with the final map: the same, and writable memory is never executable.
const SCTLR_FINAL: u64 = SCTLR_ON | 1 << 19;

global_asm!(
    r#"
    .section .stacks, "aw", @nobits
    .balign 4096
    .global __exception_stacks
__exception_stacks:
    .space ({guard} + {exception_stack}) * {cores}
    .global __main_stack
__main_stack:
    .space {guard} + {main_stack}
__main_stack_top:
    .global __main_stack_top
    .global __idle_stacks
__idle_stacks:
    .space ({guard} + {idle_stack}) * {cores}

    .section .bss.boot_tables, "aw", @nobits
    .balign 4096
boot_l1:
    .space 4096
boot_l2:
    .space 4096

    // From EL2 to EL1 (Arm ARM D13.2), which then runs in AArch64 and traps nothing to EL2.
    .macro  enter_el1
    mov     x1, #(1 << 31)
    msr     hcr_el2, x1
    mov     x1, #3                          // CNTHCT_EL2: EL1PCTEN, EL1PCEN
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    mov     x1, #0x33ff                     // CPTR_EL2: its RES1 bits
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    mrs     x1, pmcr_el0                    // MDCR_EL2.HPMN: all event counters are EL1's
    ubfx    x1, x1, #11, #5
    msr     mdcr_el2, x1
    msr     vttbr_el2, xzr
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    ldr     x1, ={sctlr_off}
    msr     sctlr_el1, x1
    mov     x1, #0x3c5                      // EL1h, all interrupts masked
    msr     spsr_el2, x1
    adr     x1, 1f
    msr     elr_el2, x1
    isb
    eret
1:  mov     x1, #{cpacr}
    msr     cpacr_el1, x1
    .endm

    // Turns the MMU on with the lower half's tables in x0, and SCTLR_EL1 from x1.
    .macro  enable_mmu
    ic      iallu
    tlbi    vmalle1
    dsb     sy
    ldr     x2, ={mair}
    msr     mair_el1, x2
    ldr     x2, ={tcr}
    msr     tcr_el1, x2
    msr     ttbr0_el1, x0
    adrp    x2, {windows}
    msr     ttbr1_el1, x2
    isb
    msr     sctlr_el1, x1
    isb
    .endm

    .section .text.boot, "ax"
    .global _start
_start:
    mrs     x19, cntpct_el0                 // when the kernel was entered
    mrs     x1, mpidr_el1
    tst     x1, #3
    b.ne    9f
    bl      early_life
    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    9f
    enter_el1

    // Exceptions on SP_EL1, threads (the first is kernel_main) on SP_EL0.
    ldr     x1, =__exception_stacks + {guard} + {exception_stack}
    mov     sp, x1
    msr     spsel, #0
    ldr     x1, =__main_stack_top
    mov     sp, x1

    adrp    x1, __bss_start
    adrp    x2, __bss_end
2:  stp     xzr, xzr, [x1], #16
    cmp     x1, x2
    b.lo    2b

    // 0 to 1 GiB as 2 MiB blocks, Normal below the peripherals at 0x3f000000; the second GiB is the ARM-local
    // block.
    adrp    x0, boot_l1
    adrp    x2, boot_l2
    orr     x3, x2, #3
    ldr     x4, ={block_device}
    mov     x5, #0x40000000
    orr     x5, x5, x4
    stp     x3, x5, [x0]
    ldr     x3, ={block_normal}
    mov     x5, #504
3:  str     x3, [x2], #8
    add     x3, x3, #0x200000
    subs    x5, x5, #1
    b.ne    3b
    mov     x5, #0x3f000000
    orr     x4, x4, x5
    mov     x5, #8
4:  str     x4, [x2], #8
    add     x4, x4, #0x200000
    subs    x5, x5, #1
    b.ne    4b

    // All of that was written past the caches: no line of it may be in them when they go on (Arm ARM D7.5.8).
    dsb     sy
    adrp    x2, __low_start
    adrp    x3, __bss_end
5:  dc      ivac, x2
    add     x2, x2, #64
    cmp     x2, x3
    b.lo    5b

    ldr     x1, ={sctlr_on}
    enable_mmu
    mov     x0, x19
    mov     x29, xzr
    mov     x30, xzr
    bl      {main}

    .global secondary_start
secondary_start:
    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    9f
    enter_el1
    mrs     x19, mpidr_el1
    and     x19, x19, #3
    add     x3, x19, #1
    ldr     x1, =__exception_stacks
    mov     x2, #({guard} + {exception_stack})
    madd    x1, x2, x3, x1
    mov     sp, x1
    msr     spsel, #0
    ldr     x1, =__idle_stacks
    mov     x2, #({guard} + {idle_stack})
    madd    x1, x2, x3, x1
    mov     sp, x1
    adrp    x0, {kernel}
    mov     x1, #1
    orr     x0, x0, x1, lsl #48             // ASID 1
    ldr     x1, ={sctlr_final}
    enable_mmu
    mov     x0, x19
    mov     x29, xzr
    mov     x30, xzr
    bl      {secondary_main}

9:  wfi
    b       9b
    .ltorg
    "#,
    cores = const CORES,
    guard = const GUARD,
    main_stack = const MAIN_STACK,
    exception_stack = const EXCEPTION_STACK,
    idle_stack = const IDLE_STACK,
    mair = const MAIR,
    tcr = const TCR,
    sctlr_off = const SCTLR_OFF,
    sctlr_on = const SCTLR_ON,
    sctlr_final = const SCTLR_FINAL,
    block_normal = const BLOCK_NORMAL,
    block_device = const BLOCK_DEVICE,
    cpacr = const CPACR,
    windows = sym super::mmu::WINDOWS_L0,
    kernel = sym super::mmu::KERNEL_L1,
    main = sym crate::kernel_main,
    secondary_main = sym crate::secondary_main,
);
