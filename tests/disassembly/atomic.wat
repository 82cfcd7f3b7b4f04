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
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       str x28, [sp, #-0x10]!
;;       3c:       stp x26, x27, [sp, #-0x10]!
;;       40:       stp x24, x25, [sp, #-0x10]!
;;       44:       add x9, x0, w1, uxtw
;;       48:       add x25, x9, #0x1
;;       4c:       mov x26, x2
;;       50:       ldaxrb w27, [x25]
;;       54:       add w28, w27, w26
;;       58:       stlxrb w24, w28, [x25]
;;       5c:       cbnz x24, 0x50 <func[1]+0x20>
;;       60:       uxtb w0, w27
;;       64:       ldp x24, x25, [sp], #0x10
;;       68:       ldp x26, x27, [sp], #0x10
;;       6c:       ldr x28, [sp], #0x10
;;       70:       ldp x29, x30, [sp], #0x10
;;       74:       ret
;;   ...
;; func[2]:
;;       80:       stp x29, x30, [sp, #-0x10]!
;;       84:       mov x29, sp
;;       88:       str x28, [sp, #-0x10]!
;;       8c:       stp x26, x27, [sp, #-0x10]!
;;       90:       stp x24, x25, [sp, #-0x10]!
;;       94:       and w9, w1, #0x3
;;       98:       cbnz w9, 0xd4 <func[2]+0x54>
;;       9c:       add x25, x0, w1, uxtw
;;       a0:       lsr w26, w2, w0
;;       a4:       mov x28, x3
;;       a8:       ldaxr w27, [x25]
;;       ac:       cmp x27, x26
;;       b0:       b.ne 0xbc <func[2]+0x3c>
;;       b4:       stlxr w24, w28, [x25]
;;       b8:       cbnz x24, 0xa8 <func[2]+0x28>
;;       bc:       mov x0, x27
;;       c0:       ldp x24, x25, [sp], #0x10
;;       c4:       ldp x26, x27, [sp], #0x10
;;       c8:       ldr x28, [sp], #0x10
;;       cc:       ldp x29, x30, [sp], #0x10
;;       d0:       ret
;;       d4:       udf #0xc11f
;;   ...
