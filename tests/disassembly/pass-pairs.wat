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
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x0, x0, x4
;;        8:       movi v0.2s, #0x0
;;        c:       add x1, x0, w1, sxtw
;;       10:       add x1, x1, w3, sxtw
;;       14:       add x12, x1, #0x8
;;       18:       add x0, x0, w2, sxtw
;;       1c:       add x0, x0, w3, sxtw
;;       20:       add x0, x0, #0x8
;;       24:       ldur d29, [x12, #-0x8]
;;       28:       ldur d31, [x0, #-0x8]
;;       2c:       ldr d30, [x12], #0x10
;;       30:       ldr d1, [x0], #0x10
;;       34:       add w3, w3, #0x10
;;       38:       fmul d29, d29, d31
;;       3c:       fadd d29, d0, d29
;;       40:       fmul d30, d30, d1
;;       44:       fadd d0, d29, d30
;;       48:       cbnz w3, 0x24 <func[0]+0x24>
;;       4c:       ret

;; with pairs
;; func[0]:
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x0, x0, x4
;;        8:       movi v0.2s, #0x0
;;        c:       add x1, x0, w1, sxtw
;;       10:       add x11, x1, w3, sxtw
;;       14:       add x0, x0, w2, sxtw
;;       18:       add x14, x0, w3, sxtw
;;       1c:       ldp d28, d27, [x11], #0x10
;;       20:       ldp d30, d29, [x14], #0x10
;;       24:       add w3, w3, #0x10
;;       28:       fmul d28, d28, d30
;;       2c:       fadd d28, d0, d28
;;       30:       fmul d27, d27, d29
;;       34:       fadd d0, d28, d27
;;       38:       cbnz w3, 0x1c <func[0]+0x1c>
;;       3c:       ret
