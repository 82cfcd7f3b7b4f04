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
;;        c:       add w15, w1, w2
;;       10:       ldr d16, [x0, w15, uxtw]
;;       14:       add w15, w15, #0x140
;;       18:       ldr d17, [x0, w15, uxtw]
;;       1c:       add w2, w2, #0x280
;;       20:       fadd d16, d0, d16
;;       24:       fadd d0, d16, d17
;;       28:       cmp w2, w3
;;       2c:       b.ne 0xc <func[0]+0xc>
;;       30:       ldp x29, x30, [sp], #0x10
;;       34:       ret
;;   ...

;; with addresses
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov x4, #0x900000000        // =38654705664
;;        c:       add x0, x0, x4
;;       10:       movi v0.2s, #0x0
;;       14:       add x0, x0, w1, sxtw
;;       18:       add x1, x0, w2, sxtw
;;       1c:       ldr d17, [x0, w2, sxtw]
;;       20:       ldr d18, [x1, #0x140]
;;       24:       add w2, w2, #0x280
;;       28:       fadd d17, d0, d17
;;       2c:       fadd d0, d17, d18
;;       30:       cmp w2, w3
;;       34:       b.ne 0x18 <func[0]+0x18>
;;       38:       ldp x29, x30, [sp], #0x10
;;       3c:       ret
