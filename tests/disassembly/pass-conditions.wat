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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       cmp w1, w2
;;        c:       cinc w8, w3, lo
;;       10:       str w8, [x0, #0x10]
;;       14:       cmp w1, w2
;;       18:       csel x0, x1, x3, lo
;;       1c:       ldp x29, x30, [sp], #0x10
;;       20:       ret
;;   ...
;; func[1]:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       fcmp d0, d1
;;       3c:       cset x9, mi
;;       40:       strb w9, [x0, #0x10]
;;       44:       mov w10, #0x0               // =0
;;       48:       fcmp d0, d1
;;       4c:       csel x0, x1, x10, mi
;;       50:       ldp x29, x30, [sp], #0x10
;;       54:       ret
;;   ...

;; with conditions
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       cmp w1, w2
;;        c:       cinc w8, w3, lo
;;       10:       str w8, [x0, #0x10]
;;       14:       csel x0, x1, x3, lo
;;       18:       ldp x29, x30, [sp], #0x10
;;       1c:       ret
;;   ...
;; func[1]:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       fcmp d0, d1
;;       3c:       cset x9, mi
;;       40:       strb w9, [x0, #0x10]
;;       44:       mov w10, #0x0               // =0
;;       48:       csel x0, x1, x10, mi
;;       4c:       ldp x29, x30, [sp], #0x10
;;       50:       ret
;;   ...
