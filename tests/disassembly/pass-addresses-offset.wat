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
;;        0:       movi v0.2s, #0x0
;;        4:       sub w7, w2, w3
;;        8:       add w15, w7, w3
;;        c:       add w15, w1, w15
;;       10:       add x15, x0, w15, uxtw
;;       14:       ldr d16, [x15, #0x8]
;;       18:       add w7, w7, #0x280
;;       1c:       fadd d0, d0, d16
;;       20:       cbnz w7, 0x8 <func[0]+0x8>
;;       24:       ret
;;   ...

;; with addresses
;; func[0]:
;;        0:       movi v0.2s, #0x0
;;        4:       sub w7, w2, w3
;;        8:       add w15, w7, w3
;;        c:       add w15, w1, w15
;;       10:       add x15, x0, w15, uxtw
;;       14:       ldr d16, [x15, #0x8]
;;       18:       add w7, w7, #0x280
;;       1c:       fadd d0, d0, d16
;;       20:       cbnz w7, 0x8 <func[0]+0x8>
;;       24:       ret
;;   ...
