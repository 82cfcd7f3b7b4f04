//! From the firmware's entry to Rust at EL2 with the MMU and caches on, elsewhere than where the firmware has put this
//! program; and back to what the firmware leaves, for the image that has come to lie there instead.
//!
//! It stays at EL2, where the image that comes next is to be entered, and uses that level's own MMU, for the reason that
//! [`super::boot`] gives. The other cores stay in the firmware's stub.

use core::arch::global_asm;
use sinter_abi::symbols::IMAGE_BASE;

/// Bytes of the stack.
const STACK: usize = 16 << 10;
/// `MAIR_EL2`: as `MAIR_EL1` in [`super::boot`].
const MAIR: u64 = 0xff04;
/// `TCR_EL2`: its RES1 bits, 39 bits of addresses, 4 KiB granules, inner shareable write-back walks, 36-bit physical addresses.
const TCR: u64 = 1 << 31 | 1 << 23 | 25 | 0b01 << 8 | 0b01 << 10 | 0b11 << 12 | 0b001 << 16;
/// `SCTLR_EL2`: its RES1 bits alone.
const SCTLR_OFF: u64 = 0x30c5_0830;
/// `SCTLR_EL2`: MMU, data and instruction caches, stack alignment check.
const SCTLR_ON: u64 = SCTLR_OFF | 1 | 1 << 2 | 1 << 3 | 1 << 12;
/// A valid block, accessed, writable and inner shareable: Normal memory. At EL2, AP bit 1 is RES1.
const BLOCK_NORMAL: u64 = 1 | 1 << 2 | 1 << 6 | 0b11 << 8 | 1 << 10;
/// The same as Device memory, never executable.
const BLOCK_DEVICE: u64 = 1 | 1 << 6 | 1 << 10 | 1 << 54;

global_asm!(
    r#"
    .section .bss.chainloader, "aw", @nobits
    .balign 4096
chainloader_l1:
    .space 4096
chainloader_l2:
    .space 4096
    .space {stack}
chainloader_stack_top:

    .section .text.chainloader, "ax"
    .global _chainload
_chainload:
    mrs     x1, mpidr_el1
    tst     x1, #3
    b.ne    9f
    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    9f
    mov     x20, x0                         // the firmware's, for the image
    mrs     x21, hcr_el2
    orr     x1, x21, #(1 << 4)              // HCR_EL2.IMO: interrupts, which are masked, wake this level
    msr     hcr_el2, x1
    msr     daifset, #0xf
    mov     x1, #0x33ff                     // CPTR_EL2: its RES1 bits; floating point is not trapped
    msr     cptr_el2, x1
    isb

    // To where it is linked.
    adr     x1, _chainload
    ldr     x2, =__chainloader_start
    ldr     x3, =__chainloader_data_end
1:  ldp     x4, x5, [x1], #16
    stp     x4, x5, [x2], #16
    cmp     x2, x3
    b.lo    1b
    ldr     x3, =__chainloader_end
2:  stp     xzr, xzr, [x2], #16
    cmp     x2, x3
    b.lo    2b
    dsb     sy
    ic      iallu
    isb
    ldr     x1, =3f
    br      x1

    // 0 to 1 GiB as 2 MiB blocks, Normal below the peripherals at 0x3f000000; the second GiB is the ARM-local block.
3:  adrp    x0, chainloader_l1
    adrp    x2, chainloader_l2
    orr     x3, x2, #3
    ldr     x4, ={block_device}
    mov     x5, #0x40000000
    orr     x5, x5, x4
    stp     x3, x5, [x0]
    ldr     x3, ={block_normal}
    mov     x5, #504
4:  str     x3, [x2], #8
    add     x3, x3, #0x200000
    subs    x5, x5, #1
    b.ne    4b
    mov     x5, #0x3f000000
    orr     x4, x4, x5
    mov     x5, #8
5:  str     x4, [x2], #8
    add     x4, x4, #0x200000
    subs    x5, x5, #1
    b.ne    5b

    // All of that was written past the caches: no line of it may be in them when they go on (Arm ARM D7.5.8).
    dsb     sy
    ldr     x2, =__chainloader_start
    ldr     x3, =__chainloader_end
6:  dc      ivac, x2
    add     x2, x2, #64
    cmp     x2, x3
    b.lo    6b

    ic      iallu
    tlbi    alle2
    dsb     sy
    ldr     x1, ={mair}
    msr     mair_el2, x1
    ldr     x1, ={tcr}
    msr     tcr_el2, x1
    msr     ttbr0_el2, x0
    isb
    ldr     x1, ={sctlr_on}
    msr     sctlr_el2, x1
    isb
    ldr     x1, =chainloader_stack_top
    mov     sp, x1
    mov     x29, xzr
    mov     x30, xzr
    bl      {main}

    // The image has as many bytes as x0 says. MMU and caches go off, and what is in the caches goes to memory: the image
    // for the first reads of it, this program lest it comes later.
    ldr     x1, ={sctlr_off}
    msr     sctlr_el2, x1
    isb
    tlbi    alle2
    mov     x4, #{base}
    add     x3, x4, x0
7:  dc      civac, x4
    add     x4, x4, #64
    cmp     x4, x3
    b.lo    7b
    ldr     x2, =__chainloader_start
    ldr     x3, =__chainloader_end
8:  dc      civac, x2
    add     x2, x2, #64
    cmp     x2, x3
    b.lo    8b
    dsb     sy
    ic      iallu
    dsb     sy
    isb
    msr     hcr_el2, x21
    mov     x0, x20
    mov     x1, xzr
    mov     x2, xzr
    mov     x3, xzr
    mov     x4, #{base}
    br      x4

9:  wfi
    b       9b
    .ltorg
    "#,
    stack = const STACK,
    mair = const MAIR,
    tcr = const TCR,
    sctlr_off = const SCTLR_OFF,
    sctlr_on = const SCTLR_ON,
    block_normal = const BLOCK_NORMAL,
    block_device = const BLOCK_DEVICE,
    base = const IMAGE_BASE,
    main = sym crate::chainloader::main,
);
