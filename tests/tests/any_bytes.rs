//! What reads bytes of others takes any: bounded runs of libFuzzer, which looks for bytes that reach new code.

use sinter_tests::{target_folder, workspace};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A target of libFuzzer, and how long it runs.
struct Fuzz {
    /// The package, and the program that it makes.
    package: &'static str,
    target: &'static str,
    /// How many inputs are tried; which, follows from the seed.
    runs: u32,
    /// Bytes of an input, at most.
    size: u32,
    /// Places in the code that are reached at least. Without instrumentation it would run as well, and find nothing.
    coverage: u32,
}

impl Fuzz {
    /// Runs it. `seeds` writes what libFuzzer changes and combines to a folder.
    fn run(&self, seeds: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        fs::create_dir(&corpus).unwrap();
        seeds(&corpus);
        let mut target = Command::new(self.build());
        let Self { runs, size, .. } = self;
        target.args([format!("-runs={runs}"), format!("-max_len={size}")]);
        target.args(["-seed=1", "-timeout=60", "-rss_limit_mb=2048"]).current_dir(&folder).arg(&corpus);
        let output = target.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        let last = text.lines().rfind(|line| line.contains("DONE ")).expect("it is done");
        println!("{last}");
        let coverage = last.split_once("cov: ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        assert!(coverage > Some(self.coverage), "{last}");
        assert!(fs::read_dir(&corpus).unwrap().count() > 50, "nothing new was reached: {last}");
    }

    fn build(&self) -> PathBuf {
        let manifest = workspace().join(self.package).join("Cargo.toml");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--profile", "fuzz", "--manifest-path"]).arg(manifest);
        cargo.arg("--target-dir").arg(target_folder());
        cargo.env("RUSTC_WRAPPER", workspace().join("tests/fuzz-rustc.sh"));
        assert!(cargo.status().unwrap().success(), "the fuzz target does not build");
        target_folder().join("fuzz").join(self.target)
    }
}

#[test]
fn the_compiler_takes_any_bytes() {
    let fuzz =
        Fuzz { package: "aot-compiler/fuzz", target: "compile", runs: 500_000, size: 2048, coverage: 1000 };
    fuzz.run(|corpus| {
        for entry in fs::read_dir(workspace().join("tests/disassembly")).unwrap() {
            let path = entry.unwrap().path();
            fs::write(corpus.join(path.file_stem().unwrap()), wat::parse_file(&path).unwrap()).unwrap();
        }
    });
}

#[test]
fn cards_may_have_any_bytes() {
    let fuzz = Fuzz { package: "wasi-kernel/fuzz", target: "card", runs: 100_000, size: 256, coverage: 500 };
    // Cards of each kind without a change.
    fuzz.run(|corpus| (0..8).for_each(|what| fs::write(corpus.join(what.to_string()), [what]).unwrap()));
}
