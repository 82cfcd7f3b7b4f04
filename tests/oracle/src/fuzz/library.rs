//! A module that others import from.

use std::sync::LazyLock;

/// The name by which it is imported.
pub const NAME: &str = "library";

/// What it has, all of which ends and traps only where a table was changed; each import is `(import NAME EXPORT TYPE)`.
const TEXT: &str = r#"(module
    (type $nullary (func (result i32)))
    (memory (export "memory") 1 4)
    (table (export "table") 4 8 funcref)
    (global $counter (export "counter") (mut i32) (i32.const 1))
    (global (export "constant") i64 (i64.const 0x8000000000000001))
    (global (export "float") (mut f64) (f64.const 1.5))
    (tag $tag (export "tag") (param i32 f64))
    (elem (i32.const 0) $count $count $count $count)
    (func $count (export "count") (result i32)
        (global.set $counter (i32.add (global.get $counter) (i32.const 3)))
        (global.get $counter))
    (func (export "store") (param i32 i64)
        (i64.store offset=3 (i32.and (local.get 0) (i32.const 0xfff0)) (local.get 1)))
    (func (export "load") (param i32) (result i64)
        (i64.load offset=5 (i32.and (local.get 0) (i32.const 0xfff0))))
    (func (export "indirect") (param i32) (result i32)
        (call_indirect (type $nullary) (i32.and (local.get 0) (i32.const 3))))
    (func (export "throw") (param i32 f64)
        (if (i32.eqz (i32.and (local.get 0) (i32.const 1)))
            (then (throw $tag (local.get 0) (local.get 1)))))
    (func (export "choose") (param i32 i64 f32 f64) (result f64)
        (select (local.get 3) (f64.reinterpret_i64 (local.get 1)) (local.get 0))))"#;

/// The same as imports.
const IMPORTS: &str = r#"(module
    (import "library" "memory" (memory 1 4))
    (import "library" "table" (table 4 8 funcref))
    (import "library" "counter" (global (mut i32)))
    (import "library" "constant" (global i64))
    (import "library" "float" (global (mut f64)))
    (import "library" "tag" (tag (param i32 f64)))
    (import "library" "count" (func (result i32)))
    (import "library" "store" (func (param i32 i64)))
    (import "library" "load" (func (param i32) (result i64)))
    (import "library" "indirect" (func (param i32) (result i32)))
    (import "library" "throw" (func (param i32 f64)))
    (import "library" "choose" (func (param i32 i64 f32 f64) (result f64))))"#;

/// The module.
pub static WASM: LazyLock<Vec<u8>> =
    LazyLock::new(|| wat::parse_str(TEXT).expect("the library is well-formed"));

/// A module that imports all of it.
pub fn imports() -> Vec<u8> {
    wat::parse_str(IMPORTS).expect("the imports are well-formed")
}
