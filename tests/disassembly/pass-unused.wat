;; pass: unused
;; $dead is called by $gone alone, which nothing calls; $pinned is in the table; $shared is inlined wherever it is called.
(module
  (table 1 funcref)
  (elem (i32.const 0) $pinned)
  (func $main (export "main") (param i32) (result i32)
    local.get 0
    call $shared
    i32.const 0
    call_indirect (param i32) (result i32))
  (func $pinned (param i32) (result i32)
    local.get 0
    i32.const 3
    i32.mul)
  (func $shared (param i32) (result i32)
    (local i32)
    (loop $again (result i32)
      local.get 1
      local.get 0
      i32.xor
      local.tee 1
      local.get 0
      i32.const 1
      i32.sub
      local.tee 0
      br_if $again))
  (func $gone (param i32) (result i32)
    local.get 0
    call $dead)
  (func $dead (param i32) (result i32)
    local.get 0
    call $shared))
;; ----
;; without unused
;; main:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov w10, #0x0               // =0
;;        c:       sub w9, w1, #0x1
;;       10:       eor w10, w10, w1
;;       14:       mov x1, x9
;;       18:       cbnz w9, 0xc <main+0xc>
;;       1c:       mov x1, x10
;;       20:       bl 0x30 <pinned>
;;       24:       ldp x29, x30, [sp], #0x10
;;       28:       ret
;;       2c:       udf #0x0
;; pinned:
;;       30:       mov w3, #0x3                // =3
;;       34:       mul w0, w1, w3
;;       38:       ret
;;       3c:       udf #0x0
;; shared:
;;       40:       mov w0, #0x0                // =0
;;       44:       sub w7, w1, #0x1
;;       48:       eor w0, w0, w1
;;       4c:       mov x1, x7
;;       50:       cbnz w7, 0x44 <shared+0x4>
;;       54:       ret
;;   ...
;; gone:
;;       60:       mov w0, #0x0                // =0
;;       64:       sub w7, w1, #0x1
;;       68:       eor w0, w0, w1
;;       6c:       mov x1, x7
;;       70:       cbnz w7, 0x64 <gone+0x4>
;;       74:       ret
;;   ...
;; dead:
;;       80:       mov w0, #0x0                // =0
;;       84:       sub w7, w1, #0x1
;;       88:       eor w0, w0, w1
;;       8c:       mov x1, x7
;;       90:       cbnz w7, 0x84 <dead+0x4>
;;       94:       ret
;;   ...

;; with unused
;; main:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov w10, #0x0               // =0
;;        c:       sub w9, w1, #0x1
;;       10:       eor w10, w10, w1
;;       14:       mov x1, x9
;;       18:       cbnz w9, 0xc <main+0xc>
;;       1c:       mov x1, x10
;;       20:       bl 0x30 <pinned>
;;       24:       ldp x29, x30, [sp], #0x10
;;       28:       ret
;;       2c:       udf #0x0
;; pinned:
;;       30:       mov w3, #0x3                // =3
;;       34:       mul w0, w1, w3
;;       38:       ret
;;       3c:       udf #0x0
