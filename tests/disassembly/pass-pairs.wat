;; pass: pairs
;; Four loads in a row are two instructions, also with other loads between them.
(module
    (memory 1)
    (func (param $x i32) (param $y i32) (param $at i32) (result f64) (local $sum f64)
        (loop $next
            (local.set $sum (f64.add (local.get $sum) (f64.mul
                (f64.load (i32.add (local.get $x) (local.get $at)))
                (f64.load (i32.add (local.get $y) (local.get $at))))))
            (local.set $sum (f64.add (local.get $sum) (f64.mul
                (f64.load (i32.add (i32.add (local.get $x) (local.get $at)) (i32.const 8)))
                (f64.load (i32.add (i32.add (local.get $y) (local.get $at)) (i32.const 8))))))
            (br_if $next (local.tee $at (i32.add (local.get $at) (i32.const 16)))))
        (local.get $sum)))
;; ----
;; without pairs
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x4, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       add x0, x4, w1, sxtw
;;       18:       add x1, x4, w2, sxtw
;;       1c:       add x2, x0, w3, sxtw
;;       20:       ldr d23, [x0, w3, sxtw]
;;       24:       add x4, x1, w3, sxtw
;;       28:       ldr d25, [x1, w3, sxtw]
;;       2c:       ldr d24, [x2, #0x8]
;;       30:       ldr d26, [x4, #0x8]
;;       34:       add w3, w3, #0x10
;;       38:       fmul d23, d23, d25
;;       3c:       fadd d23, d0, d23
;;       40:       fmul d24, d24, d26
;;       44:       fadd d0, d23, d24
;;       48:       cbnz w3, 0x1c <func[0]+0x1c>
;;       4c:       ldp x29, x30, [sp], #0x10
;;       50:       ret
;;   ...

;; with pairs
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x4, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       add x0, x4, w1, sxtw
;;       18:       add x1, x4, w2, sxtw
;;       1c:       add x2, x0, w3, sxtw
;;       20:       ldp d24, d23, [x2]
;;       24:       add x2, x1, w3, sxtw
;;       28:       ldp d26, d25, [x2]
;;       2c:       add w3, w3, #0x10
;;       30:       fmul d24, d24, d26
;;       34:       fadd d24, d0, d24
;;       38:       fmul d23, d23, d25
;;       3c:       fadd d0, d24, d23
;;       40:       cbnz w3, 0x1c <func[0]+0x1c>
;;       44:       ldp x29, x30, [sp], #0x10
;;       48:       ret
;;   ...
