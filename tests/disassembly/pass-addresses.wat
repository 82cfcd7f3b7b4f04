;; pass: addresses
;; A column of a matrix with rows of 320 bytes, two rows an iteration: one addition makes both addresses.
(module
    (memory 1)
    (func (param $matrix i32) (param $column i32) (param $end i32) (result f64) (local $sum f64)
        (loop $next
            (local.set $sum (f64.add (local.get $sum)
                (f64.load (i32.add (local.get $matrix) (local.get $column)))))
            (local.set $sum (f64.add (local.get $sum)
                (f64.load (i32.add (i32.add (local.get $matrix) (local.get $column)) (i32.const 320)))))
            (local.set $column (i32.add (local.get $column) (i32.const 640)))
            (br_if $next (i32.ne (local.get $column) (local.get $end))))
        (local.get $sum)))
;; ----
;; without addresses
;; func[0]:
;;        0:       movi v0.2s, #0x0
;;        4:       sub w7, w2, w3
;;        8:       add w2, w7, w3
;;        c:       add w2, w1, w2
;;       10:       ldr d17, [x0, w2, uxtw]
;;       14:       add w2, w2, #0x140
;;       18:       ldr d18, [x0, w2, uxtw]
;;       1c:       add w7, w7, #0x280
;;       20:       fadd d17, d0, d17
;;       24:       fadd d0, d17, d18
;;       28:       cbnz w7, 0x8 <func[0]+0x8>
;;       2c:       ret

;; with addresses
;; func[0]:
;;        0:       mov x4, #0x900000000        // =38654705664
;;        4:       add x0, x0, x4
;;        8:       movi v0.2s, #0x0
;;        c:       sub w9, w2, w3
;;       10:       add w1, w1, w3
;;       14:       add x0, x0, w1, sxtw
;;       18:       add x1, x0, w9, sxtw
;;       1c:       ldr d19, [x0, w9, sxtw]
;;       20:       ldr d20, [x1, #0x140]
;;       24:       add w9, w9, #0x280
;;       28:       fadd d19, d0, d19
;;       2c:       fadd d0, d19, d20
;;       30:       cbnz w9, 0x18 <func[0]+0x18>
;;       34:       ret
;;   ...
