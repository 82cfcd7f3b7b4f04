# The guest programs, where the manifests expect them:
#   build/apps/       the example apps, from apps/
#   build/polybench/  PolyBench's kernels, from polybench/
# Included by the Makefile at the top; all paths are relative to there.

# clang and a wasi-libc: Debian's packages clang-19, lld-19, wasi-libc and libclang-rt-19-dev-wasm32. With the WASI
# SDK: WASM_CC=$WASI_SDK_PATH/bin/clang WASI_SYSROOT=$WASI_SDK_PATH/share/wasi-sysroot.
WASM_CC ?= clang-19
WASI_SYSROOT ?= /usr
# The stack comes first in memory, so that its overflow is a trap and not a write into the data below.
WASM_CFLAGS ?= --target=wasm32-wasi --sysroot=$(WASI_SYSROOT) -std=gnu17 -O2 -Wall -Wextra -Werror \
	-Wl,--stack-first,--strip-debug

CARGO_TARGET_DIR ?= target
WASM_RUST_OUT := $(CARGO_TARGET_DIR)/wasm32-wasip1
WASM_CARGO := cargo build --locked --target wasm32-wasip1 --target-dir $(CARGO_TARGET_DIR)

names = $(sort $(basename $(notdir $(wildcard $(1)))))
folders = $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard $(1))))))
RUST_APPS := $(patsubst %,build/apps/%.wasm,$(call folders,apps/*/Cargo.toml))
C_APPS := $(patsubst %,build/apps/%.wasm,$(call folders,apps/*/main.c))
POLYBENCH := $(patsubst %,build/polybench/%.wasm,$(call names,polybench/src/bin/*.rs))
# The modules that apps/demo.toml names.
DEMO := $(RUST_APPS) $(C_APPS) build/polybench/gemm.wasm build/polybench/jacobi-2d.wasm

.PHONY: guests apps polybench cargo-apps cargo-polybench
guests: $(DEMO)
apps: $(RUST_APPS) $(C_APPS)
polybench: $(POLYBENCH)

# Cargo knows what is out of date; a file in build/ gets a new time only with a new content.
define copy
@mkdir -p $(@D)
@cmp -s $(1) $@ || cp $(1) $@
endef

cargo-apps:
	$(WASM_CARGO) --release --manifest-path apps/Cargo.toml
$(RUST_APPS): build/apps/%.wasm: cargo-apps
	$(call copy,$(WASM_RUST_OUT)/release/$*.wasm)

cargo-polybench:
	$(WASM_CARGO) --profile guest --package polybench
$(POLYBENCH): build/polybench/%.wasm: cargo-polybench
	$(call copy,$(WASM_RUST_OUT)/guest/$*.wasm)

$(C_APPS): build/apps/%.wasm: apps/%/main.c
	@mkdir -p $(@D)
	$(WASM_CC) $(WASM_CFLAGS) $< -o $@
