;; Validation knows the type; null traps as the code is read.
(module
    (type $t (func (param i32) (result i32)))
    (func (param i32 (ref null $t)) (result i32) (call_ref $t (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       ldr x5, [x2]
;;        c:       ldr x0, [x2, #0x8]
;;       10:       blr x5
;;       14:       ldp x29, x30, [sp], #0x10
;;       18:       ret
;;       1c:       udf #0x0
