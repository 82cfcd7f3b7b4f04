;; Any 32-bit offset ends within the guard of 8 GiB and needs no check.
(module
    (memory 1)
    (func (param i32) (result i32) (i32.load offset=0x7fffffff (local.get 0)))
    (func (param i32 f64) (f64.store offset=0xffffffff (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       mov x3, #0x7fffffff         // =2147483647
;;        4:       add x5, x0, x3
;;        8:       ldr w0, [x5, w1, uxtw]
;;        c:       ret
;; func[1]:
;;       10:       add x5, x0, w1, uxtw
;;       14:       mov x6, #0xffffffff         // =4294967295
;;       18:       str d0, [x5, x6]
;;       1c:       ret
