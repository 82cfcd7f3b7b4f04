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
;;   ...
;; func[1]:
;;       30:       ldur x6, [x0, #-0x18]
;;       34:       sub x6, x6, #0x10
;;       38:       cmp x1, x6
;;       3c:       b.hi 0x4c <func[1]+0x1c>
;;       40:       add x8, x0, x1
;;       44:       str x2, [x8, #0x8]
;;       48:       ret
;;       4c:       udf #0xc11f
;;   ...
;; func[2]:
;;       60:       ldur x12, [x0, #-0x18]
;;       64:       mov x13, #0x678a            // =26506
;;       68:       movk x13, #0x2345, lsl #16
;;       6c:       movk x13, #0x1, lsl #32
;;       70:       adds x13, x1, x13
;;       74:       b.hs 0x98 <func[2]+0x38>
;;       78:       cmp x13, x12
;;       7c:       b.hi 0x9c <func[2]+0x3c>
;;       80:       add x15, x0, x1
;;       84:       mov x0, #0x6789             // =26505
;;       88:       movk x0, #0x2345, lsl #16
;;       8c:       movk x0, #0x1, lsl #32
;;       90:       ldrb w0, [x15, x0]
;;       94:       ret
;;       98:       udf #0xc11f
;;       9c:       udf #0xc11f
;;   ...
;; func[3]:
;;       b0:       ldur x8, [x0, #-0x18]
;;       b4:       mov x9, #-0x1               // =-1
;;       b8:       adds x9, x1, x9
;;       bc:       b.hs 0xd8 <func[3]+0x28>
;;       c0:       cmp x9, x8
;;       c4:       b.hi 0xdc <func[3]+0x2c>
;;       c8:       mov x9, #-0x1               // =-1
;;       cc:       add x11, x0, x9
;;       d0:       ldrb w0, [x11, x1]
;;       d4:       ret
;;       d8:       udf #0xc11f
;;       dc:       udf #0xc11f
;;   ...
