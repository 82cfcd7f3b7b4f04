;; pass: lanes
(module
  (memory 16)
  ;; Two elements of a column at a time, and two columns.
  (func (export "columns") (param $x i32) (param $y i32) (param $count i32) (result v128) (local $sum v128)
    (loop $next
      (local.set $sum
        (f64x2.add
          (local.get $sum)
          (f64x2.mul
            (v128.load64_lane offset=800 1 (local.get $x) (v128.load64_zero (local.get $x)))
            (v128.load64_lane offset=800 1 (local.get $y) (v128.load64_zero (local.get $y))))))
      (local.set $x (i32.add (local.get $x) (i32.const 1600)))
      (local.set $y (i32.add (local.get $y) (i32.const 1600)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $sum))
  (func (export "load") (param $at i32) (param $vector v128) (result v128)
    (v128.load16_lane 5 (local.get $at) (local.get $vector)))
  (func (export "replace") (param $at i32) (param $vector v128) (result v128)
    (i8x16.replace_lane 13 (local.get $vector) (i32.load8_u (local.get $at))))
  (func (export "store") (param $at i32) (param $vector v128)
    (v128.store32_lane 3 (local.get $at) (local.get $vector))))
;; ----
;; without lanes
;; columns:
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x4, x0, x4
;;        8:       mov x0, #0x640              // =1600
;;        c:       movi v0.16b, #0x0
;;       10:       add x12, x4, w1, sxtw
;;       14:       add x13, x12, #0x320
;;       18:       sub w2, w2, w1
;;       1c:       add x2, x4, w2, sxtw
;;       20:       add x1, x2, w1, sxtw
;;       24:       add x2, x1, #0x320
;;       28:       ld1 { v3.d }[0], [x12], x0
;;       2c:       ldr d1, [x13]
;;       30:       ld1 { v4.d }[0], [x1], x0
;;       34:       ldr d2, [x2]
;;       38:       sub w3, w3, #0x1
;;       3c:       mov v3.d[1], v1.d[0]
;;       40:       mov v4.d[1], v2.d[0]
;;       44:       fmul v1.2d, v3.2d, v4.2d
;;       48:       fadd v0.2d, v0.2d, v1.2d
;;       4c:       add x13, x13, x0
;;       50:       add x2, x2, x0
;;       54:       cbnz w3, 0x28 <columns+0x28>
;;       58:       ret
;;       5c:       udf #0x0
;; load:
;;       60:       ldr h5, [x0, w1, uxtw]
;;       64:       mov v0.h[5], v5.h[0]
;;       68:       ret
;;       6c:       udf #0x0
;; replace:
;;       70:       ldrb w5, [x0, w1, uxtw]
;;       74:       mov v0.b[13], w5
;;       78:       ret
;;       7c:       udf #0x0
;; store:
;;       80:       mov s4, v0.s[3]
;;       84:       str s4, [x0, w1, uxtw]
;;       88:       ret
;;       8c:       udf #0x0

;; with lanes
;; columns:
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x4, x0, x4
;;        8:       mov x0, #0x640              // =1600
;;        c:       movi v0.16b, #0x0
;;       10:       add x12, x4, w1, sxtw
;;       14:       add x13, x12, #0x320
;;       18:       sub w2, w2, w1
;;       1c:       add x2, x4, w2, sxtw
;;       20:       add x1, x2, w1, sxtw
;;       24:       add x2, x1, #0x320
;;       28:       ld1 { v3.d }[0], [x12], x0
;;       2c:       ld1 { v3.d }[1], [x13], x0
;;       30:       ld1 { v4.d }[0], [x1], x0
;;       34:       ld1 { v4.d }[1], [x2], x0
;;       38:       sub w3, w3, #0x1
;;       3c:       fmul v1.2d, v3.2d, v4.2d
;;       40:       fadd v0.2d, v0.2d, v1.2d
;;       44:       cbnz w3, 0x28 <columns+0x28>
;;       48:       ret
;;       4c:       udf #0x0
;; load:
;;       50:       ldr h5, [x0, w1, uxtw]
;;       54:       mov v0.h[5], v5.h[0]
;;       58:       ret
;;       5c:       udf #0x0
;; replace:
;;       60:       ldrb w5, [x0, w1, uxtw]
;;       64:       mov v0.b[13], w5
;;       68:       ret
;;       6c:       udf #0x0
;; store:
;;       70:       mov s4, v0.s[3]
;;       74:       str s4, [x0, w1, uxtw]
;;       78:       ret
;;       7c:       udf #0x0
