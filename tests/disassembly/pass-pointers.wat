;; pass: pointers
(module
  (memory 16)
  ;; Three arrays, one of them read backwards, and a counter that nothing but the test needs then.
  (func (export "mirror") (param $x i32) (param $y i32) (param $z i32) (param $count i32)
    (loop $next
      (f64.store (local.get $z) (f64.add (f64.load (local.get $x)) (f64.load (local.get $y))))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (local.set $y (i32.sub (local.get $y) (i32.const 8)))
      (local.set $z (i32.add (local.get $z) (i32.const 16)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  ;; Two neighbours at a time.
  (func (export "pairs") (param $x i32) (param $y i32) (param $count i32)
    (loop $next
      (f64.store (local.get $y) (f64.mul (f64.load (local.get $x)) (f64.load offset=8 (local.get $x))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 8)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  ;; One addition for both arrays is as good as it gets.
  (func (export "together") (param $x i32) (param $y i32) (param $end i32) (result f64) (local $sum f64)
    (loop $next
      (local.set $sum
        (f64.add (local.get $sum) (f64.mul (f64.load (local.get $x)) (f64.load (local.get $y)))))
      (local.set $y (i32.add (local.get $y) (i32.const 8)))
      (br_if $next
        (i32.ne (local.get $end) (local.tee $x (i32.add (local.get $x) (i32.const 8))))))
    (local.get $sum)))
;; ----
;; without pointers
;; mirror:
;;        0:       ldr d17, [x0, w1, uxtw]
;;        4:       ldr d18, [x0, w2, uxtw]
;;        8:       fadd d17, d17, d18
;;        c:       str d17, [x0, w3, uxtw]
;;       10:       sub w4, w4, #0x1
;;       14:       add w3, w3, #0x10
;;       18:       add w1, w1, #0x8
;;       1c:       sub w2, w2, #0x8
;;       20:       cbnz w4, 0x0 <mirror>
;;       24:       ret
;;   ...
;; pairs:
;;       30:       add x15, x0, w1, uxtw
;;       34:       ldp d16, d17, [x15]
;;       38:       fmul d16, d16, d17
;;       3c:       str d16, [x0, w2, uxtw]
;;       40:       sub w3, w3, #0x1
;;       44:       add w2, w2, #0x8
;;       48:       add w1, w1, #0x10
;;       4c:       cbnz w3, 0x30 <pairs>
;;       50:       ret
;;   ...
;; together:
;;       60:       mov x5, #0x900000000        // =38654705664
;;       64:       add x5, x0, x5
;;       68:       movi v0.2s, #0x0
;;       6c:       sub w9, w1, w3
;;       70:       add x0, x5, w3, sxtw
;;       74:       sub w2, w2, w9
;;       78:       add x1, x5, w2, sxtw
;;       7c:       ldr d19, [x0, w9, sxtw]
;;       80:       ldr d20, [x1, w9, sxtw]
;;       84:       add w9, w9, #0x8
;;       88:       fmul d19, d19, d20
;;       8c:       fadd d0, d0, d19
;;       90:       cbnz w9, 0x7c <together+0x1c>
;;       94:       ret
;;   ...

;; with pointers
;; mirror:
;;        0:       mov x5, #0x900000000        // =38654705664
;;        4:       add x0, x0, x5
;;        8:       add x9, x0, w3, sxtw
;;        c:       add x11, x0, w1, sxtw
;;       10:       add x13, x0, w2, sxtw
;;       14:       ldr d22, [x11], #0x8
;;       18:       ldr d23, [x13], #-0x8
;;       1c:       fadd d22, d22, d23
;;       20:       str d22, [x9], #0x10
;;       24:       sub w4, w4, #0x1
;;       28:       cbnz w4, 0x14 <mirror+0x14>
;;       2c:       ret
;; pairs:
;;       30:       mov x4, #0x900000000        // =38654705664
;;       34:       add x0, x0, x4
;;       38:       add x8, x0, w2, sxtw
;;       3c:       add x10, x0, w1, sxtw
;;       40:       ldp d18, d19, [x10], #0x10
;;       44:       fmul d18, d18, d19
;;       48:       str d18, [x8], #0x8
;;       4c:       sub w3, w3, #0x1
;;       50:       cbnz w3, 0x40 <pairs+0x10>
;;       54:       ret
;;   ...
;; together:
;;       60:       mov x5, #0x900000000        // =38654705664
;;       64:       add x5, x0, x5
;;       68:       movi v0.2s, #0x0
;;       6c:       sub w9, w1, w3
;;       70:       add x0, x5, w3, sxtw
;;       74:       sub w2, w2, w9
;;       78:       add x1, x5, w2, sxtw
;;       7c:       ldr d19, [x0, w9, sxtw]
;;       80:       ldr d20, [x1, w9, sxtw]
;;       84:       add w9, w9, #0x8
;;       88:       fmul d19, d19, d20
;;       8c:       fadd d0, d0, d19
;;       90:       cbnz w9, 0x7c <together+0x1c>
;;       94:       ret
;;   ...
