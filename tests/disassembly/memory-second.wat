;; The base of a further memory is read from the context, once.
(module
    (memory 1)
    (memory $second 1)
    (func (param i32) (result i32)
        (i32.add
            (i32.load $second (local.get 0))
            (i32.load $second offset=4 (local.get 0)))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       ldur x7, [x0, #-0x30]
;;        c:       add x8, x7, w1, uxtw
;;       10:       ldr w7, [x7, w1, uxtw]
;;       14:       ldr w8, [x8, #0x4]
;;       18:       add w0, w7, w8
;;       1c:       ldp x29, x30, [sp], #0x10
;;       20:       ret
;;   ...
