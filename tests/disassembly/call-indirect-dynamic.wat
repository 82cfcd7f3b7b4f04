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
;;        c:       udf #0x0
;; call:
;;       10:       stp x29, x30, [sp, #-0x10]!
;;       14:       mov x29, sp
;;       18:       mov w10, w2
;;       1c:       cmp x10, #0x2
;;       20:       b.hs 0x48 <call+0x38>
;;       24:       ldur x12, [x0, #-0x20]
;;       28:       ldr x12, [x12, w2, uxtw #3]
;;       2c:       ldr w13, [x12, #0x10]
;;       30:       cmp w13, #0x6
;;       34:       b.ne 0x4c <call+0x3c>
;;       38:       ldp x14, x0, [x12]
;;       3c:       blr x14
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;       48:       udf #0xc11f
;;       4c:       udf #0xc11f
