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
;;        8:       mov x13, x2
;;        c:       ldur x10, [x0, #-0x18]
;;       10:       mov x14, x0
;;       14:       mov w2, w3
;;       18:       add x11, x2, w13, uxtw
;;       1c:       cmp x11, x10
;;       20:       b.hi 0x44 <func[0]+0x44>
;;       24:       add x12, x2, w1, uxtw
;;       28:       cmp x12, x10
;;       2c:       b.hi 0x48 <func[0]+0x48>
;;       30:       add x0, x14, w1, uxtw
;;       34:       add x1, x14, w13, uxtw
;;       38:       bl 0x38 <func[0]+0x38>
;;   0000000000000038:  R_AARCH64_CALL26 memmove
;;       3c:       ldp x29, x30, [sp], #0x10
;;       40:       ret
;;       44:       udf #0xc11f
;;       48:       udf #0xc11f
;;       4c:       udf #0x0
;; func[1]:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x10, x2
;;       5c:       ldur x8, [x0, #-0x18]
;;       60:       mov w2, w3
;;       64:       add x9, x2, w1, uxtw
;;       68:       cmp x9, x8
;;       6c:       b.hi 0x84 <func[1]+0x34>
;;       70:       add x0, x0, w1, uxtw
;;       74:       mov x1, x10
;;       78:       bl 0x78 <func[1]+0x28>
;;   0000000000000078:  R_AARCH64_CALL26 memset
;;       7c:       ldp x29, x30, [sp], #0x10
;;       80:       ret
;;       84:       udf #0xc11f
;;   ...
;; func[2]:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov x12, x3
;;       9c:       mov x13, x2
;;       a0:       mov w2, #0x0                // =0
;;       a4:       mov w3, w1
;;       a8:       mov w4, w13
;;       ac:       mov w5, w12
;;       b0:       mov x1, x2
;;       b4:       bl 0xb4 <func[2]+0x24>
;;   00000000000000b4:  R_AARCH64_CALL26 sinter_memory_init
;;       b8:       ldp x29, x30, [sp], #0x10
;;       bc:       ret
;; func[3]:
;;       c0:       stp x29, x30, [sp, #-0x10]!
;;       c4:       mov x29, sp
;;       c8:       mov x12, x3
;;       cc:       mov x13, x2
;;       d0:       mov w2, #0x0                // =0
;;       d4:       mov w3, w1
;;       d8:       mov w4, w13
;;       dc:       mov w5, w12
;;       e0:       mov x1, x2
;;       e4:       bl 0xe4 <func[3]+0x24>
;;   00000000000000e4:  R_AARCH64_CALL26 sinter_table_copy
;;       e8:       ldp x29, x30, [sp], #0x10
;;       ec:       ret
