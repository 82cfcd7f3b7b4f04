//! fft: the spectra of a vibration sensor's samples, by the crate rustfft.

use bench_apps::{Application, Random};
use rustfft::{Fft, FftPlanner, num_complex::Complex32};
use std::{
    f32::consts::TAU,
    io::{Result, Write},
    process::ExitCode,
    sync::Arc,
};

/// Samples of one spectrum.
const WINDOW: usize = 1024;

struct Spectra {
    samples: Vec<i16>,
    weights: Vec<f32>,
    fft: Arc<dyn Fft<f32>>,
    /// For each window the strongest frequencies with their powers.
    peaks: Vec<[(usize, f32); 3]>,
}

impl Application for Spectra {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(7);
        let phase = |number: usize, cycles: usize| (number * cycles % WINDOW) as f32 / WINDOW as f32 * TAU;
        let sample = |number: usize| {
            let speed = 40 + number / (4 * WINDOW);
            let noise = random.below(64) as f32 - 32.0;
            let signal = 900.0 * phase(number, speed).sin() + 350.0 * phase(number, 3 * speed).sin();
            (signal + 120.0 * phase(number, 301).cos() + noise) as i16
        };
        let samples = (0..scale * 4 * WINDOW).map(sample).collect();
        let weights = (0..WINDOW).map(|number| 0.5 - 0.5 * phase(number, 1).cos()).collect();
        let fft = FftPlanner::new().plan_fft_forward(WINDOW);
        Self { samples, weights, fft, peaks: Vec::new() }
    }

    fn run(&mut self) {
        let mut scratch = vec![Complex32::ZERO; self.fft.get_inplace_scratch_len()];
        let mut buffer = vec![Complex32::ZERO; WINDOW];
        for window in self.samples.chunks_exact(WINDOW) {
            for ((value, &sample), weight) in buffer.iter_mut().zip(window).zip(&self.weights) {
                *value = Complex32::new(f32::from(sample) * weight, 0.0);
            }
            self.fft.process_with_scratch(&mut buffer, &mut scratch);
            self.peaks.push(peaks(&buffer[..WINDOW / 2]));
        }
    }

    /// Frequencies, and powers in whole decibels: the last bits depend on the order of additions, which the crate
    /// chooses by the processor.
    fn result(&self, out: &mut dyn Write) -> Result<()> {
        for peaks in &self.peaks {
            for (frequency, power) in peaks {
                write!(out, "{frequency}: {:.0} dB ", 10.0 * power.log10())?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The three strongest local maxima.
fn peaks(spectrum: &[Complex32]) -> [(usize, f32); 3] {
    let mut strongest = [(0, 0.0); 3];
    for (before, three) in spectrum.windows(3).enumerate() {
        let [left, power, right] = [0, 1, 2].map(|index| three[index].norm_sqr());
        if power > left && power > right && power > strongest[2].1 {
            strongest[2] = (before + 1, power);
            strongest.sort_by(|one, other| other.1.total_cmp(&one.1));
        }
    }
    strongest
}

fn main() -> ExitCode {
    bench_apps::main::<Spectra>("fft")
}
