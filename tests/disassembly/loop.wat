;; Nothing that cannot change is read again in a loop, such as the base of the second memory.
(module
    (memory 1)
    (memory $second 1)
    (global $step i32 (i32.const 4))
    (func (param $at i32) (param $end i32) (result i32) (local $sum i32)
        (loop $next
            (local.set $sum (i32.add (local.get $sum) (i32.load $second (local.get $at))))
            (local.set $at (i32.add (local.get $at) (global.get $step)))
            (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
        (local.get $sum)))
;; ----
;; func[0]:
;;        0:       mov w4, #0x0                // =0
;;        4:       ldur x10, [x0, #-0x30]
;;        8:       ldr w11, [x10, w1, uxtw]
;;        c:       add w1, w1, #0x4
;;       10:       add w0, w4, w11
;;       14:       cmp w1, w2
;;       18:       mov x4, x0
;;       1c:       b.lo 0x8 <func[0]+0x8>
;;       20:       ret
;;   ...
