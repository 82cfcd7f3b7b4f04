;; pass: sink
;; Three rounds of one loop, to and from the same array at different places. Each store comes behind the loads of the rounds
;; after it.
(module
    (memory 1)
    (func (export "f") (param $x i32) (param $at i32) (param $c f64)
        (loop $next
            (f64.store offset=64 (i32.add (local.get $x) (local.get $at))
                (f64.mul (local.get $c) (f64.load (i32.add (local.get $x) (local.get $at)))))
            (f64.store offset=80 (i32.add (local.get $x) (local.get $at))
                (f64.mul (local.get $c) (f64.load offset=16 (i32.add (local.get $x) (local.get $at)))))
            (f64.store offset=96 (i32.add (local.get $x) (local.get $at))
                (f64.mul (local.get $c) (f64.load offset=32 (i32.add (local.get $x) (local.get $at)))))
            (br_if $next (local.tee $at (i32.add (local.get $at) (i32.const 128)))))))
;; ----
;; without sink
;; f:
;;        0:       mov x3, #0x900000000        // =38654705664
;;        4:       add x0, x0, x3
;;        8:       add x0, x0, w1, sxtw
;;        c:       add x0, x0, w2, sxtw
;;       10:       add x10, x0, #0x60
;;       14:       ldur d20, [x10, #-0x60]
;;       18:       fmul d20, d0, d20
;;       1c:       stur d20, [x10, #-0x20]
;;       20:       ldur d21, [x10, #-0x50]
;;       24:       fmul d21, d0, d21
;;       28:       stur d21, [x10, #-0x10]
;;       2c:       ldur d22, [x10, #-0x40]
;;       30:       fmul d22, d0, d22
;;       34:       str d22, [x10], #0x80
;;       38:       add w2, w2, #0x80
;;       3c:       cbnz w2, 0x14 <f+0x14>
;;       40:       ret
;;   ...

;; with sink
;; f:
;;        0:       mov x3, #0x900000000        // =38654705664
;;        4:       add x0, x0, x3
;;        8:       add x0, x0, w1, sxtw
;;        c:       add x0, x0, w2, sxtw
;;       10:       add x10, x0, #0x60
;;       14:       ldur d22, [x10, #-0x60]
;;       18:       ldur d21, [x10, #-0x50]
;;       1c:       ldur d20, [x10, #-0x40]
;;       20:       fmul d22, d0, d22
;;       24:       stur d22, [x10, #-0x20]
;;       28:       fmul d21, d0, d21
;;       2c:       stur d21, [x10, #-0x10]
;;       30:       fmul d22, d0, d20
;;       34:       str d22, [x10], #0x80
;;       38:       add w2, w2, #0x80
;;       3c:       cbnz w2, 0x14 <f+0x14>
;;       40:       ret
;;   ...
