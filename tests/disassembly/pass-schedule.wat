;; pass: schedule
;; Loads come before what waits for others, the root between the product and its sum, and values have registers of their
;; own. The store stays between the loads, all of which may trap.
(module
    (memory 1)
    (func (export "sums") (param $x i32) (param $y i32) (param $at i32) (result f64) (local $sum f64) (local $other f64)
        (loop $next
            (local.set $sum (f64.add (local.get $sum) (f64.mul
                (f64.load (i32.add (local.get $x) (local.get $at)))
                (f64.load (i32.add (local.get $y) (local.get $at))))))
            (local.set $other (f64.add (local.get $other) (f64.sqrt
                (f64.load offset=64 (i32.add (local.get $x) (local.get $at))))))
            (f64.store offset=64 (i32.add (local.get $y) (local.get $at)) (local.get $sum))
            (local.set $sum (f64.add (local.get $sum) (f64.mul
                (f64.load offset=128 (i32.add (local.get $x) (local.get $at)))
                (f64.load offset=160 (i32.add (local.get $y) (local.get $at))))))
            (local.set $other (f64.add (local.get $other) (f64.mul (local.get $other)
                (f64.load offset=192 (i32.add (local.get $x) (local.get $at))))))
            (br_if $next (local.tee $at (i32.add (local.get $at) (i32.const 256)))))
        (f64.mul (local.get $other) (local.get $sum))))
;; ----
;; without schedule
;; sums:
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x4, x0, x4
;;        8:       movi v16.2s, #0x0
;;        c:       add x0, x4, w1, sxtw
;;       10:       add x1, x4, w2, sxtw
;;       14:       mov v4.16b, v16.16b
;;       18:       add x2, x0, w3, sxtw
;;       1c:       ldr d0, [x0, w3, sxtw]
;;       20:       add x4, x1, w3, sxtw
;;       24:       ldr d1, [x1, w3, sxtw]
;;       28:       ldr d31, [x2, #0x40]
;;       2c:       fmul d0, d0, d1
;;       30:       fadd d0, d16, d0
;;       34:       str d0, [x4, #0x40]
;;       38:       ldr d2, [x2, #0x80]
;;       3c:       ldr d3, [x4, #0xa0]
;;       40:       ldr d1, [x2, #0xc0]
;;       44:       add w3, w3, #0x100
;;       48:       fmul d2, d2, d3
;;       4c:       fadd d16, d0, d2
;;       50:       fsqrt d0, d31
;;       54:       fadd d0, d4, d0
;;       58:       fmul d1, d0, d1
;;       5c:       fadd d4, d0, d1
;;       60:       cbnz w3, 0x18 <sums+0x18>
;;       64:       fmul d0, d4, d16
;;       68:       ret
;;       6c:       udf #0x0

;; with schedule
;; sums:
;;        0:       movi v16.2s, #0x0
;;        4:       mov x4, #0x900000000        // =38654705664
;;        8:       add x4, x0, x4
;;        c:       add x0, x4, w1, sxtw
;;       10:       add x1, x4, w2, sxtw
;;       14:       mov v4.16b, v16.16b
;;       18:       add x2, x0, w3, sxtw
;;       1c:       ldr d0, [x0, w3, sxtw]
;;       20:       ldr d1, [x1, w3, sxtw]
;;       24:       ldr d31, [x2, #0x40]
;;       28:       add x4, x1, w3, sxtw
;;       2c:       add w3, w3, #0x100
;;       30:       fmul d2, d0, d1
;;       34:       fsqrt d18, d31
;;       38:       fadd d3, d16, d2
;;       3c:       fadd d19, d4, d18
;;       40:       str d3, [x4, #0x40]
;;       44:       ldr d5, [x2, #0x80]
;;       48:       ldr d6, [x4, #0xa0]
;;       4c:       ldr d7, [x2, #0xc0]
;;       50:       fmul d17, d5, d6
;;       54:       fmul d20, d19, d7
;;       58:       fadd d16, d3, d17
;;       5c:       fadd d4, d19, d20
;;       60:       cbnz w3, 0x18 <sums+0x18>
;;       64:       fmul d0, d4, d16
;;       68:       ret
;;       6c:       udf #0x0
