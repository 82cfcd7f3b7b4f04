#!/bin/sh
# A RUSTC_WRAPPER that instruments for libFuzzer what reads bytes of others, the compiler and the validator or the file systems, and the
# fuzz targets, and nothing else: with `cargo fuzz` the code generator is instrumented, too, which makes its build take several times
# as long.
case " $* " in
*" --crate-name aot_compiler "* | *" --crate-name wasmparser "* | *" --crate-name compile "* | \
    *" --crate-name wasi_kernel "* | *" --crate-name embedded_sdmmc "* | \
    *" --crate-name sinter_cards "* | *" --crate-name card "*)
    set -- "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
