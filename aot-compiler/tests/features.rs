//! Features: each is recognised, can be switched off, and what is not supported is refused by its name.

use aot_compiler::compile::{CompileError, Options, compile, features};

/// For each feature a module that uses it and, apart from the features named last, no other.
const SAMPLES: &[(&str, &str, &[&str])] = &[
    ("mutable-global", r#"(global (export "g") (mut i32) (i32.const 0))"#, &[]),
    ("sign-extension", "(func (param i32) (result i32) (i32.extend8_s (local.get 0)))", &[]),
    ("saturating-float-to-int", "(func (param f32) (result i32) (i32.trunc_sat_f32_s (local.get 0)))", &[]),
    ("multi-value", "(func (result i32 i32) (i32.const 0) (i32.const 0))", &[]),
    ("bulk-memory", "(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))", &[]),
    ("reference-types", "(func (param externref))", &[]),
    ("simd", "(func (param v128) (result v128) (v128.not (local.get 0)))", &[]),
    (
        "relaxed-simd",
        "(func (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))",
        &["simd"],
    ),
    ("extended-const", "(global i32 (i32.add (i32.const 1) (i32.const 2)))", &[]),
    ("multi-memory", "(memory 1) (memory 1)", &[]),
    ("memory64", "(memory i64 1)", &[]),
    ("tail-call", "(func $f (return_call $f))", &[]),
    (
        "function-references",
        "(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))",
        &["reference-types"],
    ),
    ("exceptions", "(tag $t) (func (block $h (try_table (catch $t $h) (throw $t))))", &[]),
    ("threads", "(memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0))))", &[]),
];

fn wasm(parts: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {parts})")).unwrap()
}

fn options(names: &[&str]) -> Options<'static> {
    Options { features: features::parse(names.iter().copied()).unwrap(), ..Options::default() }
}

#[test]
fn every_feature_has_a_sample() {
    let known: Vec<_> = features::SUPPORTED.iter().map(|feature| feature.name).collect();
    let sampled: Vec<_> = SAMPLES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(known, sampled);
}

#[test]
fn used_features_are_named() {
    for (name, parts, others) in SAMPLES {
        let mut expected = [&[*name], *others].concat();
        let mut used = compile(&wasm(parts), "a", &options(&expected))
            .unwrap_or_else(|e| panic!("{name}: {e}"))
            .features;
        expected.sort_unstable();
        used.sort_unstable();
        assert_eq!(used, expected);
    }
}

#[test]
fn features_can_be_switched_off() {
    for (name, parts, _) in SAMPLES {
        let others: Vec<_> =
            features::SUPPORTED.iter().map(|feature| feature.name).filter(|other| other != name).collect();
        match compile(&wasm(parts), "a", &options(&others)) {
            Err(CompileError::Disabled { feature, .. }) => assert_eq!(&feature, name),
            other => panic!("{name}: {:?}", other.map(|_| ())),
        }
    }
}

#[test]
fn other_proposals_are_refused_by_name() {
    for (name, parts) in [
        ("gc", "(type (struct (field i32)))"),
        ("gc", "(func (result (ref i31)) (ref.i31 (i32.const 0)))"),
        ("legacy-exceptions", "(tag $t) (func try catch $t end)"),
        ("stack-switching", "(type $f (func)) (type (cont $f))"),
        (
            "wide-arithmetic",
            "(func (param i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (local.get 0)))",
        ),
        ("custom-page-sizes", "(memory 1 (pagesize 1))"),
        ("shared-everything-threads", "(global (shared i32) (i32.const 0))"),
    ] {
        match compile(&wasm(parts), "a", &Options::default()) {
            Err(CompileError::Unsupported { feature, .. }) => {
                assert_eq!(feature, format!("the WebAssembly feature {name}"), "{parts}");
            }
            other => panic!("{parts}: {:?}", other.map(|_| ())),
        }
    }
}
