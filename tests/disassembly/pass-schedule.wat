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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x4, x0, x4
;;       10:       movi v7.2s, #0x0
;;       14:       add x0, x4, w1, sxtw
;;       18:       add x1, x4, w2, sxtw
;;       1c:       mov v16.16b, v7.16b
;;       20:       add x2, x0, w3, sxtw
;;       24:       ldr d0, [x0, w3, sxtw]
;;       28:       add x4, x1, w3, sxtw
;;       2c:       ldr d1, [x1, w3, sxtw]
;;       30:       ldr d31, [x2, #0x40]
;;       34:       fmul d0, d0, d1
;;       38:       fadd d0, d7, d0
;;       3c:       str d0, [x4, #0x40]
;;       40:       ldr d2, [x2, #0x80]
;;       44:       ldr d3, [x4, #0xa0]
;;       48:       ldr d1, [x2, #0xc0]
;;       4c:       add w3, w3, #0x100
;;       50:       fmul d2, d2, d3
;;       54:       fadd d7, d0, d2
;;       58:       fsqrt d0, d31
;;       5c:       fadd d0, d16, d0
;;       60:       fmul d1, d0, d1
;;       64:       fadd d16, d0, d1
;;       68:       cbnz w3, 0x20 <sums+0x20>
;;       6c:       fmul d0, d16, d7
;;       70:       ldp x29, x30, [sp], #0x10
;;       74:       ret
;;   ...

;; with schedule
;; sums:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       movi v7.2s, #0x0
;;        c:       mov x4, #0x900000000        // =38654705664
;;       10:       add x4, x0, x4
;;       14:       add x0, x4, w1, sxtw
;;       18:       add x1, x4, w2, sxtw
;;       1c:       mov v16.16b, v7.16b
;;       20:       add x2, x0, w3, sxtw
;;       24:       ldr d0, [x0, w3, sxtw]
;;       28:       ldr d1, [x1, w3, sxtw]
;;       2c:       ldr d31, [x2, #0x40]
;;       30:       add x4, x1, w3, sxtw
;;       34:       add w3, w3, #0x100
;;       38:       fmul d2, d0, d1
;;       3c:       fsqrt d20, d31
;;       40:       fadd d17, d7, d2
;;       44:       fadd d21, d16, d20
;;       48:       str d17, [x4, #0x40]
;;       4c:       ldr d18, [x2, #0x80]
;;       50:       ldr d3, [x4, #0xa0]
;;       54:       ldr d19, [x2, #0xc0]
;;       58:       fmul d2, d18, d3
;;       5c:       fmul d1, d21, d19
;;       60:       fadd d7, d17, d2
;;       64:       fadd d16, d21, d1
;;       68:       cbnz w3, 0x20 <sums+0x20>
;;       6c:       fmul d0, d16, d7
;;       70:       ldp x29, x30, [sp], #0x10
;;       74:       ret
;;   ...
