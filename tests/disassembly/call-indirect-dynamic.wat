;; Other tables hold references: null traps as the type is read, whose number is compared; then code and context.
(module
    (type $t (func (param i32) (result i32)))
    (table 2 funcref)
    (func $set (param funcref) (table.set (i32.const 0) (local.get 0)))
    (func $call (param i32 i32) (result i32) (call_indirect (type $t) (local.get 0) (local.get 1))))
;; ----
;; set:
;;        0:       ldur x3, [x0, #-0x20]
;;        4:       str x1, [x3]
;;        8:       ret
;;   ...
;; call:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       mov w10, w2
;;       2c:       cmp x10, #0x2
;;       30:       b.hs 0x58 <call+0x38>
;;       34:       ldur x12, [x0, #-0x20]
;;       38:       ldr x12, [x12, w2, uxtw #3]
;;       3c:       ldr w13, [x12, #0x10]
;;       40:       cmp w13, #0x6
;;       44:       b.ne 0x5c <call+0x3c>
;;       48:       ldp x14, x0, [x12]
;;       4c:       blr x14
;;       50:       ldp x29, x30, [sp], #0x10
;;       54:       ret
;;       58:       udf #0xc11f
;;       5c:       udf #0xc11f
;;   ...
