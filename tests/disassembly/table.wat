;; Elements are read and written behind a comparison with the table's length, which is a constant if it cannot change.
(module
    (table $fixed 10 externref)
    (table $growing 10 externref)
    (func (param i32) (result externref) (table.get $fixed (local.get 0)))
    (func (param i32 externref) (table.set $growing (local.get 0) (local.get 1)))
    (func (param externref i32) (result i32) (table.grow $growing (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov w5, w1
;;        c:       cmp x5, #0xa
;;       10:       b.hs 0x24 <func[0]+0x24>
;;       14:       ldur x7, [x0, #-0x20]
;;       18:       ldr x0, [x7, w1, uxtw #3]
;;       1c:       ldp x29, x30, [sp], #0x10
;;       20:       ret
;;       24:       udf #0xc11f
;;   ...
;; func[1]:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       ldp x6, x7, [x0, #-0x30]
;;       3c:       mov w8, w1
;;       40:       cmp x8, x7
;;       44:       b.hs 0x54 <func[1]+0x24>
;;       48:       str x2, [x6, w1, uxtw #3]
;;       4c:       ldp x29, x30, [sp], #0x10
;;       50:       ret
;;       54:       udf #0xc11f
;;   ...
;; func[2]:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       mov x3, x1
;;       6c:       mov w1, #0x1                // =1
;;       70:       mov w2, w2
;;       74:       bl 0x74 <func[2]+0x14>
;;   0000000000000074:  R_AARCH64_CALL26 sinter_table_grow
;;       78:       ldp x29, x30, [sp], #0x10
;;       7c:       ret
