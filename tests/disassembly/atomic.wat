;; An atomic access is checked for its alignment. The A53 has no LSE: updates are loops of ldaxr and stlxr, and the expected
;; value of a compare exchange of 32 bits gets a clean upper half by lsr.
(module
    (memory 1)
    (func (param i32) (result i32) (i32.atomic.load (local.get 0)))
    (func (param i32 i32) (result i32) (i32.atomic.rmw8.add_u offset=1 (local.get 0) (local.get 1)))
    (func (param i32 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2))))
;; ----
;; func[0]:
;;        0:       and w5, w1, #0x3
;;        4:       cbnz w5, 0x14 <func[0]+0x14>
;;        8:       add x6, x0, w1, uxtw
;;        c:       ldar w0, [x6]
;;       10:       ret
;;       14:       udf #0xc11f
;;   ...
;; func[1]:
;;       20:       stp x29, x30, [sp, #-0x10]!
;;       24:       mov x29, sp
;;       28:       str x28, [sp, #-0x10]!
;;       2c:       stp x26, x27, [sp, #-0x10]!
;;       30:       stp x24, x25, [sp, #-0x10]!
;;       34:       add x9, x0, w1, uxtw
;;       38:       add x25, x9, #0x1
;;       3c:       mov x26, x2
;;       40:       ldaxrb w27, [x25]
;;       44:       add w28, w27, w26
;;       48:       stlxrb w24, w28, [x25]
;;       4c:       cbnz x24, 0x40 <func[1]+0x20>
;;       50:       uxtb w0, w27
;;       54:       ldp x24, x25, [sp], #0x10
;;       58:       ldp x26, x27, [sp], #0x10
;;       5c:       ldr x28, [sp], #0x10
;;       60:       ldp x29, x30, [sp], #0x10
;;       64:       ret
;;   ...
;; func[2]:
;;       70:       stp x29, x30, [sp, #-0x10]!
;;       74:       mov x29, sp
;;       78:       str x28, [sp, #-0x10]!
;;       7c:       stp x26, x27, [sp, #-0x10]!
;;       80:       stp x24, x25, [sp, #-0x10]!
;;       84:       and w9, w1, #0x3
;;       88:       cbnz w9, 0xc4 <func[2]+0x54>
;;       8c:       add x25, x0, w1, uxtw
;;       90:       lsr w26, w2, w0
;;       94:       mov x28, x3
;;       98:       ldaxr w27, [x25]
;;       9c:       cmp x27, x26
;;       a0:       b.ne 0xac <func[2]+0x3c>
;;       a4:       stlxr w24, w28, [x25]
;;       a8:       cbnz x24, 0x98 <func[2]+0x28>
;;       ac:       mov x0, x27
;;       b0:       ldp x24, x25, [sp], #0x10
;;       b4:       ldp x26, x27, [sp], #0x10
;;       b8:       ldr x28, [sp], #0x10
;;       bc:       ldp x29, x30, [sp], #0x10
;;       c0:       ret
;;       c4:       udf #0xc11f
;;   ...
