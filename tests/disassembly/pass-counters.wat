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
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x4, x0, x4
;;        8:       movi v0.2s, #0x0
;;        c:       add x10, x4, w2, sxtw
;;       10:       ldr d18, [x0, w1, uxtw]
;;       14:       ldr d19, [x10], #0x8
;;       18:       fmul d18, d18, d19
;;       1c:       fadd d0, d0, d18
;;       20:       add w2, w1, #0x8
;;       24:       cmp w1, w3
;;       28:       b.eq 0x34 <dot+0x34>
;;       2c:       mov x1, x2
;;       30:       b 0x10 <dot+0x10>
;;       34:       ret
;;   ...
;; fill:
;;       50:       mov x13, x0
;;       54:       mov x7, #0xffffffff         // =4294967295
;;       58:       mov w8, #0xde30             // =56880
;;       5c:       movk w8, #0xb, lsl #16
;;       60:       mov w0, #0x0                // =0
;;       64:       str w7, [x13, w0, uxtw]
;;       68:       add w0, w0, #0x4
;;       6c:       cmp w0, w8
;;       70:       b.ne 0x64 <fill+0x14>
;;       74:       ret
;;   ...
;; sum:
;;       90:       mov w2, #0x0                // =0
;;       94:       mov x5, x2
;;       98:       ldr w9, [x0, w5, uxtw]
;;       9c:       cmp w5, #0x10, lsl #12      // =0x10000
;;       a0:       b.eq 0xb0 <sum+0x20>
;;       a4:       add w2, w2, w9
;;       a8:       add w5, w5, #0x4
;;       ac:       b 0x98 <sum+0x8>
;;       b0:       add w0, w2, w9
;;       b4:       ret
;;   ...

;; with counters
;; dot:
;;        0:       mov x4, x1
;;        4:       mov x1, #0x900000000        // =38654705664
;;        8:       add x1, x0, x1
;;        c:       add x0, x1, w3, sxtw
;;       10:       add x0, x0, #0x8
;;       14:       movi v0.2s, #0x0
;;       18:       add w3, w3, #0x8
;;       1c:       sub w12, w4, w3
;;       20:       sub w2, w2, w12
;;       24:       add x1, x1, w2, sxtw
;;       28:       ldr d21, [x0, w12, sxtw]
;;       2c:       ldr d22, [x1, w12, sxtw]
;;       30:       add w12, w12, #0x8
;;       34:       fmul d21, d21, d22
;;       38:       fadd d0, d0, d21
;;       3c:       cbnz w12, 0x28 <dot+0x28>
;;       40:       ret
;;   ...
;; fill:
;;       50:       mov x13, #0x900000000       // =38654705664
;;       54:       add x13, x0, x13
;;       58:       mov w14, #0xde30            // =56880
;;       5c:       movk w14, #0xb, lsl #16
;;       60:       add x13, x13, x14
;;       64:       mov x14, #0xffffffff        // =4294967295
;;       68:       mov w8, #0x21d0             // =8656
;;       6c:       movk w8, #0xfff4, lsl #16
;;       70:       str w14, [x13, w8, sxtw]
;;       74:       add w8, w8, #0x4
;;       78:       cbnz w8, 0x70 <fill+0x20>
;;       7c:       mov w0, #0xde30             // =56880
;;       80:       movk w0, #0xb, lsl #16
;;       84:       ret
;;   ...
;; sum:
;;       a0:       mov x14, #0x900000000       // =38654705664
;;       a4:       add x14, x0, x14
;;       a8:       mov w15, #0x4               // =4
;;       ac:       movk w15, #0x1, lsl #16
;;       b0:       add x14, x14, x15
;;       b4:       mov w0, #0x0                // =0
;;       b8:       mov w9, #0xfffc             // =65532
;;       bc:       movk w9, #0xfffe, lsl #16
;;       c0:       ldr w15, [x14, w9, sxtw]
;;       c4:       add w9, w9, #0x4
;;       c8:       add w0, w0, w15
;;       cc:       cbnz w9, 0xc0 <sum+0x20>
;;       d0:       ret
;;   ...
