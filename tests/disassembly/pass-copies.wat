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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       cmp w2, w3
;;        c:       cset x9, lo
;;       10:       add w9, w1, w9, uxtb #2
;;       14:       ldr w0, [x0, w9, uxtw]
;;       18:       ldp x29, x30, [sp], #0x10
;;       1c:       ret
;;   ...
;; half:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       ldrh w4, [x0, w1, uxtw]
;;       3c:       and w0, w4, #0xffff
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
;; sum:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x11, x0
;;       5c:       mov w0, #0x0                // =0
;;       60:       mov x13, x11
;;       64:       ldr w1, [x13, w1, uxtw]
;;       68:       sub w2, w2, #0x1
;;       6c:       madd w0, w0, w1, w1
;;       70:       cmp w2, w0
;;       74:       b.lo 0x64 <sum+0x14>
;;       78:       ldp x29, x30, [sp], #0x10
;;       7c:       ret

;; with copies
;; below:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       cmp w2, w3
;;        c:       cset x9, lo
;;       10:       add w9, w1, w9, lsl #2
;;       14:       ldr w0, [x0, w9, uxtw]
;;       18:       ldp x29, x30, [sp], #0x10
;;       1c:       ret
;;   ...
;; half:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       ldrh w4, [x0, w1, uxtw]
;;       3c:       mov x0, x4
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
;; sum:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x13, x0
;;       5c:       mov w0, #0x0                // =0
;;       60:       ldr w1, [x13, w1, uxtw]
;;       64:       sub w2, w2, #0x1
;;       68:       madd w0, w0, w1, w1
;;       6c:       cmp w2, w0
;;       70:       b.lo 0x60 <sum+0x10>
;;       74:       ldp x29, x30, [sp], #0x10
;;       78:       ret
;;       7c:       udf #0x0
