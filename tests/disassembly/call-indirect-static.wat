;; A table that nothing can change is constant data; its entries' types, plus one, are compared.
(module
    (type $t (func (param i32) (result i32)))
    (table 3 3 funcref)
    (elem (i32.const 0) $one $two $one)
    (func $one (param i32) (result i32) (i32.const 1))
    (func $two (result i32) (i32.const 2))
    (func $call (param i32 i32) (result i32) (call_indirect (type $t) (local.get 0) (local.get 1))))
;; ----
;; one:
;;        0:       mov w0, #0x1                // =1
;;        4:       ret
;;   ...
;; two:
;;       10:       mov w0, #0x2                // =2
;;       14:       ret
;;   ...
;; call:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       mov w10, w2
;;       2c:       cmp x10, #0x3
;;       30:       b.hs 0x68 <call+0x48>
;;       34:       adrp x12, 0x0 <one>
;;   0000000000000034:  R_AARCH64_ADR_PREL_PG_HI21 .data.rel.ro.wasm
;;       38:       add x12, x12, #0x0
;;   0000000000000038:  R_AARCH64_ADD_ABS_LO12_NC .data.rel.ro.wasm
;;       3c:       lsl x13, x10, #4
;;       40:       add x14, x12, x10, lsl #4
;;       44:       ldr x14, [x14, #0x8]
;;       48:       cmp x14, #0x7
;;       4c:       b.ne 0x60 <call+0x40>
;;       50:       ldr x14, [x12, x13]
;;       54:       blr x14
;;       58:       ldp x29, x30, [sp], #0x10
;;       5c:       ret
;;       60:       cbnz x14, 0x6c <call+0x4c>
;;       64:       udf #0xc11f
;;       68:       udf #0xc11f
;;       6c:       udf #0xc11f
