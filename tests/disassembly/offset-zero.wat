;; Without an offset the index is part of the instruction, and nothing is checked.
(module
    (memory 1)
    (func (param i32) (result i32) (i32.load (local.get 0)))
    (func (param i32 v128) (v128.store (local.get 0) (local.get 1))))
;; ----
;; func[0]:
;;        0:       ldr w0, [x0, w1, uxtw]
;;        4:       ret
;;   ...
;; func[1]:
;;       10:       str q0, [x0, w1, uxtw]
;;       14:       ret
;;   ...
