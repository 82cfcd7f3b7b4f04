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
;;        0:       mov x4, x2
;;        4:       mov v24.16b, v0.16b
;;        8:       mov x2, #0x900000000        // =38654705664
;;        c:       add x2, x0, x2
;;       10:       neg w8, w3
;;       14:       movi v0.2s, #0x0
;;       18:       add w0, w4, w3
;;       1c:       add x0, x2, w0, sxtw
;;       20:       add w1, w1, w3
;;       24:       add x1, x2, w1, sxtw
;;       28:       ldr d22, [x0, w8, sxtw]
;;       2c:       ldr d23, [x1, w8, sxtw]
;;       30:       mov v1.16b, v24.16b
;;       34:       fmul d23, d24, d23
;;       38:       fadd d22, d22, d23
;;       3c:       str d22, [x0, w8, sxtw]
;;       40:       add w8, w8, #0x8
;;       44:       fadd d0, d0, d22
;;       48:       mov v24.16b, v1.16b
;;       4c:       cbnz w8, 0x28 <f+0x28>
;;       50:       ret
;;   ...

;; with vectorise
;; f:
;;        0:       mov v16.16b, v0.16b
;;        4:       mov x11, #0x900000000       // =38654705664
;;        8:       add x11, x0, x11
;;        c:       sub w12, w3, #0x8
;;       10:       and w13, w12, #0xfffffff8
;;       14:       cmp w13, w12
;;       18:       cset x14, eq
;;       1c:       lsr w13, w12, #3
;;       20:       mov x12, x13
;;       24:       add x15, x13, #0x1
;;       28:       cmp x15, #0x4
;;       2c:       cset x15, hs
;;       30:       and w14, w14, w15
;;       34:       add w15, w2, #0x1f
;;       38:       sub w15, w15, w1
;;       3c:       cmp x15, #0x3f
;;       40:       cset x15, hs
;;       44:       and w4, w14, w15
;;       48:       neg w0, w3
;;       4c:       movi v0.2s, #0x0
;;       50:       add w14, w2, w3
;;       54:       mov x6, x2
;;       58:       add x14, x11, w14, sxtw
;;       5c:       add w15, w1, w3
;;       60:       add x15, x11, w15, sxtw
;;       64:       tst w4, #0xff
;;       68:       b.ne 0x74 <f+0x74>
;;       6c:       mov v1.16b, v16.16b
;;       70:       b 0xfc <f+0xfc>
;;       74:       add w2, w13, #0x1
;;       78:       and w4, w2, #0xfffffffc
;;       7c:       mov w5, #-0x8               // =-8
;;       80:       mul w2, w4, w5
;;       84:       movi v0.2s, #0x0
;;       88:       add w6, w6, w3
;;       8c:       msub w0, w4, w5, w0
;;       90:       add w4, w6, w0
;;       94:       add x4, x11, w4, sxtw
;;       98:       add x4, x4, w2, sxtw
;;       9c:       add w1, w1, w3
;;       a0:       add w1, w1, w0
;;       a4:       add x1, x11, w1, sxtw
;;       a8:       add x1, x1, w2, sxtw
;;       ac:       mov v1.16b, v16.16b
;;       b0:       dup v17.2d, v16.d[0]
;;       b4:       ldp q19, q18, [x4]
;;       b8:       ldp q21, q20, [x1], #0x20
;;       bc:       fmul v21.2d, v17.2d, v21.2d
;;       c0:       fadd v19.2d, v19.2d, v21.2d
;;       c4:       fmul v20.2d, v17.2d, v20.2d
;;       c8:       fadd v18.2d, v18.2d, v20.2d
;;       cc:       stp q19, q18, [x4], #0x20
;;       d0:       add w2, w2, #0x20
;;       d4:       fadd d20, d0, d19
;;       d8:       mov d21, v19.d[1]
;;       dc:       fadd d20, d20, d21
;;       e0:       fadd d20, d20, d18
;;       e4:       mov d21, v18.d[1]
;;       e8:       fadd d0, d20, d21
;;       ec:       cbnz w2, 0xb4 <f+0xb4>
;;       f0:       add x1, x12, #0x1
;;       f4:       and x1, x1, #0x3
;;       f8:       cbz x1, 0x11c <f+0x11c>
;;       fc:       ldr d25, [x14, w0, sxtw]
;;      100:       ldr d26, [x15, w0, sxtw]
;;      104:       fmul d26, d1, d26
;;      108:       fadd d25, d25, d26
;;      10c:       str d25, [x14, w0, sxtw]
;;      110:       add w0, w0, #0x8
;;      114:       fadd d0, d0, d25
;;      118:       cbnz w0, 0xfc <f+0xfc>
;;      11c:       ret
;;   ...
