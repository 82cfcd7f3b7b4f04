//! A product and a sum in one instruction, for those who ask for it: 0.1 * 10 - 1 is 0 in two steps, as 0.1 * 10 is rounded to
//! 1, and 2^-54 in one.

use sinter_tests::{sinter, status, wat};
use std::fs;

const PRODUCT_AND_SUM: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (func $difference (param $x f64) (param $y f64) (param $z f64) (result f64)
        (f64.sub (f64.mul (local.get $x) (local.get $y)) (local.get $z)))
    (func $sum (param $x v128) (param $y v128) (param $z v128) (result v128)
        (f64x2.add (f64x2.mul (local.get $x) (local.get $y)) (local.get $z)))
    (func (export "_start")
        (call $exit (i32.add
            (f64.eq (call $difference (f64.const 0.1) (f64.const 10) (f64.const 1)) (f64.const 0x1p-54))
            (f64.eq (f64.const 0x1p-54) (f64x2.extract_lane 1 (call $sum
                (v128.const f64x2 0 0.1) (v128.const f64x2 0 10) (v128.const f64x2 0 -1))))))))"#;

#[test]
fn two_steps_are_the_default() {
    let guest = wat("steps", PRODUCT_AND_SUM);
    assert_eq!(status(&sinter().arg("run").arg(&guest).assert()), Some(0));
}

#[test]
fn an_option_asks_for_one() {
    let guest = wat("steps", PRODUCT_AND_SUM);
    assert_eq!(status(&sinter().args(["run", "--fp-contract", "fast"]).arg(&guest).assert()), Some(2));
}

#[test]
fn apps_of_one_module_may_ask_for_either() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("steps.wasm"), wat::parse_str(PRODUCT_AND_SUM).unwrap()).unwrap();
    let manifest = folder.path().join("apps.toml");
    let text = r#"
        [app.strict]
        module = "steps.wasm"
        [app.fast]
        module = "steps.wasm"
        fp_contract = "fast"
        expect = 2"#;
    fs::write(&manifest, text).unwrap();
    sinter().arg("run").arg(&manifest).assert().success();
}
