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
;;       28:       mov x1, x2
;;       2c:       b.ne 0x10 <dot+0x10>
;;       30:       ret
;;   ...
;; fill:
;;       40:       mov x13, x0
;;       44:       mov x7, #0xffffffff         // =4294967295
;;       48:       mov w8, #0xde30             // =56880
;;       4c:       movk w8, #0xb, lsl #16
;;       50:       mov w0, #0x0                // =0
;;       54:       str w7, [x13, w0, uxtw]
;;       58:       add w0, w0, #0x4
;;       5c:       cmp w0, w8
;;       60:       b.ne 0x54 <fill+0x14>
;;       64:       ret
;;   ...
;; sum:
;;       70:       mov w5, #0x0                // =0
;;       74:       mov x1, x5
;;       78:       ldr w9, [x0, w1, uxtw]
;;       7c:       cmp w1, #0x10, lsl #12      // =0x10000
;;       80:       b.eq 0x90 <sum+0x20>
;;       84:       add w5, w5, w9
;;       88:       add w1, w1, #0x4
;;       8c:       b 0x78 <sum+0x8>
;;       90:       add w0, w5, w9
;;       94:       ret
;;   ...

;; with counters
;; dot:
;;        0:       mov x5, #0x900000000        // =38654705664
;;        4:       add x5, x0, x5
;;        8:       add x0, x5, w3, sxtw
;;        c:       add x0, x0, #0x8
;;       10:       movi v0.2s, #0x0
;;       14:       add w3, w3, #0x8
;;       18:       sub w12, w1, w3
;;       1c:       sub w2, w2, w12
;;       20:       add x1, x5, w2, sxtw
;;       24:       ldr d21, [x0, w12, sxtw]
;;       28:       ldr d22, [x1, w12, sxtw]
;;       2c:       add w12, w12, #0x8
;;       30:       fmul d21, d21, d22
;;       34:       fadd d0, d0, d21
;;       38:       cbnz w12, 0x24 <dot+0x24>
;;       3c:       ret
;; fill:
;;       40:       mov x13, #0x900000000       // =38654705664
;;       44:       add x13, x0, x13
;;       48:       mov w14, #0xde30            // =56880
;;       4c:       movk w14, #0xb, lsl #16
;;       50:       add x13, x13, x14
;;       54:       mov x14, #0xffffffff        // =4294967295
;;       58:       mov w8, #0x21d0             // =8656
;;       5c:       movk w8, #0xfff4, lsl #16
;;       60:       str w14, [x13, w8, sxtw]
;;       64:       add w8, w8, #0x4
;;       68:       cbnz w8, 0x60 <fill+0x20>
;;       6c:       mov w0, #0xde30             // =56880
;;       70:       movk w0, #0xb, lsl #16
;;       74:       ret
;;   ...
;; sum:
;;       80:       mov x14, #0x900000000       // =38654705664
;;       84:       add x14, x0, x14
;;       88:       mov w15, #0x4               // =4
;;       8c:       movk w15, #0x1, lsl #16
;;       90:       add x14, x14, x15
;;       94:       mov w0, #0x0                // =0
;;       98:       mov w9, #0xfffc             // =65532
;;       9c:       movk w9, #0xfffe, lsl #16
;;       a0:       ldr w15, [x14, w9, sxtw]
;;       a4:       add w9, w9, #0x4
;;       a8:       add w0, w0, w15
;;       ac:       cbnz w9, 0xa0 <sum+0x20>
;;       b0:       ret
;;   ...
