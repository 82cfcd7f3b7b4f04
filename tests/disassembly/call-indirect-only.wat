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
;;       20:       mov w0, #0x2                // =2
;;       24:       ret
;;   ...
;; three:
;;       40:       mov w0, #0x3                // =3
;;       44:       ret
;;   ...
;; call-only:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       cbnz w2, 0x78 <call-only+0x18>
;;       6c:       bl 0x0 <one>
;;       70:       ldp x29, x30, [sp], #0x10
;;       74:       ret
;;       78:       mov w12, w2
;;       7c:       cmp x12, #0x2
;;       80:       b.hs 0xb0 <call-only+0x50>
;;       84:       adrp x14, 0x0 <one>
;;   0000000000000084:  R_AARCH64_ADR_PREL_PG_HI21 .data.rel.ro.wasm
;;       88:       add x14, x14, #0x0
;;   0000000000000088:  R_AARCH64_ADD_ABS_LO12_NC .data.rel.ro.wasm
;;       8c:       lsl x15, x12, #4
;;       90:       add x0, x14, x12, lsl #4
;;       94:       ldr x0, [x0, #0x8]
;;       98:       cmp x0, #0x7
;;       9c:       b.ne 0xa8 <call-only+0x48>
;;       a0:       ldr x0, [x14, x15]
;;       a4:       udf #0xc11f
;;       a8:       cbnz x0, 0xb4 <call-only+0x54>
;;       ac:       udf #0xc11f
;;       b0:       udf #0xc11f
;;       b4:       udf #0xc11f
;;   ...
;; call-alike:
;;       c0:       stp x29, x30, [sp, #-0x10]!
;;       c4:       mov x29, sp
;;       c8:       mov w7, w1
;;       cc:       cmp x7, #0x2
;;       d0:       b.hs 0xf0 <call-alike+0x30>
;;       d4:       adrp x9, 0x0 <one>
;;   00000000000000d4:  R_AARCH64_ADR_PREL_PG_HI21 .data.rel.ro.wasm+0x20
;;       d8:       add x9, x9, #0x0
;;   00000000000000d8:  R_AARCH64_ADD_ABS_LO12_NC .data.rel.ro.wasm+0x20
;;       dc:       lsl x10, x7, #4
;;       e0:       ldr x9, [x9, x10]
;;       e4:       blr x9
;;       e8:       ldp x29, x30, [sp], #0x10
;;       ec:       ret
;;       f0:       udf #0xc11f
;;   ...
