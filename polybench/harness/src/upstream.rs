//! PolyBench/C's own, unmodified programs on Sinter.
//!
//! Each is built twice. One build prints its arrays, whose hash is compared with the reference; the other one, the same
//! but for that, is measured. PolyBench/C prints its time in microseconds, so that the kernel alone is known to a
//! thousand instructions. Before its clock starts, PolyBench/C reads 32 MiB to flush a cache, unless it is told not to: here it
//! is, as no cache is modelled, and the whole process would be little else.

use crate::{
    Error, Measurement, Sample, Workload,
    figures::{last_words, sha256},
    sinter::{Hosted, Image, Run as Log},
};
use aot_compiler::{
    compile,
    image::{App, Console},
};
use rayon::prelude::*;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What clang is told, besides the dataset.
pub const FLAGS: [&str; 9] = [
    "--target=wasm32-wasi",
    "-O3",
    "-msimd128",
    "-ffp-contract=off",
    "-mllvm",
    "-unroll-partial-threshold=120",
    "-D_WASI_EMULATED_PROCESS_CLOCKS",
    "-DPOLYBENCH_NO_FLUSH_CACHE",
    "-Wl,--stack-first",
];

/// PolyBench/C's sources, as they are unpacked.
#[derive(Debug, Clone, Copy)]
pub struct Upstream<'a> {
    /// The folder that holds `utilities/polybench.c`.
    pub sources: &'a Path,
    /// Where the modules are built.
    pub modules: &'a Path,
    /// The dataset.
    pub dataset: &'a str,
    /// How often each program runs.
    pub runs: usize,
}

impl Upstream<'_> {
    /// Builds, checks and measures programs on Sinter. `done` hears of each as it comes, from any thread.
    ///
    /// # Errors
    /// A source is missing or does not compile, or a result is wrong.
    pub fn measure(
        &self,
        workloads: &[Workload],
        done: &(dyn Fn(&Measurement) + Sync),
    ) -> Result<Vec<Measurement>, Error> {
        fs::create_dir_all(self.modules).map_err(|error| Error::file(self.modules, error))?;
        let one = |workload| self.program(workload).inspect(|measurement| done(measurement));
        workloads.par_iter().with_max_len(1).map(one).collect()
    }

    fn program(&self, workload: &Workload) -> Result<Measurement, Error> {
        let name = &workload.name;
        let image = |suffix: &str, defines: &[&str]| {
            let module = self.build(name, suffix, defines)?;
            let app = App::new(name.clone(), 0, name.clone());
            Image::new(vec![(app, module)], &[], Console::Host, &compile::Options::default())
        };
        let checked = image("-dump", &["-DPOLYBENCH_TIME", "-DPOLYBENCH_DUMP_ARRAYS"])?;
        let dump = run(name, &checked)?.stderr;
        let sha256 = sha256(&dump);
        if sha256 != workload.sha256 || dump.len() as u64 != workload.bytes {
            let expected = workload.sha256.clone();
            return Err(Error::WrongResult { program: name.clone(), actual: sha256, expected });
        }
        let measured = image("", &["-DPOLYBENCH_TIME"])?;
        let samples = (0..self.runs).map(|_| Ok(run(name, &measured)?.sample));
        Ok(Measurement::new(name, measured.code_size, &samples.collect::<Result<Vec<_>, Error>>()?))
    }

    fn build(&self, kernel: &str, suffix: &str, defines: &[&str]) -> Result<PathBuf, Error> {
        let utilities = self.sources.join("utilities");
        let source =
            find(self.sources, &Path::new(kernel).join(kernel).with_extension("c")).ok_or_else(|| {
                let place = self.sources.display();
                Error::File(format!("{place}: has no {kernel}/{kernel}.c: is it PolyBench/C's folder?"))
            })?;
        let module = self.modules.join(format!("{kernel}{suffix}.wasm"));
        let mut clang = Command::new("clang-19");
        clang.args(FLAGS).args(defines).arg(format!("-D{}_DATASET", self.dataset)).arg("-I").arg(&utilities);
        clang.arg(utilities.join("polybench.c")).arg(source).args([
            "-lwasi-emulated-process-clocks",
            "-lm",
            "-o",
        ]);
        let output = clang.arg(&module).output();
        let output = output.map_err(|error| Error::Tool(format!("clang-19: {error}")))?;
        if output.status.success() {
            return Ok(module);
        }
        Err(Error::program(kernel, last_words(&String::from_utf8_lossy(&output.stderr))))
    }
}

/// The file below `folder` whose path ends in `end`.
fn find(folder: &Path, end: &Path) -> Option<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.into_iter().find_map(|path| match path.is_dir() {
        true => find(&path, end),
        false => path.ends_with(end).then_some(path),
    })
}

struct Run {
    sample: Sample,
    stderr: Vec<u8>,
}

/// Boots an image to its end.
fn run(name: &str, image: &Image) -> Result<Run, Error> {
    let Hosted { stdout, stderr, log } = image.hosted(name)?;
    let text = String::from_utf8_lossy(&stdout);
    let seconds = text.trim().parse::<f64>().ok();
    let (Some(seconds), Some(Log { wall, held, .. })) = (seconds, log.lines().find_map(Log::of)) else {
        let words = last_words(&format!("{log}\n{text}\n{}", String::from_utf8_lossy(&stderr)));
        return Err(Error::program(name, format!("printed no time, but: {words}")));
    };
    let kernel = Some((seconds * 1e9).round() as u64);
    let sample = Sample { kernel, process: wall, start_up: None, peak_memory: held, page_faults: None };
    Ok(Run { sample, stderr })
}
