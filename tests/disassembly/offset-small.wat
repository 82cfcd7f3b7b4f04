;; A small offset is part of the instruction.
(module
    (memory 1)
    (func (param i32) (result i64) (i64.load offset=8 (local.get 0)))
    (func (param i32 i32) (i32.store8 offset=4095 (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       add x4, x0, w1, uxtw
;;        4:       ldr x0, [x4, #0x8]
;;        8:       ret
;;        c:       udf #0x0
;; func[1]:
;;       10:       add x4, x0, w1, uxtw
;;       14:       strb w2, [x4, #0xfff]
;;       18:       ret
;;       1c:       udf #0x0
