//! `memcpy`, `memmove` and `memset`, with 64 bytes in a round, and `memcmp`, with eight. Many zeros are written by `dc zva`
//! (Cortex-A53 TRM 4.3.28: blocks of 64 bytes), so `memset` is for normal memory only, and after the MMU is on.
//!
//! The compiler calls these by name for copies of any kind, so guests' bulk operations and file data go
//! through them.

use core::arch::global_asm;

global_asm!(
    r#"
    .section .text.memmove, "ax"
    .balign 64
    .global memmove
memmove:
    sub     x3, x0, x1
    cmp     x3, x2
    b.lo    20f                             // the destination begins within the source: backwards
    .global memcpy
memcpy:
    mov     x3, x0
    subs    x2, x2, #64
    b.lo    2f
1:  ldp     q0, q1, [x1]
    ldp     q2, q3, [x1, #32]
    add     x1, x1, #64
    subs    x2, x2, #64
    stp     q0, q1, [x3]
    stp     q2, q3, [x3, #32]
    add     x3, x3, #64
    b.hs    1b
    tst     x2, #63
    b.eq    8f                              // whole rounds are common, and need no further look
2:  tbz     x2, #5, 3f                      // x2 = rest - 64: its low six bits are the rest
    ldp     q0, q1, [x1], #32
    stp     q0, q1, [x3], #32
3:  tbz     x2, #4, 4f
    ldr     q0, [x1], #16
    str     q0, [x3], #16
4:  tbz     x2, #3, 5f
    ldr     x4, [x1], #8
    str     x4, [x3], #8
5:  tbz     x2, #2, 6f
    ldr     w4, [x1], #4
    str     w4, [x3], #4
6:  tbz     x2, #1, 7f
    ldrh    w4, [x1], #2
    strh    w4, [x3], #2
7:  tbz     x2, #0, 8f
    ldrb    w4, [x1]
    strb    w4, [x3]
8:  ret

20: add     x1, x1, x2
    add     x3, x0, x2
    subs    x2, x2, #64
    b.lo    22f
21: ldp     q0, q1, [x1, #-32]
    ldp     q2, q3, [x1, #-64]!
    subs    x2, x2, #64
    stp     q0, q1, [x3, #-32]
    stp     q2, q3, [x3, #-64]!
    b.hs    21b
22: tbz     x2, #5, 23f
    ldp     q0, q1, [x1, #-32]!
    stp     q0, q1, [x3, #-32]!
23: tbz     x2, #4, 24f
    ldr     q0, [x1, #-16]!
    str     q0, [x3, #-16]!
24: tbz     x2, #3, 25f
    ldr     x4, [x1, #-8]!
    str     x4, [x3, #-8]!
25: tbz     x2, #2, 26f
    ldr     w4, [x1, #-4]!
    str     w4, [x3, #-4]!
26: tbz     x2, #1, 27f
    ldrh    w4, [x1, #-2]!
    strh    w4, [x3, #-2]!
27: tbz     x2, #0, 28f
    ldrb    w4, [x1, #-1]
    strb    w4, [x3, #-1]
28: ret

    .section .text.memset, "ax"
    .balign 64
    .global memset
memset:
    dup     v0.16b, w1
    mov     x3, x0
    subs    x2, x2, #64
    b.lo    2f
    cmp     x2, #192
    b.lo    1f
    tst     w1, #0xff
    b.eq    10f                             // zeros, 256 or more
1:  stp     q0, q0, [x3]
    stp     q0, q0, [x3, #32]
    add     x3, x3, #64
    subs    x2, x2, #64
    b.hs    1b
2:  tbz     x2, #5, 3f
    stp     q0, q0, [x3], #32
3:  tbz     x2, #4, 4f
    str     q0, [x3], #16
4:  tbz     x2, #3, 5f
    str     d0, [x3], #8
5:  tbz     x2, #2, 6f
    str     s0, [x3], #4
6:  tbz     x2, #1, 7f
    str     h0, [x3], #2
7:  tbz     x2, #0, 8f
    str     b0, [x3]
8:  ret
10: stp     q0, q0, [x3]
    stp     q0, q0, [x3, #32]
    add     x4, x3, #64
    and     x4, x4, #-64
    sub     x3, x4, x3                      // 1 to 64 bytes that are done
    sub     x2, x2, x3
    mov     x3, x4
11: dc      zva, x3                         // 64 bytes on the Cortex-A53
    add     x3, x3, #64
    subs    x2, x2, #64
    b.hs    11b
    b       2b

    .section .text.memcmp, "ax"
    .balign 64
    .global memcmp
    .global bcmp
memcmp:
bcmp:
    subs    x2, x2, #8
    b.lo    2f
1:  ldr     x3, [x0], #8
    ldr     x4, [x1], #8
    cmp     x3, x4
    b.ne    6f
    subs    x2, x2, #8
    b.hs    1b
    ldr     x3, [x0, x2]                    // the last eight bytes, some of them again
    ldr     x4, [x1, x2]
    cmp     x3, x4
    b.ne    6f
    mov     w0, wzr
    ret
2:  tbz     x2, #2, 3f                      // x2 = size - 8: its low three bits are the size
    ldr     w3, [x0], #4
    ldr     w4, [x1], #4
    cmp     x3, x4
    b.ne    6f
3:  tbz     x2, #1, 4f
    ldrh    w3, [x0], #2
    ldrh    w4, [x1], #2
    cmp     x3, x4
    b.ne    6f
4:  tbz     x2, #0, 5f
    ldrb    w3, [x0]
    ldrb    w4, [x1]
    cmp     x3, x4
    b.ne    6f
5:  mov     w0, wzr
    ret
6:  rev     x3, x3                          // the first byte that differs decides
    rev     x4, x4
    cmp     x3, x4
    mov     w0, #1
    cneg    w0, w0, lo
    ret
    "#
);
