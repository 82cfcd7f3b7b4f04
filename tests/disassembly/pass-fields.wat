;; pass: fields
;; The first field has no static offset.
(module
    (memory 1)
    (func (param $object i32) (result i32)
        (i32.add
            (i32.add (i32.load (local.get $object)) (i32.load offset=4 (local.get $object)))
            (i32.load offset=12 (local.get $object)))))
;; ----
;; without fields
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       add x8, x0, w1, uxtw
;;        c:       ldr w9, [x0, w1, uxtw]
;;       10:       ldr w10, [x8, #0x4]
;;       14:       ldr w8, [x8, #0xc]
;;       18:       add w9, w9, w10
;;       1c:       add w0, w9, w8
;;       20:       ldp x29, x30, [sp], #0x10
;;       24:       ret
;;   ...

;; with fields
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       add x8, x0, w1, uxtw
;;        c:       ldp w9, w10, [x8]
;;       10:       ldr w8, [x8, #0xc]
;;       14:       add w9, w9, w10
;;       18:       add w0, w9, w8
;;       1c:       ldp x29, x30, [sp], #0x10
;;       20:       ret
;;   ...
