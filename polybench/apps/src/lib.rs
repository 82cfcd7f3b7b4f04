//! Application benchmarks: what programs on small boards do, with crates that such programs use, compiled unmodified.
//!
//! Each is a program of its own, `PROGRAM DATASET [--json|--dump]`, and prints what PolyBench's kernels print: its
//! input is made from a seed, the work is done between two reads of the monotonic clock, and a hash says what came out.

use polybench::{Measure, Times};
use std::{
    hint::black_box,
    io::{Result, Write},
    process::ExitCode,
    time::Instant,
};

/// An application with its input.
pub trait Application {
    /// Makes the input, whose size is proportional to `scale`.
    fn prepare(scale: usize) -> Self;

    /// The measured work.
    fn run(&mut self);

    /// Writes what the work gave, equal on all systems.
    ///
    /// # Errors
    /// Those of `out`.
    fn result(&self, out: &mut dyn Write) -> Result<()>;
}

/// The main function of the application `name`: PolyBench's, with inputs that grow by four from dataset to dataset.
pub fn main<A: Application>(name: &str) -> ExitCode {
    let datasets: [Measure; 5] =
        [measure::<A, 1>, measure::<A, 4>, measure::<A, 16>, measure::<A, 64>, measure::<A, 256>];
    polybench::main(name, datasets)
}

fn measure<A: Application, const SCALE: usize>(out: &mut dyn Write) -> Result<Times> {
    let mut application = A::prepare(SCALE);
    let start = Instant::now();
    window(black_box(&mut application));
    let kernel = start.elapsed();
    let start = Instant::now();
    application.result(out)?;
    Ok(Times { kernel, dump: start.elapsed() })
}

/// The window: a function of its own, so that nothing of the work moves out of it.
#[inline(never)]
fn window<A: Application>(application: &mut A) {
    application.run();
}

/// Numbers that look random and are the same everywhere: SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A sequence that `seed` determines.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number, made less than `bound`, which is small and not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound as u64) as usize
    }

    /// One of `choices`, of which there is at least one.
    pub fn choice<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_splitmix64s() {
        // The first outputs for the seed 1234567 of the algorithm's published C code.
        let mut random = Random::new(1_234_567);
        assert_eq!(
            [random.number(), random.number()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        );
    }
}
