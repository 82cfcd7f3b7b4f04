;; pass: offsets
;; Two statics; a byte far into an object; an offset that the instruction has, one beyond 16 MiB, and one that is not aligned.
(module
    (memory 1)
    (func (result i32)
        (i32.add (i32.load (i32.const 1050000)) (i32.load (i32.const 1050004))))
    (func (param $object i32)
        (i32.store8 offset=6791 (local.get $object) (i32.load8_u offset=6790 (local.get $object))))
    (func (param $object i32) (result i32)
        (i32.add
            (i32.add (i32.load offset=16380 (local.get $object)) (i32.load offset=16777216 (local.get $object)))
            (i32.load offset=5001 (local.get $object)))))
;; ----
;; without offsets
;; func[0]:
;;        0:       mov w7, #0x590              // =1424
;;        4:       movk w7, #0x10, lsl #16
;;        8:       ldr w10, [x0, x7]
;;        c:       mov w7, #0x594              // =1428
;;       10:       movk w7, #0x10, lsl #16
;;       14:       ldr w11, [x0, x7]
;;       18:       add w0, w10, w11
;;       1c:       ret
;; func[1]:
;;       20:       mov x5, #0x1a86             // =6790
;;       24:       add x7, x0, x5
;;       28:       ldrb w9, [x7, w1, uxtw]
;;       2c:       mov x6, #0x1a87             // =6791
;;       30:       add x8, x0, x6
;;       34:       strb w9, [x8, w1, uxtw]
;;       38:       ret
;;       3c:       udf #0x0
;; func[2]:
;;       40:       add x12, x0, w1, uxtw
;;       44:       ldr w12, [x12, #0x3ffc]
;;       48:       mov x10, #0x1000000         // =16777216
;;       4c:       add x13, x0, x10
;;       50:       ldr w14, [x13, w1, uxtw]
;;       54:       mov x10, #0x1389            // =5001
;;       58:       add x13, x0, x10
;;       5c:       ldr w15, [x13, w1, uxtw]
;;       60:       add w12, w12, w14
;;       64:       add w0, w12, w15
;;       68:       ret
;;       6c:       udf #0x0

;; with offsets
;; func[0]:
;;        0:       add x5, x0, #0x100, lsl #12 // =0x100000
;;        4:       ldr w6, [x5, #0x590]
;;        8:       ldr w5, [x5, #0x594]
;;        c:       add w0, w6, w5
;;       10:       ret
;;   ...
;; func[1]:
;;       20:       add x5, x0, w1, uxtw
;;       24:       add x5, x5, #0x1, lsl #12   // =0x1000
;;       28:       ldrb w6, [x5, #0xa86]
;;       2c:       strb w6, [x5, #0xa87]
;;       30:       ret
;;   ...
;; func[2]:
;;       40:       add x12, x0, w1, uxtw
;;       44:       ldr w12, [x12, #0x3ffc]
;;       48:       mov x10, #0x1000000         // =16777216
;;       4c:       add x13, x0, x10
;;       50:       ldr w14, [x13, w1, uxtw]
;;       54:       mov x10, #0x1389            // =5001
;;       58:       add x13, x0, x10
;;       5c:       ldr w15, [x13, w1, uxtw]
;;       60:       add w12, w12, w14
;;       64:       add w0, w12, w15
;;       68:       ret
;;       6c:       udf #0x0
