//! The comparison, with the smallest dataset: four systems, one result.

use sinter_bench::{
    APPS, Measurement, Options, POLYBENCH, PYTHON, Packages, Setting, Suite, WASM,
    linux::{Linux, System},
    measure, python,
};
use std::{env, path::PathBuf, sync::Mutex};

/// Where cargo builds: this program lies in TARGET/PROFILE/deps.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap().to_owned()
}

/// What two runs of programs take natively, under Wasmtime, under Wasmer and on Sinter.
fn compare(suite: Suite, programs: &[&str]) -> [Vec<Measurement>; 4] {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _fetching_and_building = ONE_AT_A_TIME.lock();
    let target = target_folder().join("bench");
    let mut workloads = suite.workloads(programs, "MINI").unwrap();
    let modules = match suite.package {
        Some(package) => WASM.build_for(&workloads, package, &target).unwrap(),
        None => python::modules(&Packages::new(&target.join("packages")).unwrap()).unwrap(),
    };
    for workload in &mut workloads {
        // Wasmtime alone takes minutes to start so often.
        if let Setting::Repeated(times) = &mut workload.setting {
            *times = 20;
        }
    }
    let kept = tempfile::tempdir().unwrap();
    let mut linux = Linux::new(&target.join("packages"), &target).unwrap();
    linux.kept = Some(kept.path().to_owned());
    let native = match suite.package {
        Some(package) => System::native(&workloads, package, &target).unwrap(),
        None => System::python(&linux, &workloads).unwrap(),
    };
    let wasmtime = System::wasmtime(&linux, &workloads, &modules, &target).unwrap();
    let wasmer = System::wasmer(&linux, &workloads, &modules, &target).unwrap();
    let on_linux = |system| linux.measure(system, &workloads, 2, &|_| {}).unwrap();
    let [found_native, wasmtime, wasmer] = [&native, &wasmtime, &wasmer].map(on_linux);
    // Kept figures are those of the same system.
    // JSON gives a mean or a deviation back with another last digit.
    let processes = |found: Vec<Measurement>| {
        found.into_iter().map(|found| (found.process.min, found.process.max)).collect::<Vec<_>>()
    };
    assert_eq!(processes(on_linux(&native)), processes(found_native.clone()));
    let options = Options { runs: 2, modules: &modules, images: None, compile: Default::default() };
    [found_native, wasmtime, wasmer, measure(&workloads, &options, &|_| {}).unwrap()]
}

#[test]
#[ignore = "fetches Debian's kernel and Wasmtime, and builds Wasmer"]
fn kernels_are_right_on_linux_and_under_both_runtimes() {
    let systems = compare(POLYBENCH, &["gemm", "nussinov"]);
    for (number, program) in ["gemm", "nussinov"].into_iter().enumerate() {
        let [native, wasmtime, wasmer, sinter] = systems.each_ref().map(|found| &found[number]);
        for found in [native, wasmtime, wasmer, sinter] {
            assert_eq!(found.program, program);
            let kernel = found.kernel.unwrap();
            assert!(kernel.min > 1000 && kernel.mean < found.process.mean, "{found:?}");
            assert!(found.code_size > 10_000 && found.peak_memory.min > 100_000, "{found:?}");
        }
        assert!(native.page_faults.unwrap().min > 10 && sinter.page_faults.is_none());
    }
}

#[test]
#[ignore = "fetches Debian's kernel and Wasmtime, and builds Wasmer"]
fn applications_are_right_on_linux_and_under_both_runtimes() {
    let programs = APPS.programs();
    let programs: Vec<_> = programs.iter().map(String::as_str).collect();
    for found in compare(APPS, &programs) {
        assert_eq!(found.iter().map(|found| &found.program).collect::<Vec<_>>(), programs);
        for found in found {
            assert!(found.process.mean > found.kernel.map_or(1000.0, |kernel| kernel.mean), "{found:?}");
        }
    }
}

#[test]
#[ignore = "fetches Debian's kernel, Wasmtime and CPython, and builds Wasmer"]
fn cpython_is_right_on_linux_and_under_both_runtimes() {
    for found in compare(PYTHON, &["python"]) {
        let [python] = &found[..] else { panic!("one program") };
        let kernel = python.kernel.unwrap().mean;
        // 50 passes of some 100,000 instructions.
        assert!(kernel > 1e6 && kernel < 2e7 && python.start_up.unwrap().mean > 1e6, "{python:?}");
    }
}
