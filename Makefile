# Sinter's front door: each target is one command, the work is done by cargo and by the programs it builds.

SINTER := target/release/sinter
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
PREFIX ?= $(if $(AS_ROOT),$(HOME)/.local,/usr/local)

# The default target comes before what is included.
all:

include apps/build.mk
include boot/firmware.mk

.PHONY: all run image flash test test-programs spec fuzz powercut bench bench-ablation bench-compare bench-kernel bench-wasi \
	bench-sd bench-cycles install tools peers toolchain
.NOTPARALLEL:

all: toolchain
	cargo build --release

# Boots the demo image. Instructions are counted exactly.
run: tools all $(DEMO)
	$(SINTER) run --icount apps/demo.toml

# The SD card build/sinter.img with the demo (MANIFEST=, IMAGE=, and SIZE= such as 1GiB for others). FIRMWARE= names a
# folder with the board's firmware; without it, Debian's package is fetched. CHAINLOADER=1 has it wait for `sinter push` instead.
FIRMWARE ?= build/firmware
image: all $(DEMO) $(filter build/firmware,$(FIRMWARE))
	$(SINTER) image $(if $(CHAINLOADER),--chainloader,$(or $(MANIFEST),apps/demo.toml)) -o $(or $(IMAGE),build/sinter.img) --firmware "$(FIRMWARE)" \
		$(if $(SIZE),--size $(SIZE))

# Writes that image to the card in DEVICE=, such as /dev/sdb: asks first, reads it back.
flash: $(if $(DEVICE),image)
	@$(if $(DEVICE),:,echo "DEVICE=/dev/sdX names the card's device: lsblk lists what there is" >&2; exit 1)
	$(SINTER) flash "$(or $(IMAGE),build/sinter.img)" "$(DEVICE)"

# Everything: formatting, lints, host unit tests, tests in the emulator.
test: tools
	cargo run --quiet --release --bin sinter-tests

# The official suite of the specification, on the target.
spec: tools
	cargo run --quiet --release --bin sinter-spec

# Random modules on the target, compared with Wasmtime; what differs is kept in build/fuzz. KIND: any, addresses, or both.
N ?= 2000
SEED ?= 0
KIND ?= both
fuzz: tools
	cargo run --quiet --release --package oracle --bin sinter-fuzz -- "$(N)" "$(SEED)" "$(KIND)"

# Power cuts at the writes of random workloads, N= (1000) of them, SEED=.
powercut: toolchain
	cargo run --quiet --release --bin sinter-powercut -- "$(if $(filter command%,$(origin N)),$(N),1000)" "$(SEED)"

# The slow tier: whole programs from the registries, compared with Wasmtime, and the comparison with Linux.
test-programs: peers
	cargo run --quiet --release --bin sinter-tests -- programs

# PolyBench and applications in executed instructions on Sinter, DATASET= RUNS= KERNELS= (programs, polybench, apps or python; with
# POLYBENCH_C=, upstream's own C; UNTUNED=1 for wasm of a plain cargo build; FP_CONTRACT=fast for contraction), and
# compared with native programs, Wasmtime and Wasmer on Linux. The reports are build/bench/report.html and
# build/bench/compare/report.html.
BENCH = cargo run --release --bin bench -- --dataset "$(or $(DATASET),MEDIUM)" --kernels "$(KERNELS)"
bench: tools
	$(BENCH) --runs "$(or $(RUNS),10)" $(if $(POLYBENCH_C),--polybench-c "$(POLYBENCH_C)") $(if $(UNTUNED),--untuned) \
		$(if $(filter fast,$(FP_CONTRACT)),--contracted)

bench-compare: peers
	$(BENCH) --runs "$(or $(RUNS),3)" --compare

# What each pass of the optimiser is worth.
bench-ablation: tools
	cargo run --quiet --release --bin bench-ablation -- --dataset "$(or $(DATASET),SMALL)"

# Cycles that LLVM's model of the Cortex-A53 estimates for PolyBench's kernels, beside native programs; KERNELS= DATASET=.
bench-cycles: tools
	@$(call apt-install,$(call missing,llvm-mca-19,llvm-19) $(call missing,qemu-aarch64,qemu-user))
	cargo run --quiet --release --bin bench-cycles -- --dataset "$(or $(DATASET),MEDIUM)" --kernels "$(KERNELS)"

# What the kernel costs, in executed instructions, beside Linux on the same emulated board.
bench-kernel: tools
	cargo run --quiet --release --bin bench-kernel

# What calls of WASI cost in executed instructions, beside Linux; build/bench/wasi.json has the figures.
bench-wasi: tools
	cargo run --quiet --release --bin bench-wasi

# What files on an SD card cost, beside Linux; build/bench/sd.json has the figures.
bench-sd: tools
	@$(call apt-install,$(call missing,/usr/sbin/mkfs.ext4,e2fsprogs))
	cargo run --quiet --release --bin bench-sd

install: all
	install -D $(SINTER) $(DESTDIR)$(PREFIX)/bin/sinter

# What the tools need from the system: a command or file, and Debian's packages for it where it is missing.
missing = $(if $(or $(wildcard $(1)),$(shell command -v $(1))),,$(2))
# Installs packages, if there are any.
apt-install = $(if $(strip $(1)),echo "Installing with apt-get: $(strip $(1))" && $(AS_ROOT) apt-get update && \
	$(AS_ROOT) apt-get install --yes --no-install-recommends $(1),:)
PACKAGES = $(strip $(call missing,cc,gcc libc6-dev) \
	$(call missing,c++,g++) \
	$(call missing,qemu-system-aarch64,qemu-system-arm) \
	$(call missing,clang-19,clang-19) \
	$(call missing,wasm-ld-19,lld-19) \
	$(call missing,/usr/include/wasm32-wasi/stdio.h,wasi-libc) \
	$(call missing,mtype,mtools) \
	$(call missing,/usr/sbin/fsck.vfat,dosfstools) \
	$(call missing,/usr/sbin/sfdisk,fdisk) \
	$(call missing,xz,xz-utils) \
	$(call missing,/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a,libclang-rt-19-dev-wasm32))

tools: toolchain
	@$(call apt-install,$(PACKAGES))

# What fetches and builds the other runtimes: pip for Wasmtime, LLVM for Wasmer.
PEERS = $(strip $(if $(shell python3 -m pip --version 2>/dev/null),,python3-pip) \
	$(call missing,/usr/lib/llvm-22/lib/libPolly.a,llvm-22-dev libpolly-22-dev) \
	$(call missing,/usr/include/zstd.h,libzstd-dev) \
	$(call missing,/usr/aarch64-linux-gnu/include/stdio.h,libc6-dev-arm64-cross libgcc-12-dev-arm64-cross))

peers: tools
	@$(call apt-install,$(PEERS))

# The compiler and the targets that rust-toolchain.toml names.
toolchain:
	@for target in aarch64-unknown-none wasm32-wasip1; do \
		test -d "$$(rustc --print target-libdir --target $$target 2>/dev/null)" || \
		{ echo "Installing the Rust toolchain with rustup" && rustup toolchain install && break; } || exit 1; done
