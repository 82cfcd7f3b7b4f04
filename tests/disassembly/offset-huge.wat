;; Any 32-bit offset ends within the guard of 8 GiB and needs no check.
(module
    (memory 1)
    (func (param i32) (result i32) (i32.load offset=0x7fffffff (local.get 0)))
    (func (param i32 f64) (f64.store offset=0xffffffff (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x3, #0x7fffffff         // =2147483647
;;        c:       add x5, x0, x3
;;       10:       ldr w0, [x5, w1, uxtw]
;;       14:       ldp x29, x30, [sp], #0x10
;;       18:       ret
;;       1c:       udf #0x0
;; func[1]:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       add x5, x0, w1, uxtw
;;       2c:       mov x6, #0xffffffff         // =4294967295
;;       30:       str d0, [x5, x6]
;;       34:       ldp x29, x30, [sp], #0x10
;;       38:       ret
;;       3c:       udf #0x0
