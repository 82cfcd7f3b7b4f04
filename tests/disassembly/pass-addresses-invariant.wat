;; pass: addresses
;; What does not change is added before the loop, though something that changes is added to it; and where an access with a
;; static offset has to be in the strict view, one without uses its address.
(module
    (memory 1)
    (func (param $table i32) (param $classes i32) (param $text i32) (param $end i32) (result i32)
        (local $state i32)
        (loop $next
            (local.set $state (i32.load (i32.add (local.get $table)
                (i32.add
                    (i32.shl (local.get $state) (i32.const 2))
                    (i32.shl (i32.load8_u (local.get $text)) (i32.const 2))))))
            (local.set $text (i32.add (local.get $text) (i32.load16_u (local.get $text))))
            (br_if $next (i32.lt_u (local.get $text) (local.get $end))))
        (local.get $state))
    (func (param $table i32) (param $text i32) (param $end i32) (local $at i32)
        (loop $next
            (local.set $at (i32.add (local.get $table)
                (i32.mul (i32.load8_u (local.get $text)) (i32.const 12))))
            (i32.store offset=8 (local.get $at) (local.get $text))
            (i64.store (local.get $at) (i64.const 7))
            (local.set $text (i32.add (local.get $text) (i32.load16_u (local.get $text))))
            (br_if $next (i32.lt_u (local.get $text) (local.get $end))))))
;; ----
;; without addresses
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x2, x0
;;        c:       mov w0, #0x0                // =0
;;       10:       ldrb w14, [x2, w3, uxtw]
;;       14:       add w14, w0, w14
;;       18:       add w14, w1, w14, lsl #2
;;       1c:       ldr w0, [x2, w14, uxtw]
;;       20:       ldrh w14, [x2, w3, uxtw]
;;       24:       add w3, w3, w14
;;       28:       cmp w3, w4
;;       2c:       b.lo 0x10 <func[0]+0x10>
;;       30:       ldp x29, x30, [sp], #0x10
;;       34:       ret
;;   ...
;; func[1]:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov x12, #0xc               // =12
;;       4c:       ldrb w13, [x0, w2, uxtw]
;;       50:       madd w13, w13, w12, w1
;;       54:       add x13, x0, w13, uxtw
;;       58:       str w2, [x13, #0x8]
;;       5c:       mov x14, #0x7               // =7
;;       60:       str x14, [x13]
;;       64:       ldrh w15, [x0, w2, uxtw]
;;       68:       add w2, w2, w15
;;       6c:       cmp w2, w3
;;       70:       b.lo 0x4c <func[1]+0xc>
;;       74:       ldp x29, x30, [sp], #0x10
;;       78:       ret
;;       7c:       udf #0x0

;; with addresses
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x2, #0x900000000        // =38654705664
;;        c:       add x2, x0, x2
;;       10:       mov x5, x0
;;       14:       mov w0, #0x0                // =0
;;       18:       add x1, x2, w1, sxtw
;;       1c:       mov x2, x5
;;       20:       ldrb w5, [x2, w3, uxtw]
;;       24:       add x0, x1, w0, sxtw #2
;;       28:       ldr w0, [x0, w5, sxtw #2]
;;       2c:       ldrh w5, [x2, w3, uxtw]
;;       30:       add w3, w3, w5
;;       34:       cmp w3, w4
;;       38:       b.lo 0x20 <func[0]+0x20>
;;       3c:       ldp x29, x30, [sp], #0x10
;;       40:       ret
;;   ...
;; func[1]:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov x12, #0xc               // =12
;;       5c:       ldrb w13, [x0, w2, uxtw]
;;       60:       madd w13, w13, w12, w1
;;       64:       add x13, x0, w13, uxtw
;;       68:       str w2, [x13, #0x8]
;;       6c:       mov x14, #0x7               // =7
;;       70:       str x14, [x13]
;;       74:       ldrh w15, [x0, w2, uxtw]
;;       78:       add w2, w2, w15
;;       7c:       cmp w2, w3
;;       80:       b.lo 0x5c <func[1]+0xc>
;;       84:       ldp x29, x30, [sp], #0x10
;;       88:       ret
;;       8c:       udf #0x0
