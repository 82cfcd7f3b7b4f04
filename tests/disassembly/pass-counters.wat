;; pass: counters
(module
  (memory 16)
  ;; Two counters that are in step, and a test of the first one before it counts on.
  (func (export "dot") (param $x i32) (param $y i32) (param $end i32) (result f64) (local $sum f64)
    (loop $next
      (local.set $sum
        (f64.add (local.get $sum) (f64.mul (f64.load (local.get $x)) (f64.load (local.get $y)))))
      (local.set $y (i32.add (local.get $y) (i32.const 8)))
      (br_if $next
        (i32.ne
          (local.get $x)
          (local.get $end)
          (local.set $x (i32.add (local.get $x) (i32.const 8))))))
    (local.get $sum))
  ;; The limit is a constant that no comparison has room for; what is used behind the loop is known.
  (func (export "fill") (result i32) (local $at i32)
    (loop $next
      (i32.store (local.get $at) (i32.const -1))
      (br_if $next
        (i32.ne (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 777776))))
    (local.get $at))
  ;; The counter is tested first and counted then.
  (func (export "sum") (result i32) (local $at i32) (local $sum i32)
    (block $done
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
        (br_if $done (i32.eq (local.get $at) (i32.const 65536)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))
    (local.get $sum)))
;; ----
;; without counters
;; dot:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x4, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       add x10, x4, w2, sxtw
;;       18:       ldr d18, [x0, w1, uxtw]
;;       1c:       ldr d19, [x10], #0x8
;;       20:       fmul d18, d18, d19
;;       24:       fadd d0, d0, d18
;;       28:       add w2, w1, #0x8
;;       2c:       cmp w1, w3
;;       30:       b.eq 0x3c <dot+0x3c>
;;       34:       mov x1, x2
;;       38:       b 0x18 <dot+0x18>
;;       3c:       ldp x29, x30, [sp], #0x10
;;       40:       ret
;;   ...
;; fill:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x13, x0
;;       5c:       mov x7, #0xffffffff         // =4294967295
;;       60:       mov w8, #0xde30             // =56880
;;       64:       movk w8, #0xb, lsl #16
;;       68:       mov w0, #0x0                // =0
;;       6c:       str w7, [x13, w0, uxtw]
;;       70:       add w0, w0, #0x4
;;       74:       cmp w0, w8
;;       78:       b.ne 0x6c <fill+0x1c>
;;       7c:       ldp x29, x30, [sp], #0x10
;;       80:       ret
;;   ...
;; sum:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov w2, #0x0                // =0
;;       9c:       mov x5, x2
;;       a0:       ldr w9, [x0, w5, uxtw]
;;       a4:       cmp w5, #0x10, lsl #12      // =0x10000
;;       a8:       b.eq 0xb8 <sum+0x28>
;;       ac:       add w2, w2, w9
;;       b0:       add w5, w5, #0x4
;;       b4:       b 0xa0 <sum+0x10>
;;       b8:       add w0, w2, w9
;;       bc:       ldp x29, x30, [sp], #0x10
;;       c0:       ret
;;   ...

;; with counters
;; dot:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, x1
;;        c:       mov x1, #0x900000000        // =38654705664
;;       10:       add x1, x0, x1
;;       14:       add x0, x1, w3, sxtw
;;       18:       add x0, x0, #0x8
;;       1c:       movi v0.2s, #0x0
;;       20:       add w3, w3, #0x8
;;       24:       sub w12, w4, w3
;;       28:       sub w2, w2, w12
;;       2c:       add x1, x1, w2, sxtw
;;       30:       ldr d21, [x0, w12, sxtw]
;;       34:       ldr d22, [x1, w12, sxtw]
;;       38:       add w12, w12, #0x8
;;       3c:       fmul d21, d21, d22
;;       40:       fadd d0, d0, d21
;;       44:       cbnz w12, 0x30 <dot+0x30>
;;       48:       ldp x29, x30, [sp], #0x10
;;       4c:       ret
;; fill:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x13, #0x900000000       // =38654705664
;;       5c:       add x13, x0, x13
;;       60:       mov w14, #0xde30            // =56880
;;       64:       movk w14, #0xb, lsl #16
;;       68:       add x13, x13, x14
;;       6c:       mov x14, #0xffffffff        // =4294967295
;;       70:       mov w8, #0x21d0             // =8656
;;       74:       movk w8, #0xfff4, lsl #16
;;       78:       str w14, [x13, w8, sxtw]
;;       7c:       add w8, w8, #0x4
;;       80:       cbnz w8, 0x78 <fill+0x28>
;;       84:       mov w0, #0xde30             // =56880
;;       88:       movk w0, #0xb, lsl #16
;;       8c:       ldp x29, x30, [sp], #0x10
;;       90:       ret
;;   ...
;; sum:
;;       a0:       stp x29, x30, [sp, #-0x10]!
;;       a4:       mov x29, sp
;;       a8:       mov x14, #0x900000000       // =38654705664
;;       ac:       add x14, x0, x14
;;       b0:       mov w15, #0x4               // =4
;;       b4:       movk w15, #0x1, lsl #16
;;       b8:       add x14, x14, x15
;;       bc:       mov w0, #0x0                // =0
;;       c0:       mov w9, #0xfffc             // =65532
;;       c4:       movk w9, #0xfffe, lsl #16
;;       c8:       ldr w15, [x14, w9, sxtw]
;;       cc:       add w9, w9, #0x4
;;       d0:       add w0, w0, w15
;;       d4:       cbnz w9, 0xc8 <sum+0x28>
;;       d8:       ldp x29, x30, [sp], #0x10
;;       dc:       ret
