//! The comparison, with the smallest dataset: three systems, one result.

use sinter_bench::{
    Options, WASM,
    linux::{Linux, System},
    measure, polybench,
};
use std::{env, path::PathBuf};

/// Where cargo builds: this program lies in TARGET/PROFILE/deps.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap().to_owned()
}

#[test]
#[ignore = "fetches Debian's kernel and Wasmtime"]
fn kernels_are_right_on_linux_and_under_wasmtime() {
    let target = target_folder().join("bench");
    let modules = WASM.build("polybench", &target).unwrap();
    let workloads = polybench(&["gemm", "nussinov"], "MINI").unwrap();
    let linux = Linux::new(&target.join("packages"), &target).unwrap();
    let native = System::native(&workloads, "polybench", &target).unwrap();
    let wasmtime = System::wasmtime(&linux, &workloads, &modules, &target).unwrap();
    let [native, wasmtime] =
        [native, wasmtime].map(|system| linux.measure(&system, &workloads, 2, &|_| {}).unwrap());
    let options = Options { runs: 2, modules: &modules, compile: Default::default() };
    let sinter = measure(&workloads, &options, &|_| {}).unwrap();
    for ((native, wasmtime), sinter) in native.iter().zip(&wasmtime).zip(&sinter) {
        assert_eq!((&native.program, &native.program), (&wasmtime.program, &sinter.program));
        for found in [native, wasmtime, sinter] {
            assert!(found.kernel.min > 1000 && found.kernel.mean < found.process.mean, "{found:?}");
            assert!(found.code_size > 10_000 && found.peak_memory.min > 100_000, "{found:?}");
        }
        assert!(native.page_faults.unwrap().min > 10 && sinter.page_faults.is_none());
    }
}
