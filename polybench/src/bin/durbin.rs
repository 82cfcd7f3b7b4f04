//! durbin: solver for Toeplitz systems, in particular Yule-Walker equations.

use polybench::{Dump, Kernel, Vector, measure, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Durbin<const N: usize> {
    r: Vector<f64, N>,
    y: Vector<f64, N>,
    z: Vector<f64, N>,
}

impl<const N: usize> Kernel for Durbin<N> {
    fn init() -> Self {
        Self { r: vector(|i| (N + 1 - i) as f64), y: zeros(), z: zeros() }
    }

    fn run(&mut self) {
        durbin(&self.r, &mut self.y, &mut self.z);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("y", &*self.y)
    }
}

fn durbin<const N: usize>(r: &[f64; N], y: &mut [f64; N], z: &mut [f64; N]) {
    y[0] = -r[0];
    let mut beta = 1.0;
    let mut alpha = -r[0];

    for k in 1..N {
        beta *= 1.0 - alpha * alpha;
        let mut sum = 0.0;
        for i in 0..k {
            sum += r[k - i - 1] * y[i];
        }
        alpha = -(r[k] + sum) / beta;
        for i in 0..k {
            z[i] = y[i] + alpha * y[k - i - 1];
        }
        y[..k].copy_from_slice(&z[..k]);
        y[k] = alpha;
    }
}

fn main() -> ExitCode {
    polybench::main(
        "durbin",
        [
            measure::<Durbin<40>>,
            measure::<Durbin<120>>,
            measure::<Durbin<400>>,
            measure::<Durbin<2000>>,
            measure::<Durbin<4000>>,
        ],
    )
}
