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
;;   ...
;; func[1]:
;;       30:       ldp x6, x7, [x0, #-0x30]
;;       34:       mov w8, w1
;;       38:       cmp x8, x7
;;       3c:       b.hs 0x48 <func[1]+0x18>
;;       40:       str x2, [x6, w1, uxtw #3]
;;       44:       ret
;;       48:       udf #0xc11f
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
