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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       trn1 v0.4s, v1.4s, v0.4s
;;        c:       ldp x29, x30, [sp], #0x10
;;       10:       ret
;;   ...
;; even_of_one:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       trn1 v0.4s, v1.4s, v1.4s
;;       2c:       ldp x29, x30, [sp], #0x10
;;       30:       ret
;;   ...
;; rotated:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       ext v0.16b, v0.16b, v0.16b, #0xc
;;       4c:       ldp x29, x30, [sp], #0x10
;;       50:       ret
;;   ...
;; low_and_high:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       mov v4.16b, v0.16b
;;       6c:       mov v0.16b, v1.16b
;;       70:       mov v0.d[0], v4.d[0]
;;       74:       ldp x29, x30, [sp], #0x10
;;       78:       ret
;;       7c:       udf #0x0
;; one_lane:
;;       80:       stp x29, x30, [sp, #-0x10]!
;;       84:       mov x29, sp
;;       88:       mov v0.s[1], v1.s[0]
;;       8c:       ldp x29, x30, [sp], #0x10
;;       90:       ret
;;   ...
;; with_zeros:
;;       a0:       stp x29, x30, [sp, #-0x10]!
;;       a4:       mov x29, sp
;;       a8:       ldr q3, 0xc0 <with_zeros+0x20>
;;       ac:       tbl v0.16b, { v0.16b }, v3.16b
;;       b0:       ldp x29, x30, [sp], #0x10
;;       b4:       ret
;;   ...
;;       c0: 03 ff ff ff   .word 0xffffff03
;;       c4: 02 ff ff ff   .word 0xffffff02
;;       c8: 01 ff ff ff   .word 0xffffff01
;;       cc: 00 ff ff ff   .word 0xffffff00
;; of_one:
;;       d0:       stp x29, x30, [sp, #-0x10]!
;;       d4:       mov x29, sp
;;       d8:       ldr q3, 0xf0 <of_one+0x20>
;;       dc:       tbl v0.16b, { v0.16b }, v3.16b
;;       e0:       ldp x29, x30, [sp], #0x10
;;       e4:       ret
;;   ...
;;       f0: 03 01 04 01   .word 0x01040103
;;       f4: 05 09 02 06   .word 0x06020905
;;       f8: 05 03 05 08   .word 0x08050305
;;       fc: 09 07 09 03   .word 0x03090709
;; of_two:
;;      100:       stp x29, x30, [sp, #-0x10]!
;;      104:       mov x29, sp
;;      108:       ldr q3, 0x120 <of_two+0x20>
;;      10c:       mov v30.16b, v0.16b
;;      110:       mov v31.16b, v1.16b
;;      114:       tbl v0.16b, { v30.16b, v31.16b }, v3.16b
;;      118:       ldp x29, x30, [sp], #0x10
;;      11c:       ret
;;      120: 03 11 04 11   .word 0x11041103
;;      124: 05 09 12 16   .word 0x16120905
;;      128: 05 03 15 08   .word 0x08150305
;;      12c: 09 07 19 13   .word 0x13190709
;; lanes_in_memory:
;;      130:       stp x29, x30, [sp, #-0x10]!
;;      134:       mov x29, sp
;;      138:       add x8, x0, w1, uxtw
;;      13c:       ldr h16, [x8, #0x8]
;;      140:       ldr d17, [x8]
;;      144:       mov v0.h[2], v16.h[0]
;;      148:       mov v0.d[1], v17.d[0]
;;      14c:       ldp x29, x30, [sp], #0x10
;;      150:       ret
;;   ...
;; lane_to_memory:
;;      160:       stp x29, x30, [sp, #-0x10]!
;;      164:       mov x29, sp
;;      168:       mov s4, v0.s[3]
;;      16c:       str s4, [x0, w1, uxtw]
;;      170:       ldp x29, x30, [sp], #0x10
;;      174:       ret
;;   ...
