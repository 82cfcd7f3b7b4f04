//! All kernels and applications on the emulated board, at the two smaller datasets. A wrong result is an error, so figures mean that the
//! hashes are right.

use aot_compiler::compile::{self, optimise::Pass};
use sinter_bench::{APPS, Error, Measurement, Options, POLYBENCH, Suite, UNTUNED, WASM, Workload, measure};
use sinter_qemu::{Console, Machine, Verdict};
use std::{
    env,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Builds the programs, in a folder of the tests alone.
fn modules(suite: Suite) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = BUILDING.lock();
    WASM.build(suite.package.unwrap(), &target_folder().join("bench")).unwrap()
}

/// Where cargo builds: this program lies in TARGET/PROFILE/deps.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap().to_owned()
}

fn options(modules: &Path) -> Options<'_> {
    Options { runs: 1, modules, images: None, compile: compile::Options::default() }
}

fn workloads(suite: Suite, dataset: &str) -> Vec<Workload> {
    let names = suite.programs();
    suite.workloads(&names.iter().map(String::as_str).collect::<Vec<_>>(), dataset).unwrap()
}

fn run_all(dataset: &str) {
    let workloads = workloads(POLYBENCH, dataset);
    let found = measure(&workloads, &options(&modules(POLYBENCH)), &|_| {}).unwrap();
    let names = found.iter().map(|found| found.program.as_str());
    assert_eq!(names.collect::<Vec<_>>(), POLYBENCH.programs());
    for found in found {
        let (kernel, process, start_up) =
            (found.kernel.unwrap().mean, found.process.mean, found.start_up.unwrap().mean);
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
fn all_applications_are_right_at_small() {
    let found = measure(&workloads(APPS, "SMALL"), &options(&modules(APPS)), &|_| {}).unwrap();
    for found in &found {
        let program = found.program.as_str();
        assert_eq!(found.kernel.is_none(), ["pipeline", "start-exit"].contains(&program), "{found:?}");
        assert_eq!(found.start_up.is_none(), program == "pipeline", "{found:?}");
        let kernel = found.kernel.map_or(0.0, |kernel| kernel.mean);
        assert!(found.process.mean > kernel && found.process.mean > 1000.0, "{found:?}");
    }
    assert_eq!(found.iter().map(|found| found.program.as_str()).collect::<Vec<_>>(), APPS.programs());
}

#[test]
fn counts_do_not_vary() {
    let modules = modules(POLYBENCH);
    let options = Options { runs: 3, ..options(&modules) };
    let gemm = POLYBENCH.workloads(&["gemm"], "MINI").unwrap();
    let [gemm] = &measure(&gemm, &options, &|_| {}).unwrap()[..] else { panic!("one kernel") };
    let kernel = gemm.kernel.unwrap();
    assert_eq!(kernel.min, kernel.max);
}

#[test]
fn an_image_stays_for_a_board_that_counts_no_instructions() {
    let (modules, images) = (modules(POLYBENCH), tempfile::tempdir().unwrap());
    let options = Options { runs: 3, images: Some(images.path()), ..options(&modules) };
    measure(&POLYBENCH.workloads(&["gemm"], "MINI").unwrap(), &options, &|_| {}).unwrap();
    let (image, mut output) = (images.path().join("gemm.img"), Vec::new());
    let ending = Machine::new(&image, Console::Serial).run(&mut output).unwrap();
    let output = String::from_utf8_lossy(&output);
    assert!(matches!(ending.verdict, Verdict::Exited(0)), "{output}");
    for figure in ["\"kernel_ns\":", " ns from start to end, "] {
        assert_eq!(output.matches(figure).count(), 3, "{figure}: {output}");
    }
}

#[test]
fn contracted_kernels_are_close_to_the_reference() {
    let modules = modules(POLYBENCH);
    let strict = options(&modules);
    let passes = strict.compile.passes.with(Pass::Contract);
    let contracted = Options { compile: compile::Options { passes, ..strict.compile }, ..strict };
    let workloads = workloads(POLYBENCH, "MINI");
    let [strict, contracted] =
        [strict, contracted].map(|options| measure(&workloads, &options, &|_| {}).unwrap());
    let kernel = |found: &Measurement| found.kernel.unwrap().mean;
    let fewer = strict.iter().zip(&contracted).filter(|(strict, fast)| kernel(fast) < kernel(strict));
    // Most have products that are added to something.
    assert!(fewer.count() > 20);
    let wrong = Workload { sha256: "0".repeat(64), ..workloads[0].clone() };
    let options = Options { compile: compile::Options { passes, ..Default::default() }, ..options(&modules) };
    let error = measure(&[wrong], &options, &|_| {}).unwrap_err();
    assert!(matches!(error, Error::WrongResult { .. }), "{error}");
}

#[test]
fn kernels_of_a_plain_build_are_right() {
    let modules = UNTUNED.build("polybench", &target_folder().join("bench")).unwrap();
    let found = measure(&workloads(POLYBENCH, "MINI"), &options(&modules), &|_| {}).unwrap();
    assert_eq!(found.len(), POLYBENCH.programs().len());
}

#[test]
fn a_wrong_result_is_an_error() {
    let [gemm] = &POLYBENCH.workloads(&["gemm"], "MINI").unwrap()[..] else { panic!("one kernel") };
    let workload = Workload { sha256: "0".repeat(64), ..gemm.clone() };
    let error = measure(&[workload], &options(&modules(POLYBENCH)), &|_| {}).unwrap_err();
    assert!(matches!(error, Error::WrongResult { .. }), "{error}");
}
