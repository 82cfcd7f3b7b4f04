;; pass: leaves
;; Only the function that calls another one saves its caller's frame pointer and where to return to.
(module
    (memory 1)
    (func (param $address i32) (result i32)
        (i32.add (call $divide (local.get $address)) (i32.const 1)))
    (func $divide (param $address i32) (result i32)
        (i32.div_u (i32.const 1000) (i32.load offset=8 (local.get $address))))
    (func (export "start") (result i32) (call 0 (i32.const 16))))
;; ----
;; without leaves
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       bl 0x20 <divide>
;;        c:       add w0, w0, #0x1
;;       10:       ldp x29, x30, [sp], #0x10
;;       14:       ret
;;   ...
;; divide:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       add x6, x0, w1, uxtw
;;       2c:       ldr w6, [x6, #0x8]
;;       30:       mov w7, #0x3e8              // =1000
;;       34:       cbz w6, 0x44 <divide+0x24>
;;       38:       udiv w0, w7, w6
;;       3c:       ldp x29, x30, [sp], #0x10
;;       40:       ret
;;       44:       udf #0xc11f
;;   ...
;; start:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov w1, #0x10               // =16
;;       5c:       bl 0x0 <func[0]>
;;       60:       ldp x29, x30, [sp], #0x10
;;       64:       ret
;;   ...

;; with leaves
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       bl 0x20 <divide>
;;        c:       add w0, w0, #0x1
;;       10:       ldp x29, x30, [sp], #0x10
;;       14:       ret
;;   ...
;; divide:
;;       20:       add x6, x0, w1, uxtw
;;       24:       ldr w6, [x6, #0x8]
;;       28:       mov w7, #0x3e8              // =1000
;;       2c:       cbz w6, 0x38 <divide+0x18>
;;       30:       udiv w0, w7, w6
;;       34:       ret
;;       38:       udf #0xc11f
;;       3c:       udf #0x0
;; start:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov w1, #0x10               // =16
;;       4c:       bl 0x0 <func[0]>
;;       50:       ldp x29, x30, [sp], #0x10
;;       54:       ret
;;   ...
