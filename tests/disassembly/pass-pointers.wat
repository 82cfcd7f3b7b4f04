;; pass: pointers
(module
  (memory 16)
  ;; Three arrays, one of them read backwards, and a counter that nothing but the test needs then.
  (func (export "mirror") (param $x i32) (param $y i32) (param $z i32) (param $count i32)
    (loop $next
      (f64.store (local.get $z) (f64.add (f64.load (local.get $x)) (f64.load (local.get $y))))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (local.set $y (i32.sub (local.get $y) (i32.const 8)))
      (local.set $z (i32.add (local.get $z) (i32.const 16)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  ;; Two neighbours at a time.
  (func (export "pairs") (param $x i32) (param $y i32) (param $count i32)
    (loop $next
      (f64.store (local.get $y) (f64.mul (f64.load (local.get $x)) (f64.load offset=8 (local.get $x))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 8)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  ;; One addition for both arrays is as good as it gets.
  (func (export "together") (param $x i32) (param $y i32) (param $end i32) (result f64) (local $sum f64)
    (loop $next
      (local.set $sum
        (f64.add (local.get $sum) (f64.mul (f64.load (local.get $x)) (f64.load (local.get $y)))))
      (local.set $y (i32.add (local.get $y) (i32.const 8)))
      (br_if $next
        (i32.ne (local.get $end) (local.tee $x (i32.add (local.get $x) (i32.const 8))))))
    (local.get $sum)))
