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
;;        8:       ldr d16, [x0, w1, uxtw]
;;        c:       ldr d17, 0x30 <func[0]+0x30>
;;       10:       fmul d16, d16, d17
;;       14:       str d16, [x0, w1, uxtw]
;;       18:       add w1, w1, #0x8
;;       1c:       cmp w1, w2
;;       20:       b.ne 0x8 <func[0]+0x8>
;;       24:       ldp x29, x30, [sp], #0x10
;;       28:       ret
;;       2c:       udf #0x0
;;       30: 9a 99 99 99   .word 0x9999999a
;;       34: 99 99 b9 3f   .word 0x3fb99999
;;   ...

;; with constants
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x12, #0x999a            // =39322
;;        c:       movk x12, #0x9999, lsl #16
;;       10:       movk x12, #0x9999, lsl #32
;;       14:       movk x12, #0x3fb9, lsl #48
;;       18:       fmov d16, x12
;;       1c:       ldr d17, [x0, w1, uxtw]
;;       20:       fmul d17, d17, d16
;;       24:       str d17, [x0, w1, uxtw]
;;       28:       add w1, w1, #0x8
;;       2c:       cmp w1, w2
;;       30:       b.ne 0x1c <func[0]+0x1c>
;;       34:       ldp x29, x30, [sp], #0x10
;;       38:       ret
;;       3c:       udf #0x0
