;; Shuffles of bytes: masks for which there is an instruction with either operand first or one alone, single lanes, and
;; lookups in tables of one vector or of two. Lanes in memory go to vector registers at once.
(module
  (memory 1)
  (func $even_swapped (param v128 v128) (result v128)
    (i8x16.shuffle 16 17 18 19 0 1 2 3 24 25 26 27 8 9 10 11 (local.get 0) (local.get 1)))
  (func $even_of_one (param v128 v128) (result v128)
    (i8x16.shuffle 16 17 18 19 16 17 18 19 24 25 26 27 24 25 26 27 (local.get 0) (local.get 1)))
  (func $rotated (param v128) (result v128)
    (i8x16.shuffle 12 13 14 15 0 1 2 3 4 5 6 7 8 9 10 11 (local.get 0) (local.get 0)))
  (func $low_and_high (param v128 v128) (result v128)
    (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get 0) (local.get 1)))
  (func $one_lane (param v128 v128) (result v128)
    (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 12 13 14 15 (local.get 0) (local.get 1)))
  (func $with_zeros (param v128) (result v128)
    (i8x16.shuffle 3 16 16 16 2 16 16 16 1 16 16 16 0 16 16 16 (local.get 0) (v128.const i32x4 0 0 0 0)))
  (func $of_one (param v128) (result v128)
    (i8x16.shuffle 3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 (local.get 0) (local.get 0)))
  (func $of_two (param v128 v128) (result v128)
    (i8x16.shuffle 3 17 4 17 5 9 18 22 5 3 21 8 9 7 25 19 (local.get 0) (local.get 1)))
  (func $lanes_in_memory (param i32 v128) (result v128)
    (v128.load64_lane 1 (local.get 0)
      (v128.load16_lane offset=8 2 (local.get 0) (local.get 1))))
  (func $lane_to_memory (param i32 v128)
    (v128.store32_lane 3 (local.get 0) (local.get 1))))
;; ----
;; even_swapped:
;;        0:       trn1 v0.4s, v1.4s, v0.4s
;;        4:       ret
;;   ...
;; even_of_one:
;;       10:       trn1 v0.4s, v1.4s, v1.4s
;;       14:       ret
;;   ...
;; rotated:
;;       20:       ext v0.16b, v0.16b, v0.16b, #0xc
;;       24:       ret
;;   ...
;; low_and_high:
;;       30:       mov v4.16b, v0.16b
;;       34:       mov v0.16b, v1.16b
;;       38:       mov v0.d[0], v4.d[0]
;;       3c:       ret
;; one_lane:
;;       40:       mov v0.s[1], v1.s[0]
;;       44:       ret
;;   ...
;; with_zeros:
;;       50:       ldr q3, 0x64 <with_zeros+0x14>
;;       54:       tbl v0.16b, { v0.16b }, v3.16b
;;       58:       ret
;;   ...
;;       64: 03 ff ff ff   .word 0xffffff03
;;       68: 02 ff ff ff   .word 0xffffff02
;;       6c: 01 ff ff ff   .word 0xffffff01
;;       70: 00 ff ff ff   .word 0xffffff00
;;   ...
;; of_one:
;;       80:       ldr q3, 0x94 <of_one+0x14>
;;       84:       tbl v0.16b, { v0.16b }, v3.16b
;;       88:       ret
;;   ...
;;       94: 03 01 04 01   .word 0x01040103
;;       98: 05 09 02 06   .word 0x06020905
;;       9c: 05 03 05 08   .word 0x08050305
;;       a0: 09 07 09 03   .word 0x03090709
;;   ...
;; of_two:
;;       b0:       ldr q3, 0xc4 <of_two+0x14>
;;       b4:       mov v30.16b, v0.16b
;;       b8:       mov v31.16b, v1.16b
;;       bc:       tbl v0.16b, { v30.16b, v31.16b }, v3.16b
;;       c0:       ret
;;       c4: 03 11 04 11   .word 0x11041103
;;       c8: 05 09 12 16   .word 0x16120905
;;       cc: 05 03 15 08   .word 0x08150305
;;       d0: 09 07 19 13   .word 0x13190709
;;   ...
;; lanes_in_memory:
;;       e0:       add x8, x0, w1, uxtw
;;       e4:       ldr h16, [x8, #0x8]
;;       e8:       ldr d17, [x8]
;;       ec:       mov v0.h[2], v16.h[0]
;;       f0:       mov v0.d[1], v17.d[0]
;;       f4:       ret
;;   ...
;; lane_to_memory:
;;      100:       mov s4, v0.s[3]
;;      104:       str s4, [x0, w1, uxtw]
;;      108:       ret
;;      10c:       udf #0x0
