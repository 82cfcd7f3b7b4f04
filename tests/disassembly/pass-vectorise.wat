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
;;        0:       mov v1.16b, v0.16b
;;        4:       mov x5, #0x900000000        // =38654705664
;;        8:       add x5, x0, x5
;;        c:       neg w8, w3
;;       10:       movi v0.2s, #0x0
;;       14:       add w0, w2, w3
;;       18:       add x0, x5, w0, sxtw
;;       1c:       add w1, w1, w3
;;       20:       add x1, x5, w1, sxtw
;;       24:       ldr d22, [x0, w8, sxtw]
;;       28:       ldr d23, [x1, w8, sxtw]
;;       2c:       fmul d23, d1, d23
;;       30:       fadd d22, d22, d23
;;       34:       str d22, [x0, w8, sxtw]
;;       38:       add w8, w8, #0x8
;;       3c:       fadd d0, d0, d22
;;       40:       cbnz w8, 0x24 <f+0x24>
;;       44:       ret
;;   ...

;; with vectorise
;; f:
;;        0:       mov v1.16b, v0.16b
;;        4:       mov x11, #0x900000000       // =38654705664
;;        8:       add x11, x0, x11
;;        c:       sub w12, w3, #0x8
;;       10:       and w13, w12, #0xfffffff8
;;       14:       cmp w13, w12
;;       18:       cset x14, eq
;;       1c:       lsr w12, w12, #3
;;       20:       add x15, x12, #0x1
;;       24:       cmp x15, #0x4
;;       28:       cset x15, hs
;;       2c:       and w14, w14, w15
;;       30:       add w15, w2, #0x1f
;;       34:       sub w15, w15, w1
;;       38:       cmp x15, #0x3f
;;       3c:       cset x15, hs
;;       40:       and w4, w14, w15
;;       44:       neg w0, w3
;;       48:       movi v0.2s, #0x0
;;       4c:       add w14, w2, w3
;;       50:       add x14, x11, w14, sxtw
;;       54:       add w15, w1, w3
;;       58:       add x15, x11, w15, sxtw
;;       5c:       tst w4, #0xff
;;       60:       b.eq 0xe8 <f+0xe8>
;;       64:       add w4, w12, #0x1
;;       68:       and w4, w4, #0xfffffffc
;;       6c:       mov w5, #-0x8               // =-8
;;       70:       mul w7, w4, w5
;;       74:       movi v0.2s, #0x0
;;       78:       add w6, w2, w3
;;       7c:       msub w0, w4, w5, w0
;;       80:       add w4, w6, w0
;;       84:       add x4, x11, w4, sxtw
;;       88:       add x4, x4, w7, sxtw
;;       8c:       add w1, w1, w3
;;       90:       add w1, w1, w0
;;       94:       add x1, x11, w1, sxtw
;;       98:       add x1, x1, w7, sxtw
;;       9c:       dup v17.2d, v1.d[0]
;;       a0:       ldp q19, q18, [x4]
;;       a4:       ldp q21, q20, [x1], #0x20
;;       a8:       fmul v21.2d, v17.2d, v21.2d
;;       ac:       fadd v19.2d, v19.2d, v21.2d
;;       b0:       fmul v20.2d, v17.2d, v20.2d
;;       b4:       fadd v18.2d, v18.2d, v20.2d
;;       b8:       stp q19, q18, [x4], #0x20
;;       bc:       add w7, w7, #0x20
;;       c0:       fadd d20, d0, d19
;;       c4:       mov d21, v19.d[1]
;;       c8:       fadd d20, d20, d21
;;       cc:       fadd d20, d20, d18
;;       d0:       mov d21, v18.d[1]
;;       d4:       fadd d0, d20, d21
;;       d8:       cbnz w7, 0xa0 <f+0xa0>
;;       dc:       add x1, x12, #0x1
;;       e0:       and x1, x1, #0x3
;;       e4:       cbz x1, 0x108 <f+0x108>
;;       e8:       ldr d25, [x14, w0, sxtw]
;;       ec:       ldr d26, [x15, w0, sxtw]
;;       f0:       fmul d26, d1, d26
;;       f4:       fadd d25, d25, d26
;;       f8:       str d25, [x14, w0, sxtw]
;;       fc:       add w0, w0, #0x8
;;      100:       fadd d0, d0, d25
;;      104:       cbnz w0, 0xe8 <f+0xe8>
;;      108:       ret
;;      10c:       udf #0x0
