;; A call within a try_table is as any other, but its landing may follow it and no register is relied on there. A throw
;; within one is a jump.
(module
    (tag $t (param i32))
    (func $throw (param i32) (throw $t (local.get 0)))
    (func $catch (param i32) (result i32)
        (block $h (result i32)
            (try_table (catch $t $h) (call $throw (i32.const 1)))
            (return (local.get 0))))
    (func $local (param i32) (result i32)
        (block $h (result i32) (try_table (catch $t $h) (throw $t (local.get 0))) unreachable)))
;; ----
;; throw:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       stp x19, x20, [sp, #-0x10]!
;;        c:       mov x19, x3
;;       10:       mov x20, x2
;;       14:       mov w1, #0x1                // =1
;;       18:       mov x0, x2
;;       1c:       bl 0x1c <throw+0x1c>
;;   000000000000001c:  R_AARCH64_CALL26 sinter_exception_new
;;       20:       mov x2, x20
;;       24:       sub x5, x20, #0x20
;;       28:       str x5, [x0]
;;       2c:       mov x3, x19
;;       30:       str w19, [x0, #0x10]
;;       34:       mov x1, x0
;;       38:       mov x0, x20
;;       3c:       bl 0x3c <throw+0x3c>
;;   000000000000003c:  R_AARCH64_CALL26 sinter_throw
;;       40:       udf #0xc11f
;;   ...
;; catch:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       stp x27, x28, [sp, #-0x10]!
;;       5c:       stp x25, x26, [sp, #-0x10]!
;;       60:       stp x23, x24, [sp, #-0x10]!
;;       64:       stp x21, x22, [sp, #-0x10]!
;;       68:       stp x19, x20, [sp, #-0x10]!
;;       6c:       stp d14, d15, [sp, #-0x10]!
;;       70:       stp d12, d13, [sp, #-0x10]!
;;       74:       stp d10, d11, [sp, #-0x10]!
;;       78:       stp d8, d9, [sp, #-0x10]!
;;       7c:       sub sp, sp, #0x10
;;       80:       stp x2, x3, [sp]
;;       84:       mov w3, #0x1                // =1
;;       88:       bl 0x0 <throw>
;;       8c:       ldur x2, [sp, #0x8]
;;       90:       add sp, sp, #0x10
;;       94:       ldp d8, d9, [sp], #0x10
;;       98:       ldp d10, d11, [sp], #0x10
;;       9c:       ldp d12, d13, [sp], #0x10
;;       a0:       ldp d14, d15, [sp], #0x10
;;       a4:       ldp x19, x20, [sp], #0x10
;;       a8:       ldp x21, x22, [sp], #0x10
;;       ac:       ldp x23, x24, [sp], #0x10
;;       b0:       ldp x25, x26, [sp], #0x10
;;       b4:       ldp x27, x28, [sp], #0x10
;;       b8:       ldp x29, x30, [sp], #0x10
;;       bc:       ret
;;       c0:       ldr w2, [x1, #0x10]
;;       c4:       add sp, sp, #0x10
;;       c8:       ldp d8, d9, [sp], #0x10
;;       cc:       ldp d10, d11, [sp], #0x10
;;       d0:       ldp d12, d13, [sp], #0x10
;;       d4:       ldp d14, d15, [sp], #0x10
;;       d8:       ldp x19, x20, [sp], #0x10
;;       dc:       ldp x21, x22, [sp], #0x10
;;       e0:       ldp x23, x24, [sp], #0x10
;;       e4:       ldp x25, x26, [sp], #0x10
;;       e8:       ldp x27, x28, [sp], #0x10
;;       ec:       ldp x29, x30, [sp], #0x10
;;       f0:       ret
;;       f4:       mov x1, x0
;;       f8:       ldr x12, [x0]
;;       fc:       ldur x13, [sp]
;;      100:       sub x13, x13, #0x20
;;      104:       cmp x12, x13
;;      108:       b.eq 0xc0 <catch+0x70>
;;      10c:       ldur x0, [sp]
;;      110:       bl 0x110 <catch+0xc0>
;;   0000000000000110:  R_AARCH64_CALL26 sinter_throw
;;      114:       udf #0xc11f
;;   ...
;; local:
;;      120:       stp x29, x30, [sp, #-0x10]!
;;      124:       mov x29, sp
;;      128:       stp x19, x20, [sp, #-0x10]!
;;      12c:       mov x19, x3
;;      130:       mov x20, x2
;;      134:       mov w1, #0x1                // =1
;;      138:       mov x0, x2
;;      13c:       bl 0x13c <local+0x1c>
;;   000000000000013c:  R_AARCH64_CALL26 sinter_exception_new
;;      140:       mov x2, x20
;;      144:       sub x7, x20, #0x20
;;      148:       str x7, [x0]
;;      14c:       mov x3, x19
;;      150:       str w19, [x0, #0x10]
;;      154:       b 0x168 <local+0x48>
;;      158:       mov x2, x19
;;      15c:       ldp x19, x20, [sp], #0x10
;;      160:       ldp x29, x30, [sp], #0x10
;;      164:       ret
;;      168:       ldr x10, [x0]
;;      16c:       sub x11, x2, #0x20
;;      170:       cmp x10, x11
;;      174:       b.eq 0x158 <local+0x38>
;;      178:       mov x1, x0
;;      17c:       mov x0, x2
;;      180:       bl 0x180 <local+0x60>
;;   0000000000000180:  R_AARCH64_CALL26 sinter_throw
;;      184:       udf #0xc11f
;;   ...
