;; pass: copies
;; A comparison's result is a byte whose upper bits are zero, so it is not extended again, and what a call needs is
;; read where it is.
(module
  (memory 1)
  (func $below (param i32 i32 i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.shl (i32.lt_u (local.get 1) (local.get 2)) (i32.const 2)))))
  (func $half (param $at i32) (result i32)
    (i32.and (i32.load16_u (local.get $at)) (i32.const 0xffff)))
  (func $sum (param $at i32) (param $n i32) (result i32)
    (local $sum i32) (local $next i32)
    (loop $loop
      (local.set $next (i32.load (local.get $at)))
      (local.set $sum (i32.add (i32.mul (local.get $sum) (local.get $next)) (local.get $next)))
      (local.set $at (local.get $next))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $loop (i32.lt_u (local.get $n) (local.get $sum))))
    (local.get $sum)))
;; ----
;; without copies
;; below:
;;        0:       cmp w2, w3
;;        4:       cset x9, lo
;;        8:       add w9, w1, w9, uxtb #2
;;        c:       ldr w0, [x0, w9, uxtw]
;;       10:       ret
;;   ...
;; half:
;;       20:       ldrh w4, [x0, w1, uxtw]
;;       24:       and w0, w4, #0xffff
;;       28:       ret
;;       2c:       udf #0x0
;; sum:
;;       30:       mov x13, x0
;;       34:       mov w0, #0x0                // =0
;;       38:       ldr w1, [x13, w1, uxtw]
;;       3c:       sub w2, w2, #0x1
;;       40:       madd w0, w0, w1, w1
;;       44:       cmp w2, w0
;;       48:       b.lo 0x38 <sum+0x8>
;;       4c:       ret

;; with copies
;; below:
;;        0:       cmp w2, w3
;;        4:       cset x9, lo
;;        8:       add w9, w1, w9, lsl #2
;;        c:       ldr w0, [x0, w9, uxtw]
;;       10:       ret
;;   ...
;; half:
;;       20:       ldrh w0, [x0, w1, uxtw]
;;       24:       ret
;;   ...
;; sum:
;;       30:       mov x13, x0
;;       34:       mov w0, #0x0                // =0
;;       38:       ldr w1, [x13, w1, uxtw]
;;       3c:       sub w2, w2, #0x1
;;       40:       madd w0, w0, w1, w1
;;       44:       cmp w2, w0
;;       48:       b.lo 0x38 <sum+0x8>
;;       4c:       ret
