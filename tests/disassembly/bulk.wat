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
;;        8:       mov x12, x3
;;        c:       mov x13, x2
;;       10:       mov w2, #0x0                // =0
;;       14:       mov w3, w1
;;       18:       mov w4, w13
;;       1c:       mov w5, w12
;;       20:       mov x1, x2
;;       24:       bl 0x24 <func[0]+0x24>
;;   0000000000000024:  R_AARCH64_CALL26 sinter_memory_copy
;;       28:       ldp x29, x30, [sp], #0x10
;;       2c:       ret
;; func[1]:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       mov x9, x2
;;       3c:       mov w7, #0x0                // =0
;;       40:       mov w2, w1
;;       44:       mov w4, w3
;;       48:       mov x1, x7
;;       4c:       mov x3, x9
;;       50:       bl 0x50 <func[1]+0x20>
;;   0000000000000050:  R_AARCH64_CALL26 sinter_memory_fill
;;       54:       ldp x29, x30, [sp], #0x10
;;       58:       ret
;;       5c:       udf #0x0
;; func[2]:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       mov x12, x3
;;       6c:       mov x13, x2
;;       70:       mov w2, #0x0                // =0
;;       74:       mov w3, w1
;;       78:       mov w4, w13
;;       7c:       mov w5, w12
;;       80:       mov x1, x2
;;       84:       bl 0x84 <func[2]+0x24>
;;   0000000000000084:  R_AARCH64_CALL26 sinter_memory_init
;;       88:       ldp x29, x30, [sp], #0x10
;;       8c:       ret
;; func[3]:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov x12, x3
;;       9c:       mov x13, x2
;;       a0:       mov w2, #0x0                // =0
;;       a4:       mov w3, w1
;;       a8:       mov w4, w13
;;       ac:       mov w5, w12
;;       b0:       mov x1, x2
;;       b4:       bl 0xb4 <func[3]+0x24>
;;   00000000000000b4:  R_AARCH64_CALL26 sinter_table_copy
;;       b8:       ldp x29, x30, [sp], #0x10
;;       bc:       ret
