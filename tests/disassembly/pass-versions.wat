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
;;       34:       mov w7, w7
;;       38:       lsr w6, w6, #4
;;       3c:       mov w6, w6
;;       40:       mov x8, #0x17               // =23
;;       44:       add x6, x8, x6, lsl #4
;;       48:       cmp x7, x6
;;       4c:       cset x6, hs
;;       50:       and w5, w5, w6
;;       54:       movi v27.2s, #0x0
;;       58:       add x1, x4, w1, sxtw
;;       5c:       tst w5, #0xff
;;       60:       b.ne 0x8c <f+0x8c>
;;       64:       add x4, x1, w3, sxtw
;;       68:       ldr d0, [x1, w3, sxtw]
;;       6c:       fadd d0, d27, d0
;;       70:       str d0, [x0, w2, uxtw]
;;       74:       ldr d1, [x4, #0x8]
;;       78:       fadd d27, d0, d1
;;       7c:       str d27, [x0, w2, uxtw]
;;       80:       add w3, w3, #0x10
;;       84:       cbnz w3, 0x64 <f+0x64>
;;       88:       b 0xa8 <f+0xa8>
;;       8c:       add x4, x1, w3, sxtw
;;       90:       ldp d0, d1, [x4]
;;       94:       add w3, w3, #0x10
;;       98:       fadd d0, d27, d0
;;       9c:       fadd d27, d0, d1
;;       a0:       cbnz w3, 0x8c <f+0x8c>
;;       a4:       str d27, [x0, w2, uxtw]
;;       a8:       ldp x29, x30, [sp], #0x10
;;       ac:       ret
;;   ...
