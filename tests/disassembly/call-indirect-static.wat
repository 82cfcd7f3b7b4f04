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
;;       20:       mov w0, #0x2                // =2
;;       24:       ret
;;   ...
;; call:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov w10, w2
;;       4c:       cmp x10, #0x3
;;       50:       b.hs 0x88 <call+0x48>
;;       54:       adrp x12, 0x0 <one>
;;   0000000000000054:  R_AARCH64_ADR_PREL_PG_HI21 .data.rel.ro.wasm
;;       58:       add x12, x12, #0x0
;;   0000000000000058:  R_AARCH64_ADD_ABS_LO12_NC .data.rel.ro.wasm
;;       5c:       lsl x13, x10, #4
;;       60:       add x14, x12, x10, lsl #4
;;       64:       ldr x14, [x14, #0x8]
;;       68:       cmp x14, #0x7
;;       6c:       b.ne 0x80 <call+0x40>
;;       70:       ldr x14, [x12, x13]
;;       74:       blr x14
;;       78:       ldp x29, x30, [sp], #0x10
;;       7c:       ret
;;       80:       cbnz x14, 0x8c <call+0x4c>
;;       84:       udf #0xc11f
;;       88:       udf #0xc11f
;;       8c:       udf #0xc11f
