;; pass: conditions
;; A condition that is used twice is one comparison; a condition as a number, and a choice by it, are one, too.
(module
    (memory 1)
    (func (param $one i32) (param $other i32) (param $count i32) (result i32)
        (i32.store (i32.const 16)
            (i32.add (local.get $count) (i32.lt_u (local.get $one) (local.get $other))))
        (select (local.get $one) (local.get $count) (i32.lt_u (local.get $one) (local.get $other))))
    (func (param $one f64) (param $other f64) (param $count i32) (result i32) (local $less i32)
        (local.set $less (f64.lt (local.get $one) (local.get $other)))
        (i32.store8 (i32.const 16) (local.get $less))
        (select (local.get $count) (i32.const 0) (i32.and (local.get $less) (i32.const 255)))))
;; ----
;; without conditions
;; func[0]:
;;        0:       cmp w1, w2
;;        4:       cinc w8, w3, lo
;;        8:       str w8, [x0, #0x10]
;;        c:       cmp w1, w2
;;       10:       csel x0, x1, x3, lo
;;       14:       ret
;;   ...
;; func[1]:
;;       20:       fcmp d0, d1
;;       24:       cset x9, mi
;;       28:       strb w9, [x0, #0x10]
;;       2c:       mov w10, #0x0               // =0
;;       30:       fcmp d0, d1
;;       34:       csel x0, x1, x10, mi
;;       38:       ret
;;       3c:       udf #0x0

;; with conditions
;; func[0]:
;;        0:       cmp w1, w2
;;        4:       cinc w8, w3, lo
;;        8:       str w8, [x0, #0x10]
;;        c:       csel x0, x1, x3, lo
;;       10:       ret
;;   ...
;; func[1]:
;;       20:       fcmp d0, d1
;;       24:       cset x9, mi
;;       28:       strb w9, [x0, #0x10]
;;       2c:       mov w10, #0x0               // =0
;;       30:       csel x0, x1, x10, mi
;;       34:       ret
;;   ...
