//! The program around a kernel: arguments, the measured window, the verdict.

use crate::{
    Dump, Kernel,
    reference::{Reference, reference},
};
use sha2::{Digest, Sha256};
use std::{
    env,
    hint::black_box,
    io::{self, BufWriter, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

/// The datasets' names, in the order of their sizes.
pub(crate) const DATASETS: [&str; 5] = ["MINI", "SMALL", "MEDIUM", "LARGE", "EXTRALARGE"];

/// Initialises and runs a kernel, writes its dump, and returns the times of both. See [`measure`].
pub type Measure = fn(&mut dyn Write) -> io::Result<Times>;

/// What took how long.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// The kernel alone.
    pub kernel: Duration,
    /// Writing the dump.
    pub dump: Duration,
}

/// The main function of the kernel `name`, with [`measure`] for its size at each dataset from MINI to
/// EXTRALARGE.
///
/// Prints one line with the verdict and the kernel's time, with `--json` all times and the hash, or with `--dump` the
/// dump alone. Fails with 1 if the dump is not PolyBench/C's, and with 2 on bad usage.
pub fn main(name: &str, datasets: [Measure; 5]) -> ExitCode {
    let start = Instant::now();
    let mut arguments = env::args_os().skip(1);
    let dataset = arguments.next().and_then(|argument| DATASETS.iter().position(|name| argument == *name));
    let Some(index) = dataset else {
        return usage(name);
    };
    let outcome = match (arguments.next(), arguments.next()) {
        (None, None) => check(name, index, datasets[index], None),
        (Some(option), None) if option == "--json" => check(name, index, datasets[index], Some(start)),
        (Some(option), None) if option == "--dump" => print(datasets[index]),
        _ => return usage(name),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{name}: standard output: {error}");
        ExitCode::FAILURE
    })
}

/// Runs the kernel and writes its dump to `out`. Each time is that between two reads of the clock around it.
///
/// # Errors
/// Those of `out`.
pub fn measure<K: Kernel>(out: &mut dyn Write) -> io::Result<Times> {
    let mut computation = K::init();
    let start = Instant::now();
    window(black_box(&mut computation));
    let kernel = start.elapsed();
    let start = Instant::now();
    Dump::write(out, |dump| computation.dump(dump))?;
    Ok(Times { kernel, dump: start.elapsed() })
}

/// The window: a function of its own, so that nothing of the kernel moves out of it.
#[inline(never)]
fn window<K: Kernel>(kernel: &mut K) {
    kernel.run();
}

fn usage(name: &str) -> ExitCode {
    eprintln!("usage: {name} {} [--json|--dump]", DATASETS.join("|"));
    ExitCode::from(2)
}

fn print(measure: Measure) -> io::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    measure(&mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Compares the dump and prints what was found: for a reader, or if `start` says when the program began, as JSON. There,
/// `check_ns` is the part of `main_ns` that PolyBench/C's programs do not have.
fn check(name: &str, dataset: usize, measure: Measure, start: Option<Instant>) -> io::Result<ExitCode> {
    let mut hash = Hash { sha256: Sha256::new(), bytes: 0 };
    let times = measure(&mut hash)?;
    let dumped = Instant::now();
    let (sha256, bytes) = hash.finish();
    let (matches, verdict) = verdict(&sha256, bytes, reference(name, dataset));
    let (kernel, dataset) = (times.kernel.as_nanos(), DATASETS[dataset]);
    match start {
        None => writeln!(io::stdout(), "{name} {dataset}: {verdict}, kernel {kernel} ns")?,
        Some(start) => {
            let check = (times.dump + dumped.elapsed()).as_nanos();
            let main = start.elapsed().as_nanos();
            writeln!(
                io::stdout(),
                r#"{{"kernel":"{name}","dataset":"{dataset}","sha256":"{sha256}","bytes":{bytes},"kernel_ns":{kernel},"check_ns":{check},"main_ns":{main}}}"#
            )?;
        }
    }
    Ok(if matches { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A sink that keeps the hash and the length of what is written to it.
struct Hash {
    sha256: Sha256,
    bytes: u64,
}

impl Write for Hash {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.sha256.update(text);
        self.bytes += text.len() as u64;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Hash {
    /// The hash in hexadecimal, and the length.
    fn finish(self) -> (String, u64) {
        (self.sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), self.bytes)
    }
}

/// Whether nothing speaks against a dump, and why.
fn verdict(sha256: &str, bytes: u64, reference: Option<&Reference>) -> (bool, String) {
    match reference {
        None => (true, format!("no reference to compare with, {bytes} bytes, sha256 {sha256}")),
        Some(reference) if reference.sha256 == sha256 => (true, format!("sha256 ok, {bytes} bytes")),
        Some(reference) => {
            let Reference { sha256: expected, bytes: length } = reference;
            (
                false,
                format!("WRONG: {bytes} bytes, sha256 {sha256}, expected {length} bytes, sha256 {expected}"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of "abc" (FIPS 180-4, example B.1).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn verdict_on(text: &str, reference: Option<&Reference>) -> (bool, String) {
        let mut hash = Hash { sha256: Sha256::new(), bytes: 0 };
        hash.write_all(text.as_bytes()).unwrap();
        let (sha256, bytes) = hash.finish();
        verdict(&sha256, bytes, reference)
    }

    #[test]
    fn only_the_reference_text_passes() {
        let reference = Reference { sha256: ABC, bytes: 3 };
        assert_eq!(verdict_on("abc", Some(&reference)), (true, "sha256 ok, 3 bytes".into()));
        let (matches, verdict) = verdict_on("abd", Some(&reference));
        assert!(!matches && verdict.starts_with("WRONG: 3 bytes"), "{verdict}");
        assert!(verdict_on("abc", None).0);
    }

    #[test]
    fn references_end_before_the_largest_dataset() {
        assert!(DATASETS[..4].iter().enumerate().all(|(index, _)| reference("gemm", index).is_some()));
        assert!(reference("gemm", 4).is_none());
        assert!(reference("no such kernel", 0).is_none());
    }
}
