;; pass: coalesce
;; What the loop adds up stays in its registers, which are those that calls keep, on all ways through a round.
(module
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (memory 1)
    (func $run (param $at i32) (param $a i32) (param $b i32) (result i32)
        (local $c i32)
        (loop $next
            (if (i32.load8_u (local.get $at))
                (then (local.set $c (i32.add (local.get $c) (call $yield)))))
            (local.set $a (i32.add (local.get $a) (i32.load (local.get $b))))
            (local.set $b (i32.add (local.get $b) (i32.load (local.get $a))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.load8_u (local.get $at))))
        (i32.add (local.get $a) (i32.add (local.get $b) (local.get $c))))
    (func (export "start") (result i32)
        (call $run (i32.const 0) (i32.const 0) (i32.const 0))))
;; ----
;; without coalesce
;; run:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       str x28, [sp, #-0x10]!
;;        c:       stp x26, x27, [sp, #-0x10]!
;;       10:       stp x21, x25, [sp, #-0x10]!
;;       14:       stp x19, x20, [sp, #-0x10]!
;;       18:       mov x28, x3
;;       1c:       mov x27, x2
;;       20:       mov x20, x1
;;       24:       mov x1, #0x900000000        // =38654705664
;;       28:       add x25, x0, x1
;;       2c:       mov x21, x0
;;       30:       mov w19, #0x0               // =0
;;       34:       add x26, x25, w20, sxtw
;;       38:       ldrb w1, [x25, w20, sxtw]
;;       3c:       cbnz w1, 0x4c <run+0x4c>
;;       40:       mov x0, x21
;;       44:       mov x3, x28
;;       48:       b 0x5c <run+0x5c>
;;       4c:       bl 0x4c <run+0x4c>
;;   000000000000004c:  R_AARCH64_CALL26 wasi_snapshot_preview1.sched_yield
;;       50:       add w19, w19, w0
;;       54:       mov x0, x21
;;       58:       mov x3, x28
;;       5c:       ldr w1, [x0, w3, uxtw]
;;       60:       add x4, x25, w27, sxtw
;;       64:       ldr w4, [x4, w1, sxtw]
;;       68:       ldrb w5, [x26, #0x1]
;;       6c:       add w20, w20, #0x1
;;       70:       add w2, w27, w1
;;       74:       add w3, w3, w4
;;       78:       mov x21, x0
;;       7c:       mov x27, x2
;;       80:       mov x28, x3
;;       84:       cbnz w5, 0x34 <run+0x34>
;;       88:       add w0, w3, w19
;;       8c:       add w0, w2, w0
;;       90:       ldp x19, x20, [sp], #0x10
;;       94:       ldp x21, x25, [sp], #0x10
;;       98:       ldp x26, x27, [sp], #0x10
;;       9c:       ldr x28, [sp], #0x10
;;       a0:       ldp x29, x30, [sp], #0x10
;;       a4:       ret
;;   ...
;; start:
;;       b0:       stp x29, x30, [sp, #-0x10]!
;;       b4:       mov x29, sp
;;       b8:       mov w3, #0x0                // =0
;;       bc:       mov x1, x3
;;       c0:       mov x2, x3
;;       c4:       bl 0x0 <run>
;;       c8:       ldp x29, x30, [sp], #0x10
;;       cc:       ret

;; with coalesce
;; run:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       str x28, [sp, #-0x10]!
;;        c:       stp x26, x27, [sp, #-0x10]!
;;       10:       stp x21, x25, [sp, #-0x10]!
;;       14:       stp x19, x20, [sp, #-0x10]!
;;       18:       mov x28, x3
;;       1c:       mov x27, x2
;;       20:       mov x20, x1
;;       24:       mov x1, #0x900000000        // =38654705664
;;       28:       add x25, x0, x1
;;       2c:       mov x21, x0
;;       30:       mov w19, #0x0               // =0
;;       34:       add x26, x25, w20, sxtw
;;       38:       ldrb w1, [x25, w20, sxtw]
;;       3c:       cbz w1, 0x48 <run+0x48>
;;       40:       bl 0x40 <run+0x40>
;;   0000000000000040:  R_AARCH64_CALL26 wasi_snapshot_preview1.sched_yield
;;       44:       add w19, w19, w0
;;       48:       ldr w1, [x21, w28, uxtw]
;;       4c:       add x4, x25, w27, sxtw
;;       50:       ldr w4, [x4, w1, sxtw]
;;       54:       ldrb w5, [x26, #0x1]
;;       58:       add w20, w20, #0x1
;;       5c:       add w27, w27, w1
;;       60:       add w28, w28, w4
;;       64:       cbnz w5, 0x34 <run+0x34>
;;       68:       add w0, w28, w19
;;       6c:       add w0, w27, w0
;;       70:       ldp x19, x20, [sp], #0x10
;;       74:       ldp x21, x25, [sp], #0x10
;;       78:       ldp x26, x27, [sp], #0x10
;;       7c:       ldr x28, [sp], #0x10
;;       80:       ldp x29, x30, [sp], #0x10
;;       84:       ret
;;   ...
;; start:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov w3, #0x0                // =0
;;       9c:       mov x1, x3
;;       a0:       mov x2, x3
;;       a4:       bl 0x0 <run>
;;       a8:       ldp x29, x30, [sp], #0x10
;;       ac:       ret
