//! What a run took, and what all runs of a program took.

use serde::{Deserialize, Serialize};

/// One run of a program. Times are virtual nanoseconds: executed instructions where they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The computation alone, where one can tell it from the rest.
    pub kernel: Option<u64>,
    /// From the moment when the system begins to create the process to when all of it is gone, without the check of
    /// the result.
    pub process: u64,
    /// The part of `process` outside of the program's `main`: creation, the runtime's start, output and exit. Programs
    /// that do not say when their `main` began have none.
    pub start_up: Option<u64>,
    /// The most memory that the process held, in bytes.
    pub peak_memory: u64,
    /// How often the kernel had to give it memory that it touched, where that is counted.
    pub page_faults: Option<u64>,
}

/// All runs of a program on one system.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Measurement {
    /// The program's name.
    pub program: String,
    /// [`Sample::kernel`], if every run has it.
    pub kernel: Option<Spread>,
    /// [`Sample::process`].
    pub process: Spread,
    /// [`Sample::start_up`], if every run has it.
    pub start_up: Option<Spread>,
    /// [`Sample::peak_memory`].
    pub peak_memory: Spread,
    /// [`Sample::page_faults`], if every run has them.
    pub page_faults: Option<Spread>,
    /// Bytes of the program's machine code.
    pub code_size: u64,
}

impl Measurement {
    /// The figures of a program from its runs, of which there is at least one.
    pub fn new(program: &str, code_size: u64, samples: &[Sample]) -> Self {
        let spread = |value: fn(&Sample) -> u64| Spread::new(samples.iter().map(value));
        let optional = |value: fn(&Sample) -> Option<u64>| {
            let values: Option<Vec<_>> = samples.iter().map(value).collect();
            values.map(|values| Spread::new(values.into_iter()))
        };
        Self {
            program: program.to_owned(),
            kernel: optional(|sample| sample.kernel),
            process: spread(|sample| sample.process),
            start_up: optional(|sample| sample.start_up),
            peak_memory: spread(|sample| sample.peak_memory),
            page_faults: optional(|sample| sample.page_faults),
            code_size,
        }
    }
}

/// Mean and spread of a figure over all runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of the sample; 0 for one run.
    pub deviation: f64,
    /// The least.
    pub min: u64,
    /// The greatest.
    pub max: u64,
}

impl Spread {
    fn new(values: impl Iterator<Item = u64> + Clone) -> Self {
        let count = values.clone().count();
        let mean = values.clone().sum::<u64>() as f64 / count as f64;
        let squares: f64 = values.clone().map(|value| (value as f64 - mean).powi(2)).sum();
        Self {
            mean,
            deviation: (squares / count.saturating_sub(1).max(1) as f64).sqrt(),
            min: values.clone().min().unwrap_or_default(),
            max: values.max().unwrap_or_default(),
        }
    }
}

/// The geometric mean of positive numbers; 1 if there are none.
pub fn geometric_mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut logarithms, mut count) = (0.0, 0);
    for value in values {
        logarithms += value.ln();
        count += 1;
    }
    (logarithms / f64::from(count.max(1))).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_those_of_the_textbook() {
        let spread = Spread::new([2, 4, 4, 4, 5, 5, 7, 9].into_iter());
        assert_eq!((spread.mean, spread.min, spread.max), (5.0, 2, 9));
        assert!((spread.deviation - (32.0f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::new([7].into_iter()).deviation, 0.0);
    }

    #[test]
    fn the_geometric_mean_of_a_ratio_and_its_inverse_is_one() {
        assert!((geometric_mean([4.0, 0.25]) - 1.0).abs() < 1e-12);
        assert!((geometric_mean([2.0, 8.0]) - 4.0).abs() < 1e-12);
    }
}
