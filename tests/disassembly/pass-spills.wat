;; pass: spills
;; More loads than there are registers, the first of which are needed last.
(module
  (memory 1)
  (func (param $at i32) (result f64)
    (f64.add (f64.load offset=0 (local.get $at)) 
      (f64.add (f64.load offset=16 (local.get $at)) 
      (f64.add (f64.load offset=32 (local.get $at)) 
      (f64.add (f64.load offset=48 (local.get $at)) 
      (f64.add (f64.load offset=64 (local.get $at)) 
      (f64.add (f64.load offset=80 (local.get $at)) 
      (f64.add (f64.load offset=96 (local.get $at)) 
      (f64.add (f64.load offset=112 (local.get $at)) 
      (f64.add (f64.load offset=128 (local.get $at)) 
      (f64.add (f64.load offset=144 (local.get $at)) 
      (f64.add (f64.load offset=160 (local.get $at)) 
      (f64.add (f64.load offset=176 (local.get $at)) 
      (f64.add (f64.load offset=192 (local.get $at)) 
      (f64.add (f64.load offset=208 (local.get $at)) 
      (f64.add (f64.load offset=224 (local.get $at)) 
      (f64.add (f64.load offset=240 (local.get $at)) 
      (f64.add (f64.load offset=256 (local.get $at)) 
      (f64.add (f64.load offset=272 (local.get $at)) 
      (f64.add (f64.load offset=288 (local.get $at)) 
      (f64.add (f64.load offset=304 (local.get $at)) 
      (f64.add (f64.load offset=320 (local.get $at)) 
      (f64.add (f64.load offset=336 (local.get $at)) 
      (f64.add (f64.load offset=352 (local.get $at)) 
      (f64.add (f64.load offset=368 (local.get $at)) 
      (f64.add (f64.load offset=384 (local.get $at)) 
      (f64.add (f64.load offset=400 (local.get $at)) 
      (f64.add (f64.load offset=416 (local.get $at)) 
      (f64.add (f64.load offset=432 (local.get $at)) 
      (f64.add (f64.load offset=448 (local.get $at)) 
      (f64.add (f64.load offset=464 (local.get $at)) 
      (f64.add (f64.load offset=480 (local.get $at)) 
      (f64.add (f64.load offset=496 (local.get $at)) 
      (f64.add (f64.load offset=512 (local.get $at)) 
      (f64.add (f64.load offset=528 (local.get $at)) 
      (f64.add (f64.load offset=544 (local.get $at)) (f64.load offset=560 (local.get $at)))))))))))))))))))))))))))))))))))))))
;; ----
;; without spills
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       stp d14, d15, [sp, #-0x10]!
;;        c:       stp d12, d13, [sp, #-0x10]!
;;       10:       stp d10, d11, [sp, #-0x10]!
;;       14:       stp d8, d9, [sp, #-0x10]!
;;       18:       sub sp, sp, #0x40
;;       1c:       add x11, x0, w1, uxtw
;;       20:       ldr d17, [x11]
;;       24:       stur q17, [sp, #0x30]
;;       28:       ldr d18, [x11, #0x10]
;;       2c:       stur q18, [sp, #0x20]
;;       30:       ldr d19, [x11, #0x20]
;;       34:       stur q19, [sp, #0x10]
;;       38:       ldr d20, [x11, #0x30]
;;       3c:       stur q20, [sp]
;;       40:       ldr d20, [x11, #0x40]
;;       44:       ldr d21, [x11, #0x50]
;;       48:       ldr d22, [x11, #0x60]
;;       4c:       ldr d23, [x11, #0x70]
;;       50:       ldr d24, [x11, #0x80]
;;       54:       ldr d25, [x11, #0x90]
;;       58:       ldr d26, [x11, #0xa0]
;;       5c:       ldr d27, [x11, #0xb0]
;;       60:       ldr d28, [x11, #0xc0]
;;       64:       ldr d29, [x11, #0xd0]
;;       68:       ldr d30, [x11, #0xe0]
;;       6c:       ldr d31, [x11, #0xf0]
;;       70:       ldr d0, [x11, #0x100]
;;       74:       ldr d1, [x11, #0x110]
;;       78:       ldr d2, [x11, #0x120]
;;       7c:       ldr d3, [x11, #0x130]
;;       80:       ldr d4, [x11, #0x140]
;;       84:       ldr d5, [x11, #0x150]
;;       88:       ldr d6, [x11, #0x160]
;;       8c:       ldr d7, [x11, #0x170]
;;       90:       ldr d11, [x11, #0x180]
;;       94:       ldr d12, [x11, #0x190]
;;       98:       ldr d13, [x11, #0x1a0]
;;       9c:       ldr d14, [x11, #0x1b0]
;;       a0:       ldr d15, [x11, #0x1c0]
;;       a4:       ldr d8, [x11, #0x1d0]
;;       a8:       ldr d9, [x11, #0x1e0]
;;       ac:       ldr d10, [x11, #0x1f0]
;;       b0:       ldr d16, [x11, #0x200]
;;       b4:       ldr d17, [x11, #0x210]
;;       b8:       ldr d18, [x11, #0x220]
;;       bc:       ldr d19, [x11, #0x230]
;;       c0:       fadd d18, d18, d19
;;       c4:       fadd d17, d17, d18
;;       c8:       fadd d16, d16, d17
;;       cc:       fadd d16, d10, d16
;;       d0:       fadd d16, d9, d16
;;       d4:       fadd d16, d8, d16
;;       d8:       fadd d16, d15, d16
;;       dc:       fadd d16, d14, d16
;;       e0:       fadd d16, d13, d16
;;       e4:       fadd d16, d12, d16
;;       e8:       fadd d16, d11, d16
;;       ec:       fadd d16, d7, d16
;;       f0:       fadd d16, d6, d16
;;       f4:       fadd d16, d5, d16
;;       f8:       fadd d16, d4, d16
;;       fc:       fadd d16, d3, d16
;;      100:       fadd d16, d2, d16
;;      104:       fadd d16, d1, d16
;;      108:       fadd d16, d0, d16
;;      10c:       fadd d16, d31, d16
;;      110:       fadd d16, d30, d16
;;      114:       fadd d16, d29, d16
;;      118:       fadd d16, d28, d16
;;      11c:       fadd d16, d27, d16
;;      120:       fadd d16, d26, d16
;;      124:       fadd d16, d25, d16
;;      128:       fadd d16, d24, d16
;;      12c:       fadd d16, d23, d16
;;      130:       fadd d16, d22, d16
;;      134:       fadd d16, d21, d16
;;      138:       fadd d16, d20, d16
;;      13c:       ldp q20, q19, [sp]
;;      140:       fadd d16, d20, d16
;;      144:       fadd d16, d19, d16
;;      148:       ldp q18, q17, [sp, #0x20]
;;      14c:       fadd d16, d18, d16
;;      150:       fadd d0, d17, d16
;;      154:       add sp, sp, #0x40
;;      158:       ldp d8, d9, [sp], #0x10
;;      15c:       ldp d10, d11, [sp], #0x10
;;      160:       ldp d12, d13, [sp], #0x10
;;      164:       ldp d14, d15, [sp], #0x10
;;      168:       ldp x29, x30, [sp], #0x10
;;      16c:       ret

;; with spills
;; func[0]:
;;        0:       stp x29, x30, [sp, #-0x10]!
;;        4:       mov x29, sp
;;        8:       stp d14, d15, [sp, #-0x10]!
;;        c:       stp d12, d13, [sp, #-0x10]!
;;       10:       stp d10, d11, [sp, #-0x10]!
;;       14:       stp d8, d9, [sp, #-0x10]!
;;       18:       sub sp, sp, #0x40
;;       1c:       add x11, x0, w1, uxtw
;;       20:       ldr d20, [x11, #0x40]
;;       24:       ldr d21, [x11, #0x50]
;;       28:       ldr d22, [x11, #0x60]
;;       2c:       ldr d23, [x11, #0x70]
;;       30:       ldr d24, [x11, #0x80]
;;       34:       ldr d25, [x11, #0x90]
;;       38:       ldr d26, [x11, #0xa0]
;;       3c:       ldr d27, [x11, #0xb0]
;;       40:       ldr d28, [x11, #0xc0]
;;       44:       ldr d29, [x11, #0xd0]
;;       48:       ldr d30, [x11, #0xe0]
;;       4c:       ldr d31, [x11, #0xf0]
;;       50:       ldr d0, [x11, #0x100]
;;       54:       ldr d1, [x11, #0x110]
;;       58:       ldr d2, [x11, #0x120]
;;       5c:       ldr d3, [x11, #0x130]
;;       60:       ldr d4, [x11, #0x140]
;;       64:       ldr d5, [x11, #0x150]
;;       68:       ldr d6, [x11, #0x160]
;;       6c:       ldr d7, [x11, #0x170]
;;       70:       ldr d11, [x11, #0x180]
;;       74:       ldr d12, [x11, #0x190]
;;       78:       ldr d13, [x11, #0x1a0]
;;       7c:       ldr d14, [x11, #0x1b0]
;;       80:       ldr d15, [x11, #0x1c0]
;;       84:       ldr d8, [x11, #0x1d0]
;;       88:       ldr d9, [x11, #0x1e0]
;;       8c:       ldr d10, [x11, #0x1f0]
;;       90:       ldr d16, [x11, #0x200]
;;       94:       ldr d17, [x11, #0x210]
;;       98:       ldr d18, [x11, #0x220]
;;       9c:       ldr d19, [x11, #0x230]
;;       a0:       fadd d18, d18, d19
;;       a4:       fadd d17, d17, d18
;;       a8:       fadd d16, d16, d17
;;       ac:       fadd d16, d10, d16
;;       b0:       fadd d16, d9, d16
;;       b4:       fadd d16, d8, d16
;;       b8:       fadd d16, d15, d16
;;       bc:       fadd d16, d14, d16
;;       c0:       fadd d16, d13, d16
;;       c4:       fadd d16, d12, d16
;;       c8:       fadd d16, d11, d16
;;       cc:       fadd d16, d7, d16
;;       d0:       fadd d16, d6, d16
;;       d4:       fadd d16, d5, d16
;;       d8:       fadd d16, d4, d16
;;       dc:       fadd d16, d3, d16
;;       e0:       fadd d16, d2, d16
;;       e4:       fadd d16, d1, d16
;;       e8:       fadd d16, d0, d16
;;       ec:       fadd d16, d31, d16
;;       f0:       fadd d16, d30, d16
;;       f4:       fadd d16, d29, d16
;;       f8:       fadd d16, d28, d16
;;       fc:       fadd d16, d27, d16
;;      100:       fadd d16, d26, d16
;;      104:       fadd d16, d25, d16
;;      108:       fadd d16, d24, d16
;;      10c:       fadd d16, d23, d16
;;      110:       fadd d16, d22, d16
;;      114:       fadd d16, d21, d16
;;      118:       fadd d16, d20, d16
;;      11c:       ldr d20, [x11, #0x30]
;;      120:       fadd d16, d20, d16
;;      124:       ldr d19, [x11, #0x20]
;;      128:       fadd d16, d19, d16
;;      12c:       ldr d18, [x11, #0x10]
;;      130:       fadd d16, d18, d16
;;      134:       ldr d17, [x11]
;;      138:       fadd d0, d17, d16
;;      13c:       add sp, sp, #0x40
;;      140:       ldp d8, d9, [sp], #0x10
;;      144:       ldp d10, d11, [sp], #0x10
;;      148:       ldp d12, d13, [sp], #0x10
;;      14c:       ldp d14, d15, [sp], #0x10
;;      150:       ldp x29, x30, [sp], #0x10
;;      154:       ret
;;   ...
