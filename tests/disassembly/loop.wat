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
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov w4, #0x0                // =0
;;        c:       ldur x10, [x0, #-0x30]
;;       10:       ldr w11, [x10, w1, uxtw]
;;       14:       add w1, w1, #0x4
;;       18:       add w0, w4, w11
;;       1c:       cmp w1, w2
;;       20:       b.hs 0x2c <func[0]+0x2c>
;;       24:       mov x4, x0
;;       28:       b 0x10 <func[0]+0x10>
;;       2c:       ldp x29, x30, [sp], #0x10
;;       30:       ret
;;   ...
