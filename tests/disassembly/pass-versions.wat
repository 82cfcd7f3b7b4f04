;; pass: versions
;; The sum is stored after each of its parts. If the loads are elsewhere, that is done once, and they are pairs.
(module
    (memory 1)
    (func (export "f") (param $x i32) (param $sum i32) (param $at i32) (local $s f64)
        (loop $next
            (local.set $s (f64.add (local.get $s) (f64.load (i32.add (local.get $x) (local.get $at)))))
            (f64.store (local.get $sum) (local.get $s))
            (local.set $s (f64.add (local.get $s)
                (f64.load (i32.add (i32.add (local.get $x) (local.get $at)) (i32.const 8)))))
            (f64.store (local.get $sum) (local.get $s))
            (br_if $next (local.tee $at (i32.add (local.get $at) (i32.const 16)))))))
;; ----
;; without versions
;; f:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x4, x0, x4
;;       10:       movi v7.2s, #0x0
;;       14:       add x1, x4, w1, sxtw
;;       18:       add x1, x1, w3, sxtw
;;       1c:       add x12, x1, #0x8
;;       20:       ldur d20, [x12, #-0x8]
;;       24:       fadd d20, d7, d20
;;       28:       str d20, [x0, w2, uxtw]
;;       2c:       ldr d21, [x12], #0x10
;;       30:       fadd d7, d20, d21
;;       34:       str d7, [x0, w2, uxtw]
;;       38:       add w3, w3, #0x10
;;       3c:       cbnz w3, 0x20 <f+0x20>
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...

;; with versions
;; f:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x4, x0, x4
;;       10:       mov w5, #-0x10              // =-16
;;       14:       sub w6, w5, w3
;;       18:       and w7, w6, #0xfffffff0
;;       1c:       cmp w7, w6
;;       20:       cset x5, eq
;;       24:       add w8, w1, #0xf
;;       28:       add w8, w3, w8
;;       2c:       sub w8, w8, w2
;;       30:       add w7, w8, w7
;;       34:       lsr w6, w6, #4
;;       38:       mov x8, #0x17               // =23
;;       3c:       add x6, x8, x6, lsl #4
;;       40:       cmp x7, x6
;;       44:       cset x6, hs
;;       48:       and w5, w5, w6
;;       4c:       movi v28.2s, #0x0
;;       50:       add x1, x4, w1, sxtw
;;       54:       add x4, x1, w3, sxtw
;;       58:       add x1, x4, #0x8
;;       5c:       tst w5, #0xff
;;       60:       b.ne 0x88 <f+0x88>
;;       64:       ldur d0, [x1, #-0x8]
;;       68:       fadd d0, d28, d0
;;       6c:       str d0, [x0, w2, uxtw]
;;       70:       ldr d1, [x1], #0x10
;;       74:       fadd d28, d0, d1
;;       78:       str d28, [x0, w2, uxtw]
;;       7c:       add w3, w3, #0x10
;;       80:       cbnz w3, 0x64 <f+0x64>
;;       84:       b 0xa0 <f+0xa0>
;;       88:       ldp d0, d1, [x4], #0x10
;;       8c:       add w3, w3, #0x10
;;       90:       fadd d0, d28, d0
;;       94:       fadd d28, d0, d1
;;       98:       cbnz w3, 0x88 <f+0x88>
;;       9c:       str d28, [x0, w2, uxtw]
;;       a0:       ldp x29, x30, [sp], #0x10
;;       a4:       ret
;;   ...
