#!/bin/sh
# A RUSTC_WRAPPER that instruments the compiler, the validator and the fuzz target for libFuzzer, and nothing else: with
# `cargo fuzz` the code generator is instrumented, too, which makes its build take several times as long.
case " $* " in
*" --crate-name aot_compiler "* | *" --crate-name wasmparser "* | *" --crate-name compile "*)
    set -- "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
