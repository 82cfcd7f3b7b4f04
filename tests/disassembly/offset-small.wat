;; A small offset is part of the instruction.
(module
    (memory 1)
    (func (param i32) (result i64) (i64.load offset=8 (local.get 0)))
    (func (param i32 i32) (i32.store8 offset=4095 (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       add x4, x0, w1, uxtw
;;        c:       ldr x0, [x4, #0x8]
;;       10:       ldp x29, x30, [sp], #0x10
;;       14:       ret
;;   ...
;; func[1]:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       add x4, x0, w1, uxtw
;;       2c:       strb w2, [x4, #0xfff]
;;       30:       ldp x29, x30, [sp], #0x10
;;       34:       ret
;;   ...
