//! Measures programs on Sinter in executed instructions, and reports.
//!
//! A [`Workload`] is a program of a [`Suite`] with what it has to compute, a [`Sample`] what one run took, and a
//! [`Measurement`] all runs of a workload on one system. No result is counted before its hash is that of the reference.

mod contraction;
pub mod cycles;
mod error;
mod figures;
pub mod linux;
mod measurement;
mod packages;
mod programs;
pub mod python;
pub mod report;
mod sinter;
mod suite;
pub mod upstream;

pub use error::Error;
pub use figures::Figures;
pub use measurement::{Measurement, Sample, Spread, geometric_mean};
pub use packages::Packages;
pub use programs::{Programs, UNTUNED, WASM};
pub use report::grouped;
pub use sinter::Options;
pub use suite::{APPS, DATASETS, POLYBENCH, PYTHON, Setting, Suite, Workload, select};

use rayon::prelude::*;

/// Measures programs on Sinter, as many at a time as this machine has cores, and returns the measurements in the
/// workloads' order. `done` hears of each as it comes, from any thread.
///
/// # Errors
/// A program that does not compile or boot, or a wrong result.
pub fn measure(
    workloads: &[Workload],
    options: &Options,
    done: &(dyn Fn(&Measurement) + Sync),
) -> Result<Vec<Measurement>, Error> {
    let one = |workload| sinter::measure(workload, options).inspect(|measurement| done(measurement));
    // One at a time from the front, so that the table grows in its order.
    workloads.par_iter().with_max_len(1).map(one).collect()
}
