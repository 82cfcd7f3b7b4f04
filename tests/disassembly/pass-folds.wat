;; pass: folds
;; Rotations as operands, a branch on a condition, sums of products of vectors, and a lane from one vector to another.
(module
  (func $rotations (param i32) (result i32)
    (i32.xor
      (i32.xor (i32.rotl (local.get 0) (i32.const 26)) (i32.rotl (local.get 0) (i32.const 21)))
      (i32.rotl (local.get 0) (i32.const 7))))
  (func $difference (param i32 i32) (result i32)
    (i32.sub (local.get 0) (i32.shr_u (local.get 1) (i32.const 3))))
  (func $products (param v128 v128 v128) (result v128)
    (i32x4.add (local.get 0) (i32x4.mul (local.get 1) (local.get 2))))
  (func $wide_products (param v128 v128 v128) (result v128)
    (i32x4.sub (local.get 0) (i32x4.extmul_low_i16x8_s (local.get 1) (local.get 2))))
  (func $lane (param v128 v128) (result v128)
    (f32x4.replace_lane 1 (local.get 0) (f32x4.extract_lane 2 (local.get 1)))))
;; ----
;; without folds
;; rotations:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       ror w6, w1, #0x6
;;        c:       ror w7, w1, #0xb
;;       10:       eor w6, w6, w7
;;       14:       ror w7, w1, #0x19
;;       18:       eor w0, w6, w7
;;       1c:       ldp x29, x30, [sp], #0x10
;;       20:       ret
;;   ...
;; difference:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       lsr w4, w2, #3
;;       3c:       sub w0, w1, w4
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
;; products:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mul v5.4s, v1.4s, v2.4s
;;       5c:       add v0.4s, v0.4s, v5.4s
;;       60:       ldp x29, x30, [sp], #0x10
;;       64:       ret
;;   ...
;; wide_products:
;;       70:       stp x29, x30, [sp, #-0x10]!
;;       74:       mov x29, sp
;;       78:       smull v5.4s, v1.4h, v2.4h
;;       7c:       sub v0.4s, v0.4s, v5.4s
;;       80:       ldp x29, x30, [sp], #0x10
;;       84:       ret
;;   ...
;; lane:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov s4, v1.s[2]
;;       9c:       mov v0.s[1], v4.s[0]
;;       a0:       ldp x29, x30, [sp], #0x10
;;       a4:       ret
;;   ...

;; with folds
;; rotations:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       ror w7, w1, #0xb
;;        c:       eor w6, w7, w1, ror #6
;;       10:       ror w7, w1, #0x19
;;       14:       eor w0, w6, w7
;;       18:       ldp x29, x30, [sp], #0x10
;;       1c:       ret
;;   ...
;; difference:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       lsr w4, w2, #3
;;       3c:       sub w0, w1, w4
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
;; products:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mul v5.4s, v1.4s, v2.4s
;;       5c:       add v0.4s, v0.4s, v5.4s
;;       60:       ldp x29, x30, [sp], #0x10
;;       64:       ret
;;   ...
;; wide_products:
;;       70:       stp x29, x30, [sp, #-0x10]!
;;       74:       mov x29, sp
;;       78:       smull v5.4s, v1.4h, v2.4h
;;       7c:       sub v0.4s, v0.4s, v5.4s
;;       80:       ldp x29, x30, [sp], #0x10
;;       84:       ret
;;   ...
;; lane:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov s4, v1.s[2]
;;       9c:       mov v0.s[1], v4.s[0]
;;       a0:       ldp x29, x30, [sp], #0x10
;;       a4:       ret
;;   ...
