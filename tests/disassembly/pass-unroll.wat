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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       movi v0.2s, #0x0
;;        c:       ldr d16, [x0, w1, uxtw]
;;       10:       sub w2, w2, #0x1
;;       14:       fadd d0, d0, d16
;;       18:       add w1, w1, #0x320
;;       1c:       cbnz w2, 0xc <f+0xc>
;;       20:       ldp x29, x30, [sp], #0x10
;;       24:       ret
;;   ...

;; with unroll
;; f:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       sub w3, w2, #0x1
;;        c:       add x4, x3, #0x1
;;       10:       movi v0.2s, #0x0
;;       14:       cmp x4, #0x4
;;       18:       b.lo 0x70 <f+0x70>
;;       1c:       mov x4, #0x900000000        // =38654705664
;;       20:       add x4, x0, x4
;;       24:       and w14, w2, #0xfffffffc
;;       28:       movi v0.2s, #0x0
;;       2c:       add x5, x4, w1, sxtw
;;       30:       ldr d1, [x4, w1, sxtw]
;;       34:       ldr d2, [x5, #0x320]
;;       38:       ldr d3, [x5, #0x640]
;;       3c:       ldr d4, [x5, #0x960]
;;       40:       sub w14, w14, #0x4
;;       44:       fadd d0, d0, d1
;;       48:       fadd d0, d0, d2
;;       4c:       fadd d0, d0, d3
;;       50:       fadd d0, d0, d4
;;       54:       add w1, w1, #0xc80
;;       58:       cbnz w14, 0x2c <f+0x2c>
;;       5c:       add x3, x3, #0x1
;;       60:       and x3, x3, #0x3
;;       64:       and w4, w2, #0xfffffffc
;;       68:       sub w2, w2, w4
;;       6c:       cbz x3, 0x84 <f+0x84>
;;       70:       ldr d1, [x0, w1, uxtw]
;;       74:       sub w2, w2, #0x1
;;       78:       fadd d0, d0, d1
;;       7c:       add w1, w1, #0x320
;;       80:       cbnz w2, 0x70 <f+0x70>
;;       84:       ldp x29, x30, [sp], #0x10
;;       88:       ret
;;       8c:       udf #0x0
