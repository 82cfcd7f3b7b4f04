//! Every kernel's dump is PolyBench/C's, byte for byte, by its hash in reference.json.
//!
//! MINI and SMALL always, MEDIUM with optimisation only, LARGE on demand (`--ignored`). EXTRALARGE has no reference.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{fs, path::Path, process::Command};

macro_rules! programs {
    ($($name:literal)*) => { [$(($name, env!(concat!("CARGO_BIN_EXE_", $name)))),*] };
}

const PROGRAMS: [(&str, &str); 30] = programs! {
    "2mm" "3mm" "adi" "atax" "bicg" "cholesky" "correlation" "covariance" "deriche" "doitgen" "durbin" "fdtd-2d"
    "floyd-warshall" "gemm" "gemver" "gesummv" "gramschmidt" "heat-3d" "jacobi-1d" "jacobi-2d" "lu" "ludcmp" "mvt"
    "nussinov" "seidel-2d" "symm" "syr2k" "syrk" "trisolv" "trmm"
};

fn references() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Runs all kernels and returns what differs from the reference.
fn differences(dataset: &str) -> Vec<String> {
    let references = references();
    let mut differences = Vec::new();
    for (name, program) in PROGRAMS {
        let reference = &references["kernels"][name][dataset];
        let output = Command::new(program).args([dataset, "--dump"]).output().unwrap();
        let sha256: String =
            Sha256::digest(&output.stdout).iter().map(|byte| format!("{byte:02x}")).collect();
        if !output.status.success()
            || reference["bytes"].as_u64() != Some(output.stdout.len() as u64)
            || reference["sha256"].as_str() != Some(&sha256)
        {
            let bytes = output.stdout.len();
            differences.push(format!(
                "{name}: {}, {bytes} bytes, sha256 {sha256}, expected {reference}",
                output.status
            ));
        }
    }
    differences
}

#[test]
fn all_kernels_are_compared() {
    let references = references();
    let kernels = references["kernels"].as_object().unwrap();
    assert!(kernels.keys().all(|kernel| PROGRAMS.iter().any(|(name, _)| name == kernel)));
    assert_eq!(kernels.len(), PROGRAMS.len());
}

#[test]
fn mini() {
    assert_eq!(differences("MINI"), [""; 0]);
}

#[test]
fn small() {
    assert_eq!(differences("SMALL"), [""; 0]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn medium() {
    assert_eq!(differences("MEDIUM"), [""; 0]);
}

#[test]
#[ignore = "takes minutes"]
fn large() {
    assert_eq!(differences("LARGE"), [""; 0]);
}

#[test]
fn a_program_says_what_it_found() {
    for (name, program) in PROGRAMS {
        let output = Command::new(program).arg("MINI").output().unwrap();
        let line = String::from_utf8(output.stdout).unwrap();
        assert!(line.starts_with(&format!("{name} MINI: sha256 ok, ")) && line.ends_with(" ns\n"), "{line}");
        assert!(output.status.success(), "{name}: {}", output.status);
    }
}

#[test]
fn the_json_line_has_the_hash_and_times_that_fit() {
    let references = references();
    for (name, program) in PROGRAMS {
        let output = Command::new(program).args(["SMALL", "--json"]).output().unwrap();
        let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
        let reference = &references["kernels"][name]["SMALL"];
        assert_eq!(figures["sha256"], reference["sha256"], "{name}");
        assert_eq!(figures["bytes"], reference["bytes"], "{name}");
        let [kernel, check, main] =
            ["kernel_ns", "check_ns", "main_ns"].map(|key| figures[key].as_u64().unwrap());
        assert!(kernel > 0 && check > 0 && kernel + check <= main, "{name}: {figures}");
    }
}

#[test]
fn bad_usage_ends_with_2() {
    let (_, gemm) = PROGRAMS[13];
    for arguments in [&[][..], &["HUGE"], &["MINI", "--dumb"], &["MINI", "--dump", "again"]] {
        let output = Command::new(gemm).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "usage: gemm MINI|SMALL|MEDIUM|LARGE|EXTRALARGE [--json|--dump]\n"
        );
    }
}
