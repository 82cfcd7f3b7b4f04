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
;;       20:       ldur x3, [x0, #-0x28]
;;       24:       lsr x0, x3, #16
;;       28:       ret
;;   ...
;; func[2]:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov x7, x1
;;       4c:       mov w1, #0x1                // =1
;;       50:       mov w2, w7
;;       54:       bl 0x54 <func[2]+0x14>
;;   0000000000000054:  R_AARCH64_CALL26 sinter_memory_grow
;;       58:       ldp x29, x30, [sp], #0x10
;;       5c:       ret
