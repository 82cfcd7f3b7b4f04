;; The size is a constant if it cannot change; growing is the kernel's.
(module
    (memory $fixed 2 2)
    (memory $growing 1)
    (func (result i32) (memory.size $fixed))
    (func (result i32) (memory.size $growing))
    (func (param i32) (result i32) (memory.grow $growing (local.get 0))))
;; ----
;; func[0]:
;;        0:       mov w0, #0x2                // =2
;;        4:       ret
;;   ...
;; func[1]:
;;       10:       ldur x3, [x0, #-0x28]
;;       14:       lsr x0, x3, #16
;;       18:       ret
;;       1c:       udf #0x0
;; func[2]:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       mov x7, x1
;;       2c:       mov w1, #0x1                // =1
;;       30:       mov w2, w7
;;       34:       bl 0x34 <func[2]+0x14>
;;   0000000000000034:  R_AARCH64_CALL26 sinter_memory_grow
;;       38:       ldp x29, x30, [sp], #0x10
;;       3c:       ret
