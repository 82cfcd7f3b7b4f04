;; pass: unroll
;; A column is summed up. Four rounds share a counter and a branch.
(module
    (memory 1)
    (func (export "f") (param $at i32) (param $rounds i32) (result f64) (local $sum f64)
        (loop $next
            (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 800)))
            (br_if $next (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
        (local.get $sum)))
;; ----
;; without unroll
;; f:
;;        0:       movi v0.2s, #0x0
;;        4:       ldr d16, [x0, w1, uxtw]
;;        8:       sub w2, w2, #0x1
;;        c:       fadd d0, d0, d16
;;       10:       add w1, w1, #0x320
;;       14:       cbnz w2, 0x4 <f+0x4>
;;       18:       ret
;;       1c:       udf #0x0

;; with unroll
;; f:
;;        0:       sub w3, w2, #0x1
;;        4:       add x4, x3, #0x1
;;        8:       movi v0.2s, #0x0
;;        c:       cmp x4, #0x4
;;       10:       b.lo 0x68 <f+0x68>
;;       14:       mov x4, #0x900000000        // =38654705664
;;       18:       add x4, x0, x4
;;       1c:       and w14, w2, #0xfffffffc
;;       20:       movi v0.2s, #0x0
;;       24:       add x5, x4, w1, sxtw
;;       28:       ldr d1, [x4, w1, sxtw]
;;       2c:       ldr d2, [x5, #0x320]
;;       30:       ldr d3, [x5, #0x640]
;;       34:       ldr d4, [x5, #0x960]
;;       38:       sub w14, w14, #0x4
;;       3c:       fadd d0, d0, d1
;;       40:       fadd d0, d0, d2
;;       44:       fadd d0, d0, d3
;;       48:       fadd d0, d0, d4
;;       4c:       add w1, w1, #0xc80
;;       50:       cbnz w14, 0x24 <f+0x24>
;;       54:       add x3, x3, #0x1
;;       58:       and x3, x3, #0x3
;;       5c:       and w4, w2, #0xfffffffc
;;       60:       sub w2, w2, w4
;;       64:       cbz x3, 0x7c <f+0x7c>
;;       68:       ldr d1, [x0, w1, uxtw]
;;       6c:       sub w2, w2, #0x1
;;       70:       fadd d0, d0, d1
;;       74:       add w1, w1, #0x320
;;       78:       cbnz w2, 0x68 <f+0x68>
;;       7c:       ret
