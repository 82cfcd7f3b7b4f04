;; Elements are read and written behind a comparison with the table's length, which is a constant if it cannot change.
(module
    (table $fixed 10 externref)
    (table $growing 10 externref)
    (func (param i32) (result externref) (table.get $fixed (local.get 0)))
    (func (param i32 externref) (table.set $growing (local.get 0) (local.get 1)))
    (func (param externref i32) (result i32) (table.grow $growing (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       mov w5, w1
;;        4:       cmp x5, #0xa
;;        8:       b.hs 0x18 <func[0]+0x18>
;;        c:       ldur x7, [x0, #-0x20]
;;       10:       ldr x0, [x7, w1, uxtw #3]
;;       14:       ret
;;       18:       udf #0xc11f
;;       1c:       udf #0x0
;; func[1]:
;;       20:       ldp x6, x7, [x0, #-0x30]
;;       24:       mov w8, w1
;;       28:       cmp x8, x7
;;       2c:       b.hs 0x38 <func[1]+0x18>
;;       30:       str x2, [x6, w1, uxtw #3]
;;       34:       ret
;;       38:       udf #0xc11f
;;       3c:       udf #0x0
;; func[2]:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov x3, x1
;;       4c:       mov w1, #0x1                // =1
;;       50:       mov w2, w2
;;       54:       bl 0x54 <func[2]+0x14>
;;   0000000000000054:  R_AARCH64_CALL26 sinter_table_grow
;;       58:       ldp x29, x30, [sp], #0x10
;;       5c:       ret
