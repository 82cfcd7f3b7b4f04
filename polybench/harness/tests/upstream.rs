//! C programs that are laid out as PolyBench/C's.

use sinter_bench::{Error, POLYBENCH, Workload, upstream::Upstream};
use std::path::Path;

fn measure(workloads: &[Workload]) -> Result<Vec<sinter_bench::Measurement>, Error> {
    let folder = tempfile::tempdir().unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/polybench-c");
    let upstream = Upstream { sources: &sources, modules: folder.path(), dataset: "SMALL", runs: 2 };
    upstream.measure(workloads, &|_| {})
}

#[test]
fn a_program_in_c_is_checked_and_measured() {
    let found = measure(&POLYBENCH.workloads(&["gemm"], "SMALL").unwrap()).unwrap();
    let [gemm] = &found[..] else { panic!("one program") };
    let kernel = gemm.kernel.unwrap().mean;
    // 60 x 70 x 80 multiplications and additions.
    assert!(kernel > 336_000.0 && kernel < 6_720_000.0, "{gemm:?}");
    assert!(gemm.process.mean > kernel && gemm.start_up.is_none(), "{gemm:?}");
    assert!(gemm.peak_memory.min > 64 << 10 && gemm.code_size > 1000, "{gemm:?}");
    // It need not flush a cache that is not there.
    assert!(gemm.peak_memory.max < 1 << 20, "{gemm:?}");
}

#[test]
fn a_wrong_result_has_no_time() {
    let [gemm] = &POLYBENCH.workloads(&["gemm"], "SMALL").unwrap()[..] else { panic!("one program") };
    let error = measure(&[Workload { bytes: 1, ..gemm.clone() }]).unwrap_err();
    assert!(matches!(error, Error::WrongResult { .. }), "{error}");
}

#[test]
fn a_missing_program_is_told() {
    let error = measure(&POLYBENCH.workloads(&["lu"], "SMALL").unwrap()).unwrap_err().to_string();
    assert!(error.ends_with("has no lu/lu.c: is it PolyBench/C's folder?"), "{error}");
}
