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
;;        c:       add x0, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       add x1, x0, w1, sxtw
;;       18:       add x1, x1, w3, sxtw
;;       1c:       add x12, x1, #0x8
;;       20:       add x0, x0, w2, sxtw
;;       24:       add x0, x0, w3, sxtw
;;       28:       add x0, x0, #0x8
;;       2c:       ldur d29, [x12, #-0x8]
;;       30:       ldur d31, [x0, #-0x8]
;;       34:       ldr d30, [x12], #0x10
;;       38:       ldr d1, [x0], #0x10
;;       3c:       add w3, w3, #0x10
;;       40:       fmul d29, d29, d31
;;       44:       fadd d29, d0, d29
;;       48:       fmul d30, d30, d1
;;       4c:       fadd d0, d29, d30
;;       50:       cbnz w3, 0x2c <func[0]+0x2c>
;;       54:       ldp x29, x30, [sp], #0x10
;;       58:       ret
;;   ...

;; with pairs
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x0, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       add x1, x0, w1, sxtw
;;       18:       add x11, x1, w3, sxtw
;;       1c:       add x0, x0, w2, sxtw
;;       20:       add x14, x0, w3, sxtw
;;       24:       ldp d28, d27, [x11], #0x10
;;       28:       ldp d30, d29, [x14], #0x10
;;       2c:       add w3, w3, #0x10
;;       30:       fmul d28, d28, d30
;;       34:       fadd d28, d0, d28
;;       38:       fmul d27, d27, d29
;;       3c:       fadd d0, d28, d27
;;       40:       cbnz w3, 0x24 <func[0]+0x24>
;;       44:       ldp x29, x30, [sp], #0x10
;;       48:       ret
;;   ...
