;; pass: schedule
;; Loads come before what waits for others, the root between the product and its sum, and values have registers of their
;; own. The store stays between the loads, all of which may trap.
(module
    (memory 1)
    (func (export "sums") (param $x i32) (param $y i32) (param $at i32) (result f64) (local $sum f64) (local $other f64)
        (loop $next
            (local.set $sum (f64.add (local.get $sum) (f64.mul
                (f64.load (i32.add (local.get $x) (local.get $at)))
                (f64.load (i32.add (local.get $y) (local.get $at))))))
            (local.set $other (f64.add (local.get $other) (f64.sqrt
                (f64.load offset=64 (i32.add (local.get $x) (local.get $at))))))
            (f64.store offset=64 (i32.add (local.get $y) (local.get $at)) (local.get $sum))
            (local.set $sum (f64.add (local.get $sum) (f64.mul
                (f64.load offset=128 (i32.add (local.get $x) (local.get $at)))
                (f64.load offset=160 (i32.add (local.get $y) (local.get $at))))))
            (local.set $other (f64.add (local.get $other) (f64.mul (local.get $other)
                (f64.load offset=192 (i32.add (local.get $x) (local.get $at))))))
            (br_if $next (local.tee $at (i32.add (local.get $at) (i32.const 256)))))
        (f64.mul (local.get $other) (local.get $sum))))
