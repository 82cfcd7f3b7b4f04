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
;;        0:       add x8, x0, w1, uxtw
;;        4:       ldr w9, [x0, w1, uxtw]
;;        8:       ldr w10, [x8, #0x4]
;;        c:       ldr w8, [x8, #0xc]
;;       10:       add w9, w9, w10
;;       14:       add w0, w9, w8
;;       18:       ret
;;       1c:       udf #0x0

;; with fields
;; func[0]:
;;        0:       add x8, x0, w1, uxtw
;;        4:       ldp w9, w10, [x8]
;;        8:       ldr w8, [x8, #0xc]
;;        c:       add w9, w9, w10
;;       10:       add w0, w9, w8
;;       14:       ret
;;   ...
