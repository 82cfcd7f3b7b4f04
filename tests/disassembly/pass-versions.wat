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
;;       18:       add x4, x1, w3, sxtw
;;       1c:       ldr d17, [x1, w3, sxtw]
;;       20:       fadd d17, d7, d17
;;       24:       str d17, [x0, w2, uxtw]
;;       28:       ldr d18, [x4, #0x8]
;;       2c:       fadd d7, d17, d18
;;       30:       str d7, [x0, w2, uxtw]
;;       34:       add w3, w3, #0x10
;;       38:       cbnz w3, 0x18 <f+0x18>
;;       3c:       ldp x29, x30, [sp], #0x10
;;       40:       ret
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
;;       4c:       movi v27.2s, #0x0
;;       50:       add x1, x4, w1, sxtw
;;       54:       tst w5, #0xff
;;       58:       b.ne 0x84 <f+0x84>
;;       5c:       add x4, x1, w3, sxtw
;;       60:       ldr d0, [x1, w3, sxtw]
;;       64:       fadd d0, d27, d0
;;       68:       str d0, [x0, w2, uxtw]
;;       6c:       ldr d1, [x4, #0x8]
;;       70:       fadd d27, d0, d1
;;       74:       str d27, [x0, w2, uxtw]
;;       78:       add w3, w3, #0x10
;;       7c:       cbnz w3, 0x5c <f+0x5c>
;;       80:       b 0xa0 <f+0xa0>
;;       84:       add x4, x1, w3, sxtw
;;       88:       ldp d0, d1, [x4]
;;       8c:       add w3, w3, #0x10
;;       90:       fadd d0, d27, d0
;;       94:       fadd d27, d0, d1
;;       98:       cbnz w3, 0x84 <f+0x84>
;;       9c:       str d27, [x0, w2, uxtw]
;;       a0:       ldp x29, x30, [sp], #0x10
;;       a4:       ret
;;   ...
