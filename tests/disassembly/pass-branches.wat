;; pass: branches
;; A loop's round ends with one branch: what changes for the next one does so before it.
(module
    (func (param $count i32) (param $sum i32)
        (loop $again
            (local.set $sum (i32.xor (local.get $sum) (local.get $count)))
            (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        (call $take (local.get $sum) (local.get $sum)))
    (func $take (param $one i32) (param $other i32)
        (call $take (local.get $other) (i32.mul (local.get $one) (local.get $other)))))
;; ----
;; without branches
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       sub w8, w1, #0x1
;;        c:       eor w2, w2, w1
;;       10:       cbz w8, 0x1c <func[0]+0x1c>
;;       14:       mov x1, x8
;;       18:       b 0x8 <func[0]+0x8>
;;       1c:       mov x1, x2
;;       20:       bl 0x30 <take>
;;       24:       ldp x29, x30, [sp], #0x10
;;       28:       ret
;;       2c:       udf #0x0
;; take:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       mov x6, x2
;;       3c:       mul w2, w1, w2
;;       40:       mov x1, x6
;;       44:       bl 0x30 <take>
;;       48:       ldp x29, x30, [sp], #0x10
;;       4c:       ret

;; with branches
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       sub w8, w1, #0x1
;;        c:       eor w2, w2, w1
;;       10:       mov x1, x8
;;       14:       cbnz w8, 0x8 <func[0]+0x8>
;;       18:       mov x1, x2
;;       1c:       bl 0x30 <take>
;;       20:       ldp x29, x30, [sp], #0x10
;;       24:       ret
;;   ...
;; take:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       mov x6, x2
;;       3c:       mul w2, w1, w2
;;       40:       mov x1, x6
;;       44:       bl 0x30 <take>
;;       48:       ldp x29, x30, [sp], #0x10
;;       4c:       ret
