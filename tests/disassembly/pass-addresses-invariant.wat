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
;;   ...

;; with addresses
;; func[0]:
;;        0:       mov x2, #0x900000000        // =38654705664
;;        4:       add x2, x0, x2
;;        8:       mov x5, x0
;;        c:       mov w0, #0x0                // =0
;;       10:       add x1, x2, w1, sxtw
;;       14:       mov x2, x5
;;       18:       ldrb w5, [x2, w3, uxtw]
;;       1c:       add x0, x1, w0, sxtw #2
;;       20:       ldr w0, [x0, w5, sxtw #2]
;;       24:       ldrh w5, [x2, w3, uxtw]
;;       28:       add w3, w3, w5
;;       2c:       cmp w3, w4
;;       30:       b.lo 0x18 <func[0]+0x18>
;;       34:       ret
;;   ...
;; func[1]:
;;       50:       mov x12, #0xc               // =12
;;       54:       ldrb w13, [x0, w2, uxtw]
;;       58:       madd w13, w13, w12, w1
;;       5c:       add x13, x0, w13, uxtw
;;       60:       str w2, [x13, #0x8]
;;       64:       mov x14, #0x7               // =7
;;       68:       str x14, [x13]
;;       6c:       ldrh w15, [x0, w2, uxtw]
;;       70:       add w2, w2, w15
;;       74:       cmp w2, w3
;;       78:       b.lo 0x54 <func[1]+0x4>
;;       7c:       ret
;;   ...
