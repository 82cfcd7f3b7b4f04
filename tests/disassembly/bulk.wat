;; The kernel checks bulk operations; lengths and addresses are extended with zeros.
(module
    (memory 1)
    (table 1 externref)
    (data $d "abc")
    (func (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
    (func (param i32 i32 i32) (table.copy (local.get 0) (local.get 1) (local.get 2))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x11, x2
;;        c:       ldur x10, [x0, #-0x18]
;;       10:       mov x14, x0
;;       14:       mov w2, w3
;;       18:       mov x13, x11
;;       1c:       add x11, x2, w11, uxtw
;;       20:       cmp x11, x10
;;       24:       b.hi 0x4c <func[0]+0x4c>
;;       28:       add x12, x2, w1, uxtw
;;       2c:       cmp x12, x10
;;       30:       b.hi 0x50 <func[0]+0x50>
;;       34:       mov x3, x14
;;       38:       add x0, x14, w1, uxtw
;;       3c:       add x1, x14, w13, uxtw
;;       40:       bl 0x40 <func[0]+0x40>
;;   0000000000000040:  R_AARCH64_CALL26 memmove
;;       44:       ldp x29, x30, [sp], #0x10
;;       48:       ret
;;       4c:       udf #0xc11f
;;       50:       udf #0xc11f
;;   ...
;; func[1]:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       mov x10, x2
;;       6c:       ldur x8, [x0, #-0x18]
;;       70:       mov w2, w3
;;       74:       add x9, x2, w1, uxtw
;;       78:       cmp x9, x8
;;       7c:       b.hi 0x94 <func[1]+0x34>
;;       80:       add x0, x0, w1, uxtw
;;       84:       mov x1, x10
;;       88:       bl 0x88 <func[1]+0x28>
;;   0000000000000088:  R_AARCH64_CALL26 memset
;;       8c:       ldp x29, x30, [sp], #0x10
;;       90:       ret
;;       94:       udf #0xc11f
;;   ...
;; func[2]:
;;       a0:       stp x29, x30, [sp, #-0x10]!
;;       a4:       mov x29, sp
;;       a8:       mov x12, x3
;;       ac:       mov x13, x2
;;       b0:       mov w2, #0x0                // =0
;;       b4:       mov w3, w1
;;       b8:       mov w4, w13
;;       bc:       mov w5, w12
;;       c0:       mov x1, x2
;;       c4:       bl 0xc4 <func[2]+0x24>
;;   00000000000000c4:  R_AARCH64_CALL26 sinter_memory_init
;;       c8:       ldp x29, x30, [sp], #0x10
;;       cc:       ret
;; func[3]:
;;       d0:       stp x29, x30, [sp, #-0x10]!
;;       d4:       mov x29, sp
;;       d8:       mov x12, x3
;;       dc:       mov x13, x2
;;       e0:       mov w2, #0x0                // =0
;;       e4:       mov w3, w1
;;       e8:       mov w4, w13
;;       ec:       mov w5, w12
;;       f0:       mov x1, x2
;;       f4:       bl 0xf4 <func[3]+0x24>
;;   00000000000000f4:  R_AARCH64_CALL26 sinter_table_copy
;;       f8:       ldp x29, x30, [sp], #0x10
;;       fc:       ret
