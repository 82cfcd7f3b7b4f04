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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       ldr d17, [x0, w1, uxtw]
;;        c:       ldr d18, [x0, w2, uxtw]
;;       10:       fadd d17, d17, d18
;;       14:       str d17, [x0, w3, uxtw]
;;       18:       sub w4, w4, #0x1
;;       1c:       add w3, w3, #0x10
;;       20:       add w1, w1, #0x8
;;       24:       sub w2, w2, #0x8
;;       28:       cbnz w4, 0x8 <mirror+0x8>
;;       2c:       ldp x29, x30, [sp], #0x10
;;       30:       ret
;;   ...
;; pairs:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       add x15, x0, w1, uxtw
;;       4c:       ldp d16, d17, [x15]
;;       50:       fmul d16, d16, d17
;;       54:       str d16, [x0, w2, uxtw]
;;       58:       sub w3, w3, #0x1
;;       5c:       add w2, w2, #0x8
;;       60:       add w1, w1, #0x10
;;       64:       cbnz w3, 0x48 <pairs+0x8>
;;       68:       ldp x29, x30, [sp], #0x10
;;       6c:       ret
;;   ...
;; together:
;;       80:       stp x29, x30, [sp, #-0x10]!
;;       84:       mov x29, sp
;;       88:       mov x4, x1
;;       8c:       mov x1, #0x900000000        // =38654705664
;;       90:       add x1, x0, x1
;;       94:       movi v0.2s, #0x0
;;       98:       sub w9, w4, w3
;;       9c:       add x0, x1, w3, sxtw
;;       a0:       sub w2, w2, w9
;;       a4:       add x1, x1, w2, sxtw
;;       a8:       ldr d19, [x0, w9, sxtw]
;;       ac:       ldr d20, [x1, w9, sxtw]
;;       b0:       add w9, w9, #0x8
;;       b4:       fmul d19, d19, d20
;;       b8:       fadd d0, d0, d19
;;       bc:       cbnz w9, 0xa8 <together+0x28>
;;       c0:       ldp x29, x30, [sp], #0x10
;;       c4:       ret
;;   ...

;; with pointers
;; mirror:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x5, #0x900000000        // =38654705664
;;        c:       add x0, x0, x5
;;       10:       add x9, x0, w3, sxtw
;;       14:       add x11, x0, w1, sxtw
;;       18:       add x13, x0, w2, sxtw
;;       1c:       ldr d22, [x11], #0x8
;;       20:       ldr d23, [x13], #-0x8
;;       24:       fadd d22, d22, d23
;;       28:       str d22, [x9], #0x10
;;       2c:       sub w4, w4, #0x1
;;       30:       cbnz w4, 0x1c <mirror+0x1c>
;;       34:       ldp x29, x30, [sp], #0x10
;;       38:       ret
;;   ...
;; pairs:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x4, #0x900000000        // =38654705664
;;       5c:       add x0, x0, x4
;;       60:       add x8, x0, w2, sxtw
;;       64:       add x10, x0, w1, sxtw
;;       68:       ldp d18, d19, [x10], #0x10
;;       6c:       fmul d18, d18, d19
;;       70:       str d18, [x8], #0x8
;;       74:       sub w3, w3, #0x1
;;       78:       cbnz w3, 0x68 <pairs+0x18>
;;       7c:       ldp x29, x30, [sp], #0x10
;;       80:       ret
;;   ...
;; together:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov x4, x1
;;       9c:       mov x1, #0x900000000        // =38654705664
;;       a0:       add x1, x0, x1
;;       a4:       movi v0.2s, #0x0
;;       a8:       sub w9, w4, w3
;;       ac:       add x0, x1, w3, sxtw
;;       b0:       sub w2, w2, w9
;;       b4:       add x1, x1, w2, sxtw
;;       b8:       ldr d19, [x0, w9, sxtw]
;;       bc:       ldr d20, [x1, w9, sxtw]
;;       c0:       add w9, w9, #0x8
;;       c4:       fmul d19, d19, d20
;;       c8:       fadd d0, d0, d19
;;       cc:       cbnz w9, 0xb8 <together+0x28>
;;       d0:       ldp x29, x30, [sp], #0x10
;;       d4:       ret
;;   ...
