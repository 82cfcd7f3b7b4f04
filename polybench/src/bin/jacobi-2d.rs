//! jacobi-2d: five-point Jacobi stencil over two dimensions.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Jacobi2d<const TSTEPS: usize, const N: usize> {
    a: Matrix<f64, N, N>,
    b: Matrix<f64, N, N>,
}

impl<const TSTEPS: usize, const N: usize> Kernel for Jacobi2d<TSTEPS, N> {
    fn init() -> Self {
        Self { a: matrix(|i, j| ratio(i * (j + 2) + 2, N)), b: matrix(|i, j| ratio(i * (j + 3) + 3, N)) }
    }

    fn run(&mut self) {
        for _ in 0..TSTEPS {
            jacobi_2d(&mut self.b, &self.a);
            jacobi_2d(&mut self.a, &self.b);
        }
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("A", &*self.a, N)
    }
}

/// One half step: the inner points of `to` from those of `from`.
fn jacobi_2d<const N: usize>(to: &mut [[f64; N]; N], from: &[[f64; N]; N]) {
    for i in 1..N - 1 {
        for j in 1..N - 1 {
            to[i][j] = 0.2 * (from[i][j] + from[i][j - 1] + from[i][1 + j] + from[1 + i][j] + from[i - 1][j]);
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "jacobi-2d",
        [
            measure::<Jacobi2d<20, 30>>,
            measure::<Jacobi2d<40, 90>>,
            measure::<Jacobi2d<100, 250>>,
            measure::<Jacobi2d<500, 1300>>,
            measure::<Jacobi2d<1000, 2800>>,
        ],
    )
}
