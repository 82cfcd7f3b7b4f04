;; pass: unused
;; $dead is called by $gone alone, which nothing calls; $pinned is in the table; $shared is called by $main, $gone and $dead.
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
;;        8:       str x19, [sp, #-0x10]!
;;        c:       mov x19, x0
;;       10:       bl 0x50 <shared>
;;       14:       mov x1, x0
;;       18:       mov x0, x19
;;       1c:       bl 0x30 <pinned>
;;       20:       ldr x19, [sp], #0x10
;;       24:       ldp x29, x30, [sp], #0x10
;;       28:       ret
;;       2c:       udf #0x0
;; pinned:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       mov w3, #0x3                // =3
;;       3c:       mul w0, w1, w3
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
;; shared:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov w0, #0x0                // =0
;;       5c:       sub w7, w1, #0x1
;;       60:       eor w0, w0, w1
;;       64:       cbz w7, 0x70 <shared+0x20>
;;       68:       mov x1, x7
;;       6c:       b 0x5c <shared+0xc>
;;       70:       ldp x29, x30, [sp], #0x10
;;       74:       ret
;;   ...
;; gone:
;;       80:       stp x29, x30, [sp, #-0x10]!
;;       84:       mov x29, sp
;;       88:       bl 0xa0 <dead>
;;       8c:       ldp x29, x30, [sp], #0x10
;;       90:       ret
;;   ...
;; dead:
;;       a0:       stp x29, x30, [sp, #-0x10]!
;;       a4:       mov x29, sp
;;       a8:       bl 0x50 <shared>
;;       ac:       ldp x29, x30, [sp], #0x10
;;       b0:       ret
;;   ...

;; with unused
;; main:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       str x19, [sp, #-0x10]!
;;        c:       mov x19, x0
;;       10:       bl 0x50 <shared>
;;       14:       mov x1, x0
;;       18:       mov x0, x19
;;       1c:       bl 0x30 <pinned>
;;       20:       ldr x19, [sp], #0x10
;;       24:       ldp x29, x30, [sp], #0x10
;;       28:       ret
;;       2c:       udf #0x0
;; pinned:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       mov w3, #0x3                // =3
;;       3c:       mul w0, w1, w3
;;       40:       ldp x29, x30, [sp], #0x10
;;       44:       ret
;;   ...
;; shared:
;;       50:       stp x29, x30, [sp, #-0x10]!
;;       54:       mov x29, sp
;;       58:       mov w0, #0x0                // =0
;;       5c:       sub w7, w1, #0x1
;;       60:       eor w0, w0, w1
;;       64:       cbz w7, 0x70 <shared+0x20>
;;       68:       mov x1, x7
;;       6c:       b 0x5c <shared+0xc>
;;       70:       ldp x29, x30, [sp], #0x10
;;       74:       ret
;;   ...
