;; An index of 64 bits is compared with the memory's size: with what is left of it if the access fits into the least size,
;; else without wrapping.
(module
    (memory i64 1)
    (func (param i64) (result i32) (i32.load (local.get 0)))
    (func (param i64 i64) (i64.store offset=8 (local.get 0) (local.get 1)))
    (func (param i64) (result i32) (i32.load8_u offset=0x123456789 (local.get 0)))
    (func (param i64) (result i32) (i32.load8_u offset=0xffffffffffffffff (local.get 0))))
;; ----
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       ldur x5, [x0, #-0x18]
;;        c:       sub x5, x5, #0x4
;;       10:       cmp x1, x5
;;       14:       b.hi 0x24 <func[0]+0x24>
;;       18:       ldr w0, [x0, x1]
;;       1c:       ldp x29, x30, [sp], #0x10
;;       20:       ret
;;       24:       udf #0xc11f
;;   ...
;; func[1]:
;;       30:       stp x29, x30, [sp, #-0x10]!
;;       34:       mov x29, sp
;;       38:       ldur x6, [x0, #-0x18]
;;       3c:       sub x6, x6, #0x10
;;       40:       cmp x1, x6
;;       44:       b.hi 0x58 <func[1]+0x28>
;;       48:       add x8, x0, x1
;;       4c:       str x2, [x8, #0x8]
;;       50:       ldp x29, x30, [sp], #0x10
;;       54:       ret
;;       58:       udf #0xc11f
;;       5c:       udf #0x0
;; func[2]:
;;       60:       stp x29, x30, [sp, #-0x10]!
;;       64:       mov x29, sp
;;       68:       ldur x12, [x0, #-0x18]
;;       6c:       mov x13, #0x678a            // =26506
;;       70:       movk x13, #0x2345, lsl #16
;;       74:       movk x13, #0x1, lsl #32
;;       78:       adds x13, x1, x13
;;       7c:       b.hs 0xa4 <func[2]+0x44>
;;       80:       cmp x13, x12
;;       84:       b.hi 0xa8 <func[2]+0x48>
;;       88:       add x15, x0, x1
;;       8c:       mov x0, #0x6789             // =26505
;;       90:       movk x0, #0x2345, lsl #16
;;       94:       movk x0, #0x1, lsl #32
;;       98:       ldrb w0, [x15, x0]
;;       9c:       ldp x29, x30, [sp], #0x10
;;       a0:       ret
;;       a4:       udf #0xc11f
;;       a8:       udf #0xc11f
;;       ac:       udf #0x0
;; func[3]:
;;       b0:       stp x29, x30, [sp, #-0x10]!
;;       b4:       mov x29, sp
;;       b8:       ldur x8, [x0, #-0x18]
;;       bc:       mov x9, #-0x1               // =-1
;;       c0:       adds x9, x1, x9
;;       c4:       b.hs 0xe4 <func[3]+0x34>
;;       c8:       cmp x9, x8
;;       cc:       b.hi 0xe8 <func[3]+0x38>
;;       d0:       mov x9, #-0x1               // =-1
;;       d4:       add x11, x0, x9
;;       d8:       ldrb w0, [x11, x1]
;;       dc:       ldp x29, x30, [sp], #0x10
;;       e0:       ret
;;       e4:       udf #0xc11f
;;       e8:       udf #0xc11f
;;       ec:       udf #0x0
