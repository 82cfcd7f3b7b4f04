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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       movi v0.2s, #0x0
;;        c:       sub w7, w2, w3
;;       10:       add w2, w7, w3
;;       14:       add w2, w1, w2
;;       18:       ldr d17, [x0, w2, uxtw]
;;       1c:       add w2, w2, #0x140
;;       20:       ldr d18, [x0, w2, uxtw]
;;       24:       add w7, w7, #0x280
;;       28:       fadd d17, d0, d17
;;       2c:       fadd d0, d17, d18
;;       30:       cbnz w7, 0x10 <func[0]+0x10>
;;       34:       ldp x29, x30, [sp], #0x10
;;       38:       ret
;;       3c:       udf #0x0

;; with addresses
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x0, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       sub w9, w2, w3
;;       18:       add w1, w1, w3
;;       1c:       add x0, x0, w1, sxtw
;;       20:       add x1, x0, w9, sxtw
;;       24:       ldr d19, [x0, w9, sxtw]
;;       28:       ldr d20, [x1, #0x140]
;;       2c:       add w9, w9, #0x280
;;       30:       fadd d19, d0, d19
;;       34:       fadd d0, d19, d20
;;       38:       cbnz w9, 0x20 <func[0]+0x20>
;;       3c:       ldp x29, x30, [sp], #0x10
;;       40:       ret
;;   ...
