;; pass: lanes
(module
  (memory 16)
  ;; Two elements of a column at a time, and two columns.
  (func (export "columns") (param $x i32) (param $y i32) (param $count i32) (result v128) (local $sum v128)
    (loop $next
      (local.set $sum
        (f64x2.add
          (local.get $sum)
          (f64x2.mul
            (v128.load64_lane offset=800 1 (local.get $x) (v128.load64_zero (local.get $x)))
            (v128.load64_lane offset=800 1 (local.get $y) (v128.load64_zero (local.get $y))))))
      (local.set $x (i32.add (local.get $x) (i32.const 1600)))
      (local.set $y (i32.add (local.get $y) (i32.const 1600)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $sum))
  (func (export "load") (param $at i32) (param $vector v128) (result v128)
    (v128.load16_lane 5 (local.get $at) (local.get $vector)))
  (func (export "replace") (param $at i32) (param $vector v128) (result v128)
    (i8x16.replace_lane 13 (local.get $vector) (i32.load8_u (local.get $at))))
  (func (export "store") (param $at i32) (param $vector v128)
    (v128.store32_lane 3 (local.get $at) (local.get $vector))))
