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
;;        8:       mov w3, #0x0                // =0
;;        c:       mov x10, x3
;;       10:       sub w9, w1, #0x1
;;       14:       eor w10, w10, w1
;;       18:       mov x1, x9
;;       1c:       cbnz w9, 0x10 <main+0x10>
;;       20:       mov x1, x10
;;       24:       bl 0x40 <pinned>
;;       28:       ldp x29, x30, [sp], #0x10
;;       2c:       ret
;;   ...
;; pinned:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov w3, #0x3                // =3
;;       4c:       mul w0, w1, w3
;;       50:       ldp x29, x30, [sp], #0x10
;;       54:       ret
;;   ...
;; shared:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       mov w0, #0x0                // =0
;;       6c:       sub w7, w1, #0x1
;;       70:       eor w0, w0, w1
;;       74:       cbz w7, 0x80 <shared+0x20>
;;       78:       mov x1, x7
;;       7c:       b 0x6c <shared+0xc>
;;       80:       ldp x29, x30, [sp], #0x10
;;       84:       ret
;;   ...
;; gone:
;;       90:       stp x29, x30, [sp, #-0x10]!
;;       94:       mov x29, sp
;;       98:       mov w0, #0x0                // =0
;;       9c:       sub w7, w1, #0x1
;;       a0:       eor w0, w0, w1
;;       a4:       cbz w7, 0xb0 <gone+0x20>
;;       a8:       mov x1, x7
;;       ac:       b 0x9c <gone+0xc>
;;       b0:       ldp x29, x30, [sp], #0x10
;;       b4:       ret
;;   ...
;; dead:
;;       c0:       stp x29, x30, [sp, #-0x10]!
;;       c4:       mov x29, sp
;;       c8:       mov w0, #0x0                // =0
;;       cc:       sub w7, w1, #0x1
;;       d0:       eor w0, w0, w1
;;       d4:       cbz w7, 0xe0 <dead+0x20>
;;       d8:       mov x1, x7
;;       dc:       b 0xcc <dead+0xc>
;;       e0:       ldp x29, x30, [sp], #0x10
;;       e4:       ret
;;   ...

;; with unused
;; main:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       mov w3, #0x0                // =0
;;        c:       mov x10, x3
;;       10:       sub w9, w1, #0x1
;;       14:       eor w10, w10, w1
;;       18:       mov x1, x9
;;       1c:       cbnz w9, 0x10 <main+0x10>
;;       20:       mov x1, x10
;;       24:       bl 0x40 <pinned>
;;       28:       ldp x29, x30, [sp], #0x10
;;       2c:       ret
;;   ...
;; pinned:
;;       40:       stp x29, x30, [sp, #-0x10]!
;;       44:       mov x29, sp
;;       48:       mov w3, #0x3                // =3
;;       4c:       mul w0, w1, w3
;;       50:       ldp x29, x30, [sp], #0x10
;;       54:       ret
;;   ...
