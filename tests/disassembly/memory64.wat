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
;;        0:       ldur x5, [x0, #-0x18]
;;        4:       sub x5, x5, #0x4
;;        8:       cmp x1, x5
;;        c:       b.hi 0x18 <func[0]+0x18>
;;       10:       ldr w0, [x0, x1]
;;       14:       ret
;;       18:       udf #0xc11f
;;       1c:       udf #0x0
;; func[1]:
;;       20:       ldur x6, [x0, #-0x18]
;;       24:       sub x6, x6, #0x10
;;       28:       cmp x1, x6
;;       2c:       b.hi 0x3c <func[1]+0x1c>
;;       30:       add x8, x0, x1
;;       34:       str x2, [x8, #0x8]
;;       38:       ret
;;       3c:       udf #0xc11f
;; func[2]:
;;       40:       ldur x12, [x0, #-0x18]
;;       44:       mov x13, #0x678a            // =26506
;;       48:       movk x13, #0x2345, lsl #16
;;       4c:       movk x13, #0x1, lsl #32
;;       50:       adds x13, x1, x13
;;       54:       b.hs 0x78 <func[2]+0x38>
;;       58:       cmp x13, x12
;;       5c:       b.hi 0x7c <func[2]+0x3c>
;;       60:       add x15, x0, x1
;;       64:       mov x0, #0x6789             // =26505
;;       68:       movk x0, #0x2345, lsl #16
;;       6c:       movk x0, #0x1, lsl #32
;;       70:       ldrb w0, [x15, x0]
;;       74:       ret
;;       78:       udf #0xc11f
;;       7c:       udf #0xc11f
;; func[3]:
;;       80:       ldur x8, [x0, #-0x18]
;;       84:       mov x9, #-0x1               // =-1
;;       88:       adds x9, x1, x9
;;       8c:       b.hs 0xa8 <func[3]+0x28>
;;       90:       cmp x9, x8
;;       94:       b.hi 0xac <func[3]+0x2c>
;;       98:       mov x9, #-0x1               // =-1
;;       9c:       add x11, x0, x9
;;       a0:       ldrb w0, [x11, x1]
;;       a4:       ret
;;       a8:       udf #0xc11f
;;       ac:       udf #0xc11f
