//! All kernels on the emulated board, at the two smaller datasets. A wrong result is an error, so figures mean that the
//! hashes are right.

use aot_compiler::compile;
use sinter_bench::{Error, Options, WASM, Workload, kernels, measure, polybench, run};
use std::{
    env,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Builds the kernels, in a folder of the tests alone.
fn modules() -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = BUILDING.lock();
    WASM.build("polybench", &target_folder().join("bench")).unwrap()
}

/// Where cargo builds: this program lies in TARGET/PROFILE/deps.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap().to_owned()
}

fn options(modules: &Path) -> Options<'_> {
    Options { runs: 1, modules, compile: compile::Options::default() }
}

fn run_all(dataset: &str) {
    let names = kernels();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let found = run(&names, dataset, &options(&modules()), &|_| {}).unwrap();
    assert_eq!(found.iter().map(|found| found.program.as_str()).collect::<Vec<_>>(), names);
    for found in found {
        let (kernel, process, start_up) =
            (found.kernel.mean, found.process.mean, found.start_up.unwrap().mean);
        assert!(kernel > 1000.0 && start_up > 1000.0 && kernel + start_up < process, "{found:?}");
        assert!(found.peak_memory.max > 64 << 10 && found.code_size > 1000, "{found:?}");
    }
}

#[test]
fn all_kernels_are_right_at_mini() {
    run_all("MINI");
}

#[test]
fn all_kernels_are_right_at_small() {
    run_all("SMALL");
}

#[test]
fn counts_do_not_vary() {
    let modules = modules();
    let options = Options { runs: 3, ..options(&modules) };
    let [gemm] = &run(&["gemm"], "MINI", &options, &|_| {}).unwrap()[..] else { panic!("one kernel") };
    assert_eq!(gemm.kernel.min, gemm.kernel.max);
}

#[test]
fn a_wrong_result_is_an_error() {
    let [gemm] = &polybench(&["gemm"], "MINI").unwrap()[..] else { panic!("one kernel") };
    let workload = Workload { sha256: "0".repeat(64), ..gemm.clone() };
    let error = measure(&[workload], &options(&modules()), &|_| {}).unwrap_err();
    assert!(matches!(error, Error::WrongResult { .. }), "{error}");
}
