;; pass: constants
;; A constant that is three instructions is made once.
(module
    (memory 1)
    (func (param $at i32) (param $end i32)
        (loop $next
            (f64.store (local.get $at) (f64.mul (f64.load (local.get $at)) (f64.const 0.1)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $next (i32.ne (local.get $at) (local.get $end))))))
;; ----
;; without constants
;; func[0]:
;;        0:       mov x12, #0x900000000       // =38654705664
;;        4:       add x12, x0, x12
;;        8:       sub w6, w1, w2
;;        c:       add x12, x12, w2, sxtw
;;       10:       ldr d16, [x12, w6, sxtw]
;;       14:       ldr d17, 0x2c <func[0]+0x2c>
;;       18:       fmul d16, d16, d17
;;       1c:       str d16, [x12, w6, sxtw]
;;       20:       add w6, w6, #0x8
;;       24:       cbnz w6, 0x10 <func[0]+0x10>
;;       28:       ret
;;       2c: 9a 99 99 99   .word 0x9999999a
;;       30: 99 99 b9 3f   .word 0x3fb99999
;;   ...

;; with constants
;; func[0]:
;;        0:       mov x3, #0x900000000        // =38654705664
;;        4:       add x0, x0, x3
;;        8:       mov x3, #0x999a             // =39322
;;        c:       movk x3, #0x9999, lsl #16
;;       10:       movk x3, #0x9999, lsl #32
;;       14:       movk x3, #0x3fb9, lsl #48
;;       18:       sub w10, w1, w2
;;       1c:       add x0, x0, w2, sxtw
;;       20:       fmov d16, x3
;;       24:       ldr d17, [x0, w10, sxtw]
;;       28:       fmul d17, d17, d16
;;       2c:       str d17, [x0, w10, sxtw]
;;       30:       add w10, w10, #0x8
;;       34:       cbnz w10, 0x24 <func[0]+0x24>
;;       38:       ret
;;       3c:       udf #0x0
