;; pass: inline
;; $at is called in the loop of $sum, $checked with it in its place by $twice, which keeps its own code for the table;
;; $deep is recursive.
(module
  (memory 1)
  (table 1 funcref)
  (elem (i32.const 0) $checked)
  (func $sum (export "sum") (param $at i32) (param $count i32) (result i32)
    (local $sum i32)
    (loop $again (result i32)
      (local.set $sum (i32.add (local.get $sum) (call $at (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $again (local.get $sum) (local.get $count))))
  (func $twice (export "twice") (param i32) (result i32)
    (i32.mul (call $checked (local.get 0)) (i32.const 2)))
  (func $checked (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const -1))))
    (call $at (local.get 0)))
  (func $at (param i32) (result i32)
    (i32.load offset=16 (local.get 0)))
  (func $deep (export "deep") (param i32) (result i32)
    (i32.mul (call $deep (local.get 0)) (i32.const 3))))
;; ----
;; without inline
;; sum:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       stp x21, x22, [sp, #-0x10]!
;;        c:       stp x19, x20, [sp, #-0x10]!
;;       10:       mov x20, x2
;;       14:       mov x21, x0
;;       18:       mov w22, #0x0               // =0
;;       1c:       mov x19, x1
;;       20:       mov x0, x21
;;       24:       mov x1, x19
;;       28:       bl 0xa0 <at>
;;       2c:       sub w20, w20, #0x1
;;       30:       add w22, w22, w0
;;       34:       add w19, w19, #0x4
;;       38:       cbnz w20, 0x20 <sum+0x20>
;;       3c:       mov x0, x22
;;       40:       ldp x19, x20, [sp], #0x10
;;       44:       ldp x21, x22, [sp], #0x10
;;       48:       ldp x29, x30, [sp], #0x10
;;       4c:       ret
;; twice:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       bl 0x70 <checked>
;;       5c:       add w0, w0, w0
;;       60:       ldp x29, x30, [sp], #0x10
;;       64:       ret
;;   ...
;; checked:
;;       70:       stp x29, x30, [sp, #-0x10]!
;;       74:       mov x29, sp
;;       78:       cbz w1, 0x88 <checked+0x18>
;;       7c:       bl 0xa0 <at>
;;       80:       ldp x29, x30, [sp], #0x10
;;       84:       ret
;;       88:       mov w0, #-0x1               // =-1
;;       8c:       ldp x29, x30, [sp], #0x10
;;       90:       ret
;;   ...
;; at:
;;       a0:       add x4, x0, w1, uxtw
;;       a4:       ldr w0, [x4, #0x10]
;;       a8:       ret
;;       ac:       udf #0x0
;; deep:
;;       b0:       stp x29, x30, [sp, #-0x10]!
;;       b4:       mov x29, sp
;;       b8:       bl 0xb0 <deep>
;;       bc:       mov w5, #0x3                // =3
;;       c0:       mul w0, w0, w5
;;       c4:       ldp x29, x30, [sp], #0x10
;;       c8:       ret
;;       cc:       udf #0x0

;; with inline
;; sum:
;;        0:       mov x15, x0
;;        4:       mov w0, #0x0                // =0
;;        8:       add x13, x15, w1, uxtw
;;        c:       ldr w13, [x13, #0x10]
;;       10:       sub w2, w2, #0x1
;;       14:       add w0, w0, w13
;;       18:       add w1, w1, #0x4
;;       1c:       cbnz w2, 0x8 <sum+0x8>
;;       20:       ret
;;   ...
;; twice:
;;       30:       cbz w1, 0x40 <twice+0x10>
;;       34:       add x9, x0, w1, uxtw
;;       38:       ldr w6, [x9, #0x10]
;;       3c:       b 0x44 <twice+0x14>
;;       40:       mov w6, #-0x1               // =-1
;;       44:       add w0, w6, w6
;;       48:       ret
;;       4c:       udf #0x0
;; checked:
;;       50:       cbz w1, 0x60 <checked+0x10>
;;       54:       add x7, x0, w1, uxtw
;;       58:       ldr w0, [x7, #0x10]
;;       5c:       ret
;;       60:       mov w0, #-0x1               // =-1
;;       64:       ret
;;   ...
;; deep:
;;       70:       stp x29, x30, [sp, #-0x10]!
;;       74:       mov x29, sp
;;       78:       bl 0x70 <deep>
;;       7c:       mov w5, #0x3                // =3
;;       80:       mul w0, w0, w5
;;       84:       ldp x29, x30, [sp], #0x10
;;       88:       ret
;;       8c:       udf #0x0
