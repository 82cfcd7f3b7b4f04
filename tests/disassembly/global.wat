;; A global that no instruction writes is a constant, if it may be written as well.
(module
    (global $never (mut i32) (i32.const 42))
    (global $set (mut i32) (i32.const 43))
    (func $sum (result i32) (i32.add (global.get $never) (global.get $set)))
    (func $write (param i32) (global.set $set (local.get 0))))
;; ----
;; sum:
;;        0:       ldur w3, [x0, #-0x30]
;;        4:       add w0, w3, #0x2a
;;        8:       ret
;;        c:       udf #0x0
;; write:
;;       10:       stur w1, [x0, #-0x30]
;;       14:       ret
;;   ...
