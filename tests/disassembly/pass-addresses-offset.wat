;; pass: addresses
;; With a static offset, and nothing that shows that the sum with it does not wrap, the strict view stays.
(module
    (memory 1)
    (func (param $matrix i32) (param $column i32) (param $end i32) (result f64) (local $sum f64)
        (loop $next
            (local.set $sum (f64.add (local.get $sum)
                (f64.load offset=8 (i32.add (local.get $matrix) (local.get $column)))))
            (local.set $column (i32.add (local.get $column) (i32.const 640)))
            (br_if $next (i32.ne (local.get $column) (local.get $end))))
        (local.get $sum)))
;; ----
;; without addresses
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       movi v0.2s, #0x0
;;        c:       add w13, w1, w2
;;       10:       add x13, x0, w13, uxtw
;;       14:       ldr d16, [x13, #0x8]
;;       18:       add w2, w2, #0x280
;;       1c:       fadd d0, d0, d16
;;       20:       cmp w2, w3
;;       24:       b.ne 0xc <func[0]+0xc>
;;       28:       ldp x29, x30, [sp], #0x10
;;       2c:       ret

;; with addresses
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       movi v0.2s, #0x0
;;        c:       add w13, w1, w2
;;       10:       add x13, x0, w13, uxtw
;;       14:       ldr d16, [x13, #0x8]
;;       18:       add w2, w2, #0x280
;;       1c:       fadd d0, d0, d16
;;       20:       cmp w2, w3
;;       24:       b.ne 0xc <func[0]+0xc>
;;       28:       ldp x29, x30, [sp], #0x10
;;       2c:       ret
