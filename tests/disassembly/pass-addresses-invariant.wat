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
;;        0:       mov x2, x0
;;        4:       mov w0, #0x0                // =0
;;        8:       ldrb w14, [x2, w3, uxtw]
;;        c:       add w14, w0, w14
;;       10:       add w14, w1, w14, lsl #2
;;       14:       ldr w0, [x2, w14, uxtw]
;;       18:       ldrh w14, [x2, w3, uxtw]
;;       1c:       add w3, w3, w14
;;       20:       cmp w3, w4
;;       24:       b.lo 0x8 <func[0]+0x8>
;;       28:       ret
;;       2c:       udf #0x0
;; func[1]:
;;       30:       mov x12, #0xc               // =12
;;       34:       ldrb w13, [x0, w2, uxtw]
;;       38:       madd w13, w13, w12, w1
;;       3c:       add x13, x0, w13, uxtw
;;       40:       str w2, [x13, #0x8]
;;       44:       mov x14, #0x7               // =7
;;       48:       str x14, [x13]
;;       4c:       ldrh w15, [x0, w2, uxtw]
;;       50:       add w2, w2, w15
;;       54:       cmp w2, w3
;;       58:       b.lo 0x34 <func[1]+0x4>
;;       5c:       ret

;; with addresses
;; func[0]:
;;        0:       mov x2, #0x900000000        // =38654705664
;;        4:       add x6, x0, x2
;;        8:       mov x2, x0
;;        c:       mov w0, #0x0                // =0
;;       10:       add x1, x6, w1, sxtw
;;       14:       ldrb w5, [x2, w3, uxtw]
;;       18:       add x0, x1, w0, sxtw #2
;;       1c:       ldr w0, [x0, w5, sxtw #2]
;;       20:       ldrh w5, [x2, w3, uxtw]
;;       24:       add w3, w3, w5
;;       28:       cmp w3, w4
;;       2c:       b.lo 0x14 <func[0]+0x14>
;;       30:       ret
;;   ...
;; func[1]:
;;       40:       mov x12, #0xc               // =12
;;       44:       ldrb w13, [x0, w2, uxtw]
;;       48:       madd w13, w13, w12, w1
;;       4c:       add x13, x0, w13, uxtw
;;       50:       str w2, [x13, #0x8]
;;       54:       mov x14, #0x7               // =7
;;       58:       str x14, [x13]
;;       5c:       ldrh w15, [x0, w2, uxtw]
;;       60:       add w2, w2, w15
;;       64:       cmp w2, w3
;;       68:       b.lo 0x44 <func[1]+0x4>
;;       6c:       ret
