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
;;        0:       ror w6, w1, #0x6
;;        4:       ror w7, w1, #0xb
;;        8:       eor w6, w6, w7
;;        c:       ror w7, w1, #0x19
;;       10:       eor w0, w6, w7
;;       14:       ret
;;   ...
;; difference:
;;       20:       lsr w4, w2, #3
;;       24:       sub w0, w1, w4
;;       28:       ret
;;       2c:       udf #0x0
;; products:
;;       30:       mul v5.4s, v1.4s, v2.4s
;;       34:       add v0.4s, v0.4s, v5.4s
;;       38:       ret
;;       3c:       udf #0x0
;; wide_products:
;;       40:       smull v5.4s, v1.4h, v2.4h
;;       44:       sub v0.4s, v0.4s, v5.4s
;;       48:       ret
;;       4c:       udf #0x0
;; lane:
;;       50:       mov s4, v1.s[2]
;;       54:       mov v0.s[1], v4.s[0]
;;       58:       ret
;;       5c:       udf #0x0

;; with folds
;; rotations:
;;        0:       ror w7, w1, #0xb
;;        4:       eor w6, w7, w1, ror #6
;;        8:       eor w0, w6, w1, ror #25
;;        c:       ret
;; difference:
;;       10:       sub w0, w1, w2, lsr #3
;;       14:       ret
;;   ...
;; products:
;;       20:       mla v0.4s, v1.4s, v2.4s
;;       24:       ret
;;   ...
;; wide_products:
;;       30:       smlsl v0.4s, v1.4h, v2.4h
;;       34:       ret
;;   ...
;; lane:
;;       40:       mov v0.s[1], v1.s[2]
;;       44:       ret
;;   ...
