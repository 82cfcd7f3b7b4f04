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
;;        0:       ldur x7, [x0, #-0x30]
;;        4:       add x8, x7, w1, uxtw
;;        8:       ldr w7, [x7, w1, uxtw]
;;        c:       ldr w8, [x8, #0x4]
;;       10:       add w0, w7, w8
;;       14:       ret
;;   ...
