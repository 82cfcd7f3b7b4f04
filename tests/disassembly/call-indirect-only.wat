;; A table that nothing can change: the only function of a type is called directly, and a table of one type needs no
;; comparison of types.
(module
    (type $only (func (param i32) (result i32)))
    (type $same (func (result i32)))
    (table $mixed 2 2 funcref)
    (table $alike 2 2 funcref)
    (elem (table $mixed) (i32.const 0) func $one $two)
    (elem (table $alike) (i32.const 0) func $two $three)
    (func $one (param i32) (result i32) (local.get 0))
    (func $two (result i32) (i32.const 2))
    (func $three (result i32) (i32.const 3))
    (func $call-only (param i32 i32) (result i32)
        (call_indirect $mixed (type $only) (local.get 0) (local.get 1)))
    (func $call-alike (param i32) (result i32)
        (call_indirect $alike (type $same) (local.get 0))))
;; ----
;; one:
;;        0:       mov x0, x1
;;        4:       ret
;;   ...
;; two:
;;       10:       mov w0, #0x2                // =2
;;       14:       ret
;;   ...
;; three:
;;       20:       mov w0, #0x3                // =3
;;       24:       ret
;;   ...
;; call-only:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       cbnz w2, 0x48 <call-only+0x18>
;;       3c:       bl 0x0 <one>
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;       48:       mov w12, w2
;;       4c:       cmp x12, #0x2
;;       50:       b.hs 0x80 <call-only+0x50>
;;       54:       adrp x14, 0x0 <one>
;;   0000000000000054:  R_AARCH64_ADR_PREL_PG_HI21 .data.rel.ro.wasm
;;       58:       add x14, x14, #0x0
;;   0000000000000058:  R_AARCH64_ADD_ABS_LO12_NC .data.rel.ro.wasm
;;       5c:       lsl x15, x12, #4
;;       60:       add x0, x14, x12, lsl #4
;;       64:       ldr x0, [x0, #0x8]
;;       68:       cmp x0, #0x7
;;       6c:       b.ne 0x78 <call-only+0x48>
;;       70:       ldr x0, [x14, x15]
;;       74:       udf #0xc11f
;;       78:       cbnz x0, 0x84 <call-only+0x54>
;;       7c:       udf #0xc11f
;;       80:       udf #0xc11f
;;       84:       udf #0xc11f
;;   ...
;; call-alike:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov w7, w1
;;       9c:       cmp x7, #0x2
;;       a0:       b.hs 0xc0 <call-alike+0x30>
;;       a4:       adrp x9, 0x0 <one>
;;   00000000000000a4:  R_AARCH64_ADR_PREL_PG_HI21 .data.rel.ro.wasm+0x20
;;       a8:       add x9, x9, #0x0
;;   00000000000000a8:  R_AARCH64_ADD_ABS_LO12_NC .data.rel.ro.wasm+0x20
;;       ac:       lsl x10, x7, #4
;;       b0:       ldr x9, [x9, x10]
;;       b4:       blr x9
;;       b8:       ldp x29, x30, [sp], #0x10
;;       bc:       ret
;;       c0:       udf #0xc11f
;;   ...
