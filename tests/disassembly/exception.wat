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
;;       20:       sub x5, x20, #0x20
;;       24:       str x5, [x0]
;;       28:       str w19, [x0, #0x10]
;;       2c:       mov x1, x0
;;       30:       mov x0, x20
;;       34:       bl 0x34 <throw+0x34>
;;   0000000000000034:  R_AARCH64_CALL26 sinter_throw
;;       38:       udf #0xc11f
;;       3c:       udf #0x0
;; catch:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       stp x27, x28, [sp, #-0x10]!
;;       4c:       stp x25, x26, [sp, #-0x10]!
;;       50:       stp x23, x24, [sp, #-0x10]!
;;       54:       stp x21, x22, [sp, #-0x10]!
;;       58:       stp x19, x20, [sp, #-0x10]!
;;       5c:       stp d14, d15, [sp, #-0x10]!
;;       60:       stp d12, d13, [sp, #-0x10]!
;;       64:       stp d10, d11, [sp, #-0x10]!
;;       68:       stp d8, d9, [sp, #-0x10]!
;;       6c:       sub sp, sp, #0x10
;;       70:       stur x2, [sp]
;;       74:       mov x19, x3
;;       78:       mov w3, #0x1                // =1
;;       7c:       bl 0x0 <throw>
;;       80:       mov x2, x19
;;       84:       add sp, sp, #0x10
;;       88:       ldp d8, d9, [sp], #0x10
;;       8c:       ldp d10, d11, [sp], #0x10
;;       90:       ldp d12, d13, [sp], #0x10
;;       94:       ldp d14, d15, [sp], #0x10
;;       98:       ldp x19, x20, [sp], #0x10
;;       9c:       ldp x21, x22, [sp], #0x10
;;       a0:       ldp x23, x24, [sp], #0x10
;;       a4:       ldp x25, x26, [sp], #0x10
;;       a8:       ldp x27, x28, [sp], #0x10
;;       ac:       ldp x29, x30, [sp], #0x10
;;       b0:       ret
;;       b4:       ldr w2, [x1, #0x10]
;;       b8:       add sp, sp, #0x10
;;       bc:       ldp d8, d9, [sp], #0x10
;;       c0:       ldp d10, d11, [sp], #0x10
;;       c4:       ldp d12, d13, [sp], #0x10
;;       c8:       ldp d14, d15, [sp], #0x10
;;       cc:       ldp x19, x20, [sp], #0x10
;;       d0:       ldp x21, x22, [sp], #0x10
;;       d4:       ldp x23, x24, [sp], #0x10
;;       d8:       ldp x25, x26, [sp], #0x10
;;       dc:       ldp x27, x28, [sp], #0x10
;;       e0:       ldp x29, x30, [sp], #0x10
;;       e4:       ret
;;       e8:       ldr x9, [sp]
;;       ec:       mov x1, x0
;;       f0:       ldr x12, [x0]
;;       f4:       sub x13, x9, #0x20
;;       f8:       cmp x12, x13
;;       fc:       b.eq 0xb4 <catch+0x74>
;;      100:       mov x0, x9
;;      104:       bl 0x104 <catch+0xc4>
;;   0000000000000104:  R_AARCH64_CALL26 sinter_throw
;;      108:       udf #0xc11f
;;      10c:       udf #0x0
;; local:
;;      110:       stp x29, x30, [sp, #-0x10]!
;;      114:       mov x29, sp
;;      118:       stp x19, x20, [sp, #-0x10]!
;;      11c:       mov x19, x3
;;      120:       mov x20, x2
;;      124:       mov w1, #0x1                // =1
;;      128:       mov x0, x2
;;      12c:       bl 0x12c <local+0x1c>
;;   000000000000012c:  R_AARCH64_CALL26 sinter_exception_new
;;      130:       sub x7, x20, #0x20
;;      134:       str x7, [x0]
;;      138:       mov x3, x19
;;      13c:       str w19, [x0, #0x10]
;;      140:       b 0x154 <local+0x44>
;;      144:       mov x2, x19
;;      148:       ldp x19, x20, [sp], #0x10
;;      14c:       ldp x29, x30, [sp], #0x10
;;      150:       ret
;;      154:       ldr x10, [x0]
;;      158:       sub x11, x20, #0x20
;;      15c:       cmp x10, x11
;;      160:       b.eq 0x144 <local+0x34>
;;      164:       mov x1, x0
;;      168:       mov x0, x20
;;      16c:       bl 0x16c <local+0x5c>
;;   000000000000016c:  R_AARCH64_CALL26 sinter_throw
;;      170:       udf #0xc11f
;;   ...
