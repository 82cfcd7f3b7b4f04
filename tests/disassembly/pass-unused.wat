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
;;       40:       mov w3, #0x3                // =3
;;       44:       mul w0, w1, w3
;;       48:       ret
;;   ...
;; shared:
;;       60:       mov w0, #0x0                // =0
;;       64:       sub w7, w1, #0x1
;;       68:       eor w0, w0, w1
;;       6c:       cbz w7, 0x78 <shared+0x18>
;;       70:       mov x1, x7
;;       74:       b 0x64 <shared+0x4>
;;       78:       ret
;;   ...
;; gone:
;;       90:       mov w0, #0x0                // =0
;;       94:       sub w7, w1, #0x1
;;       98:       eor w0, w0, w1
;;       9c:       cbz w7, 0xa8 <gone+0x18>
;;       a0:       mov x1, x7
;;       a4:       b 0x94 <gone+0x4>
;;       a8:       ret
;;   ...
;; dead:
;;       c0:       mov w0, #0x0                // =0
;;       c4:       sub w7, w1, #0x1
;;       c8:       eor w0, w0, w1
;;       cc:       cbz w7, 0xd8 <dead+0x18>
;;       d0:       mov x1, x7
;;       d4:       b 0xc4 <dead+0x4>
;;       d8:       ret
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
;;       40:       mov w3, #0x3                // =3
;;       44:       mul w0, w1, w3
;;       48:       ret
;;   ...
