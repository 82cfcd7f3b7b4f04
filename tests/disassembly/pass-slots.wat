;; pass: slots
;; What is on the stack because of the calls comes into a register before the inner loop, which calls nothing.
(module
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (memory 1)
    (func $run (param $a i32) (param $b i32) (param $c i32) (param $d i32) (param $e i32) (param $f i32) (param $g i32) (result i32)
        (local $h i32) (local $i i32) (local $j i32) (local $k i32)
        (local.set $h (i32.load (local.get $a)))
        (local.set $i (i32.load (local.get $b)))
        (local.set $j (i32.load (local.get $c)))
        (local.set $k (i32.load (local.get $d)))
        (drop (call $yield))
        (loop $next
            (if (i32.load8_u (local.get $a)) (then (local.set $k (i32.add (local.get $k) (call $yield)))))
            (loop $inner
                (i32.store (local.get $b) (i32.load (local.get $c)))
                (i32.store (local.get $d) (i32.load (local.get $e)))
                (i32.store (local.get $f) (i32.load (local.get $g)))
                (i32.store (local.get $h) (i32.load (local.get $i)))
                (br_if $inner (i32.load (local.get $j))))
            (br_if $next (i32.load8_u (local.get $a))))
        (local.get $k))
    (func (export "start") (result i32) (call $run (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
;; ----
;; without slots
;; run:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       stp x27, x28, [sp, #-0x10]!
;;        c:       stp x25, x26, [sp, #-0x10]!
;;       10:       stp x23, x24, [sp, #-0x10]!
;;       14:       stp x21, x22, [sp, #-0x10]!
;;       18:       stp x19, x20, [sp, #-0x10]!
;;       1c:       sub sp, sp, #0x10
;;       20:       mov x21, x5
;;       24:       mov x27, x7
;;       28:       mov x28, x6
;;       2c:       ldr w24, [x0, w1, uxtw]
;;       30:       mov x19, x1
;;       34:       ldr w25, [x0, w2, uxtw]
;;       38:       stur x2, [sp]
;;       3c:       ldr w26, [x0, w3, uxtw]
;;       40:       mov x23, x3
;;       44:       ldr w13, [x0, w4, uxtw]
;;       48:       mov x20, x0
;;       4c:       mov x22, x4
;;       50:       stur x13, [sp, #0x8]
;;       54:       bl 0x54 <run+0x54>
;;   0000000000000054:  R_AARCH64_CALL26 wasi_snapshot_preview1.sched_yield
;;       58:       ldrb w1, [x20, w19, uxtw]
;;       5c:       cbz w1, 0x70 <run+0x70>
;;       60:       bl 0x60 <run+0x60>
;;   0000000000000060:  R_AARCH64_CALL26 wasi_snapshot_preview1.sched_yield
;;       64:       ldur x1, [sp, #0x8]
;;       68:       add w1, w1, w0
;;       6c:       stur x1, [sp, #0x8]
;;       70:       ldr w0, [x20, w23, uxtw]
;;       74:       ldur x2, [sp]
;;       78:       str w0, [x20, w2, uxtw]
;;       7c:       ldr w0, [x20, w21, uxtw]
;;       80:       str w0, [x20, w22, uxtw]
;;       84:       ldr w0, [x20, w27, uxtw]
;;       88:       str w0, [x20, w28, uxtw]
;;       8c:       ldr w0, [x20, w25, uxtw]
;;       90:       str w0, [x20, w24, uxtw]
;;       94:       ldr w0, [x20, w26, uxtw]
;;       98:       cbnz w0, 0x70 <run+0x70>
;;       9c:       ldrb w0, [x20, w19, uxtw]
;;       a0:       cbnz w0, 0x58 <run+0x58>
;;       a4:       ldur x0, [sp, #0x8]
;;       a8:       add sp, sp, #0x10
;;       ac:       ldp x19, x20, [sp], #0x10
;;       b0:       ldp x21, x22, [sp], #0x10
;;       b4:       ldp x23, x24, [sp], #0x10
;;       b8:       ldp x25, x26, [sp], #0x10
;;       bc:       ldp x27, x28, [sp], #0x10
;;       c0:       ldp x29, x30, [sp], #0x10
;;       c4:       ret
;;   ...
;; start:
;;       d0:       stp x29, x30, [sp, #-0x10]!
;;       d4:       mov x29, sp
;;       d8:       mov w7, #0x0                // =0
;;       dc:       mov x1, x7
;;       e0:       mov x2, x7
;;       e4:       mov x3, x7
;;       e8:       mov x4, x7
;;       ec:       mov x5, x7
;;       f0:       mov x6, x7
;;       f4:       bl 0x0 <run>
;;       f8:       ldp x29, x30, [sp], #0x10
;;       fc:       ret

;; with slots
;; run:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       stp x27, x28, [sp, #-0x10]!
;;        c:       stp x25, x26, [sp, #-0x10]!
;;       10:       stp x23, x24, [sp, #-0x10]!
;;       14:       stp x21, x22, [sp, #-0x10]!
;;       18:       stp x19, x20, [sp, #-0x10]!
;;       1c:       sub sp, sp, #0x10
;;       20:       mov x21, x5
;;       24:       mov x27, x7
;;       28:       mov x28, x6
;;       2c:       ldr w24, [x0, w1, uxtw]
;;       30:       mov x19, x1
;;       34:       ldr w25, [x0, w2, uxtw]
;;       38:       stur x2, [sp]
;;       3c:       ldr w26, [x0, w3, uxtw]
;;       40:       mov x23, x3
;;       44:       ldr w13, [x0, w4, uxtw]
;;       48:       mov x20, x0
;;       4c:       mov x22, x4
;;       50:       stur x13, [sp, #0x8]
;;       54:       bl 0x54 <run+0x54>
;;   0000000000000054:  R_AARCH64_CALL26 wasi_snapshot_preview1.sched_yield
;;       58:       ldrb w1, [x20, w19, uxtw]
;;       5c:       cbz w1, 0x70 <run+0x70>
;;       60:       bl 0x60 <run+0x60>
;;   0000000000000060:  R_AARCH64_CALL26 wasi_snapshot_preview1.sched_yield
;;       64:       ldur x1, [sp, #0x8]
;;       68:       add w1, w1, w0
;;       6c:       stur x1, [sp, #0x8]
;;       70:       ldr x2, [sp]
;;       74:       ldr w0, [x20, w23, uxtw]
;;       78:       str w0, [x20, w2, uxtw]
;;       7c:       ldr w0, [x20, w21, uxtw]
;;       80:       str w0, [x20, w22, uxtw]
;;       84:       ldr w0, [x20, w27, uxtw]
;;       88:       str w0, [x20, w28, uxtw]
;;       8c:       ldr w0, [x20, w25, uxtw]
;;       90:       str w0, [x20, w24, uxtw]
;;       94:       ldr w0, [x20, w26, uxtw]
;;       98:       cbnz w0, 0x74 <run+0x74>
;;       9c:       ldrb w0, [x20, w19, uxtw]
;;       a0:       cbnz w0, 0x58 <run+0x58>
;;       a4:       ldur x0, [sp, #0x8]
;;       a8:       add sp, sp, #0x10
;;       ac:       ldp x19, x20, [sp], #0x10
;;       b0:       ldp x21, x22, [sp], #0x10
;;       b4:       ldp x23, x24, [sp], #0x10
;;       b8:       ldp x25, x26, [sp], #0x10
;;       bc:       ldp x27, x28, [sp], #0x10
;;       c0:       ldp x29, x30, [sp], #0x10
;;       c4:       ret
;;   ...
;; start:
;;       d0:       stp x29, x30, [sp, #-0x10]!
;;       d4:       mov x29, sp
;;       d8:       mov w7, #0x0                // =0
;;       dc:       mov x1, x7
;;       e0:       mov x2, x7
;;       e4:       mov x3, x7
;;       e8:       mov x4, x7
;;       ec:       mov x5, x7
;;       f0:       mov x6, x7
;;       f4:       bl 0x0 <run>
;;       f8:       ldp x29, x30, [sp], #0x10
;;       fc:       ret
