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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x12, #0x900000000       // =38654705664
;;        c:       add x12, x0, x12
;;       10:       sub w6, w1, w2
;;       14:       add x12, x12, w2, sxtw
;;       18:       ldr d16, [x12, w6, sxtw]
;;       1c:       ldr d17, 0x38 <func[0]+0x38>
;;       20:       fmul d16, d16, d17
;;       24:       str d16, [x12, w6, sxtw]
;;       28:       add w6, w6, #0x8
;;       2c:       cbnz w6, 0x18 <func[0]+0x18>
;;       30:       ldp x29, x30, [sp], #0x10
;;       34:       ret
;;       38: 9a 99 99 99   .word 0x9999999a
;;       3c: 99 99 b9 3f   .word 0x3fb99999

;; with constants
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x3, #0x900000000        // =38654705664
;;        c:       add x0, x0, x3
;;       10:       mov x3, #0x999a             // =39322
;;       14:       movk x3, #0x9999, lsl #16
;;       18:       movk x3, #0x9999, lsl #32
;;       1c:       movk x3, #0x3fb9, lsl #48
;;       20:       sub w10, w1, w2
;;       24:       add x0, x0, w2, sxtw
;;       28:       fmov d16, x3
;;       2c:       ldr d17, [x0, w10, sxtw]
;;       30:       fmul d17, d17, d16
;;       34:       str d17, [x0, w10, sxtw]
;;       38:       add w10, w10, #0x8
;;       3c:       cbnz w10, 0x2c <func[0]+0x2c>
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
