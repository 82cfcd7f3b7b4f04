;; pass: vectorise
;; y += a x, and the sum of y. Four elements are in two vectors; the sum is of their lanes, one after another.
(module
    (memory 1)
    (func (export "f") (param $x i32) (param $y i32) (param $end i32) (param $a f64) (result f64)
        (local $at i32) (local $sum f64) (local $here i32) (local $new f64)
        (loop $next
            (f64.store
                (local.tee $here (i32.add (local.get $y) (local.get $at)))
                (local.tee $new (f64.add (f64.load (local.get $here))
                    (f64.mul (local.get $a) (f64.load (i32.add (local.get $x) (local.get $at)))))))
            (local.set $sum (f64.add (local.get $sum) (local.get $new)))
            (br_if $next (i32.ne (local.get $end) (local.tee $at (i32.add (local.get $at) (i32.const 8))))))
        (local.get $sum)))
;; ----
;; without vectorise
;; f:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, x2
;;        c:       mov v24.16b, v0.16b
;;       10:       mov x2, #0x900000000        // =38654705664
;;       14:       add x2, x0, x2
;;       18:       neg w8, w3
;;       1c:       movi v0.2s, #0x0
;;       20:       add w0, w4, w3
;;       24:       add x0, x2, w0, sxtw
;;       28:       add w1, w1, w3
;;       2c:       add x1, x2, w1, sxtw
;;       30:       ldr d22, [x0, w8, sxtw]
;;       34:       ldr d23, [x1, w8, sxtw]
;;       38:       mov v1.16b, v24.16b
;;       3c:       fmul d23, d24, d23
;;       40:       fadd d22, d22, d23
;;       44:       str d22, [x0, w8, sxtw]
;;       48:       add w8, w8, #0x8
;;       4c:       fadd d0, d0, d22
;;       50:       mov v24.16b, v1.16b
;;       54:       cbnz w8, 0x30 <f+0x30>
;;       58:       ldp x29, x30, [sp], #0x10
;;       5c:       ret
;;   ...

;; with vectorise
;; f:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov v16.16b, v0.16b
;;        c:       mov x11, #0x900000000       // =38654705664
;;       10:       add x11, x0, x11
;;       14:       sub w12, w3, #0x8
;;       18:       and w13, w12, #0xfffffff8
;;       1c:       cmp w13, w12
;;       20:       cset x14, eq
;;       24:       lsr w13, w12, #3
;;       28:       mov x12, x13
;;       2c:       add x15, x13, #0x1
;;       30:       cmp x15, #0x4
;;       34:       cset x15, hs
;;       38:       and w14, w14, w15
;;       3c:       add w15, w2, #0x1f
;;       40:       sub w15, w15, w1
;;       44:       cmp x15, #0x3f
;;       48:       cset x15, hs
;;       4c:       and w4, w14, w15
;;       50:       neg w0, w3
;;       54:       movi v0.2s, #0x0
;;       58:       add w14, w2, w3
;;       5c:       mov x6, x2
;;       60:       add x14, x11, w14, sxtw
;;       64:       add w15, w1, w3
;;       68:       add x15, x11, w15, sxtw
;;       6c:       tst w4, #0xff
;;       70:       b.ne 0x7c <f+0x7c>
;;       74:       mov v1.16b, v16.16b
;;       78:       b 0x104 <f+0x104>
;;       7c:       add w2, w13, #0x1
;;       80:       and w4, w2, #0xfffffffc
;;       84:       mov w5, #-0x8               // =-8
;;       88:       mul w2, w4, w5
;;       8c:       movi v0.2s, #0x0
;;       90:       add w6, w6, w3
;;       94:       msub w0, w4, w5, w0
;;       98:       add w4, w6, w0
;;       9c:       add x4, x11, w4, sxtw
;;       a0:       add x4, x4, w2, sxtw
;;       a4:       add w1, w1, w3
;;       a8:       add w1, w1, w0
;;       ac:       add x1, x11, w1, sxtw
;;       b0:       add x1, x1, w2, sxtw
;;       b4:       mov v1.16b, v16.16b
;;       b8:       dup v17.2d, v16.d[0]
;;       bc:       ldp q19, q18, [x4]
;;       c0:       ldp q21, q20, [x1], #0x20
;;       c4:       fmul v21.2d, v17.2d, v21.2d
;;       c8:       fadd v19.2d, v19.2d, v21.2d
;;       cc:       fmul v20.2d, v17.2d, v20.2d
;;       d0:       fadd v18.2d, v18.2d, v20.2d
;;       d4:       stp q19, q18, [x4], #0x20
;;       d8:       add w2, w2, #0x20
;;       dc:       fadd d20, d0, d19
;;       e0:       mov d21, v19.d[1]
;;       e4:       fadd d20, d20, d21
;;       e8:       fadd d20, d20, d18
;;       ec:       mov d21, v18.d[1]
;;       f0:       fadd d0, d20, d21
;;       f4:       cbnz w2, 0xbc <f+0xbc>
;;       f8:       add x1, x12, #0x1
;;       fc:       and x1, x1, #0x3
;;      100:       cbz x1, 0x124 <f+0x124>
;;      104:       ldr d25, [x14, w0, sxtw]
;;      108:       ldr d26, [x15, w0, sxtw]
;;      10c:       fmul d26, d1, d26
;;      110:       fadd d25, d25, d26
;;      114:       str d25, [x14, w0, sxtw]
;;      118:       add w0, w0, #0x8
;;      11c:       fadd d0, d0, d25
;;      120:       cbnz w0, 0x104 <f+0x104>
;;      124:       ldp x29, x30, [sp], #0x10
;;      128:       ret
;;   ...
