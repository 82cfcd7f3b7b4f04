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
;;       40:       add x15, x0, w1, uxtw
;;       44:       ldp d16, d17, [x15]
;;       48:       fmul d16, d16, d17
;;       4c:       str d16, [x0, w2, uxtw]
;;       50:       sub w3, w3, #0x1
;;       54:       add w2, w2, #0x8
;;       58:       add w1, w1, #0x10
;;       5c:       cbnz w3, 0x40 <pairs>
;;       60:       ret
;;   ...
;; together:
;;       80:       mov x4, x1
;;       84:       mov x1, #0x900000000        // =38654705664
;;       88:       add x1, x0, x1
;;       8c:       movi v0.2s, #0x0
;;       90:       sub w9, w4, w3
;;       94:       add x0, x1, w3, sxtw
;;       98:       sub w2, w2, w9
;;       9c:       add x1, x1, w2, sxtw
;;       a0:       ldr d19, [x0, w9, sxtw]
;;       a4:       ldr d20, [x1, w9, sxtw]
;;       a8:       add w9, w9, #0x8
;;       ac:       fmul d19, d19, d20
;;       b0:       fadd d0, d0, d19
;;       b4:       cbnz w9, 0xa0 <together+0x20>
;;       b8:       ret
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
;;   ...
;; pairs:
;;       50:       mov x4, #0x900000000        // =38654705664
;;       54:       add x0, x0, x4
;;       58:       add x8, x0, w2, sxtw
;;       5c:       add x10, x0, w1, sxtw
;;       60:       ldp d18, d19, [x10], #0x10
;;       64:       fmul d18, d18, d19
;;       68:       str d18, [x8], #0x8
;;       6c:       sub w3, w3, #0x1
;;       70:       cbnz w3, 0x60 <pairs+0x10>
;;       74:       ret
;;   ...
;; together:
;;       90:       mov x4, x1
;;       94:       mov x1, #0x900000000        // =38654705664
;;       98:       add x1, x0, x1
;;       9c:       movi v0.2s, #0x0
;;       a0:       sub w9, w4, w3
;;       a4:       add x0, x1, w3, sxtw
;;       a8:       sub w2, w2, w9
;;       ac:       add x1, x1, w2, sxtw
;;       b0:       ldr d19, [x0, w9, sxtw]
;;       b4:       ldr d20, [x1, w9, sxtw]
;;       b8:       add w9, w9, #0x8
;;       bc:       fmul d19, d19, d20
;;       c0:       fadd d0, d0, d19
;;       c4:       cbnz w9, 0xb0 <together+0x20>
;;       c8:       ret
;;   ...
