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
;;       30:       lsr w4, w2, #3
;;       34:       sub w0, w1, w4
;;       38:       ret
;;   ...
;; products:
;;       50:       mul v5.4s, v1.4s, v2.4s
;;       54:       add v0.4s, v0.4s, v5.4s
;;       58:       ret
;;   ...
;; wide_products:
;;       70:       smull v5.4s, v1.4h, v2.4h
;;       74:       sub v0.4s, v0.4s, v5.4s
;;       78:       ret
;;   ...
;; lane:
;;       90:       mov s4, v1.s[2]
;;       94:       mov v0.s[1], v4.s[0]
;;       98:       ret
;;   ...

;; with folds
;; rotations:
;;        0:       ror w7, w1, #0xb
;;        4:       eor w6, w7, w1, ror #6
;;        8:       ror w7, w1, #0x19
;;        c:       eor w0, w6, w7
;;       10:       ret
;;   ...
;; difference:
;;       30:       lsr w4, w2, #3
;;       34:       sub w0, w1, w4
;;       38:       ret
;;   ...
;; products:
;;       50:       mul v5.4s, v1.4s, v2.4s
;;       54:       add v0.4s, v0.4s, v5.4s
;;       58:       ret
;;   ...
;; wide_products:
;;       70:       smull v5.4s, v1.4h, v2.4h
;;       74:       sub v0.4s, v0.4s, v5.4s
;;       78:       ret
;;   ...
;; lane:
;;       90:       mov s4, v1.s[2]
;;       94:       mov v0.s[1], v4.s[0]
;;       98:       ret
;;   ...
