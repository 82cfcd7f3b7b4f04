//! jacobi-1d: three-point Jacobi stencil over one dimension.

use polybench::{Dump, Kernel, Vector, measure, ratio, vector};
use std::{io::Result, process::ExitCode};

struct Jacobi1d<const TSTEPS: usize, const N: usize> {
    a: Vector<f64, N>,
    b: Vector<f64, N>,
}

impl<const TSTEPS: usize, const N: usize> Kernel for Jacobi1d<TSTEPS, N> {
    fn init() -> Self {
        Self { a: vector(|i| ratio(i + 2, N)), b: vector(|i| ratio(i + 3, N)) }
    }

    fn run(&mut self) {
        for _ in 0..TSTEPS {
            jacobi_1d(&mut self.b, &self.a);
            jacobi_1d(&mut self.a, &self.b);
        }
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("A", &*self.a)
    }
}

/// One half step: the inner points of `to` from those of `from`.
fn jacobi_1d<const N: usize>(to: &mut [f64; N], from: &[f64; N]) {
    for i in 1..N - 1 {
        to[i] = 0.33333 * (from[i - 1] + from[i] + from[i + 1]);
    }
}

fn main() -> ExitCode {
    polybench::main(
        "jacobi-1d",
        [
            measure::<Jacobi1d<20, 30>>,
            measure::<Jacobi1d<40, 120>>,
            measure::<Jacobi1d<100, 400>>,
            measure::<Jacobi1d<500, 2000>>,
            measure::<Jacobi1d<1000, 4000>>,
        ],
    )
}
