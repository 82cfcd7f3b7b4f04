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
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x4, x0, x4
;;        8:       movi v7.2s, #0x0
;;        c:       add x1, x4, w1, sxtw
;;       10:       add x1, x1, w3, sxtw
;;       14:       add x12, x1, #0x8
;;       18:       ldur d20, [x12, #-0x8]
;;       1c:       fadd d20, d7, d20
;;       20:       str d20, [x0, w2, uxtw]
;;       24:       ldr d21, [x12], #0x10
;;       28:       fadd d7, d20, d21
;;       2c:       str d7, [x0, w2, uxtw]
;;       30:       add w3, w3, #0x10
;;       34:       cbnz w3, 0x18 <f+0x18>
;;       38:       ret
;;       3c:       udf #0x0

;; with versions
;; f:
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x4, x0, x4
;;        8:       mov w5, #-0x10              // =-16
;;        c:       sub w6, w5, w3
;;       10:       and w7, w6, #0xfffffff0
;;       14:       cmp w7, w6
;;       18:       cset x5, eq
;;       1c:       add w8, w1, #0xf
;;       20:       add w8, w3, w8
;;       24:       sub w8, w8, w2
;;       28:       add w7, w8, w7
;;       2c:       lsr w6, w6, #4
;;       30:       mov x8, #0x17               // =23
;;       34:       add x6, x8, x6, lsl #4
;;       38:       cmp x7, x6
;;       3c:       cset x6, hs
;;       40:       and w5, w5, w6
;;       44:       movi v28.2s, #0x0
;;       48:       add x1, x4, w1, sxtw
;;       4c:       add x4, x1, w3, sxtw
;;       50:       add x1, x4, #0x8
;;       54:       tst w5, #0xff
;;       58:       b.ne 0x80 <f+0x80>
;;       5c:       ldur d0, [x1, #-0x8]
;;       60:       fadd d0, d28, d0
;;       64:       str d0, [x0, w2, uxtw]
;;       68:       ldr d1, [x1], #0x10
;;       6c:       fadd d28, d0, d1
;;       70:       str d28, [x0, w2, uxtw]
;;       74:       add w3, w3, #0x10
;;       78:       cbnz w3, 0x5c <f+0x5c>
;;       7c:       b 0x98 <f+0x98>
;;       80:       ldp d0, d1, [x4], #0x10
;;       84:       add w3, w3, #0x10
;;       88:       fadd d0, d28, d0
;;       8c:       fadd d28, d0, d1
;;       90:       cbnz w3, 0x80 <f+0x80>
;;       94:       str d28, [x0, w2, uxtw]
;;       98:       ret
;;       9c:       udf #0x0
