//! seidel-2d: nine-point Gauss-Seidel stencil over two dimensions, in place.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Seidel2d<const TSTEPS: usize, const N: usize> {
    a: Matrix<f64, N, N>,
}

impl<const TSTEPS: usize, const N: usize> Kernel for Seidel2d<TSTEPS, N> {
    fn init() -> Self {
        Self { a: matrix(|i, j| ratio(i * (j + 2) + 2, N)) }
    }

    fn run(&mut self) {
        for _ in 0..TSTEPS {
            seidel_2d(&mut self.a);
        }
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("A", &*self.a, N)
    }
}

fn seidel_2d<const N: usize>(a: &mut [[f64; N]; N]) {
    for i in 1..N - 1 {
        for j in 1..N - 1 {
            a[i][j] = (a[i - 1][j - 1]
                + a[i - 1][j]
                + a[i - 1][j + 1]
                + a[i][j - 1]
                + a[i][j]
                + a[i][j + 1]
                + a[i + 1][j - 1]
                + a[i + 1][j]
                + a[i + 1][j + 1])
                / 9.0;
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "seidel-2d",
        [
            measure::<Seidel2d<20, 40>>,
            measure::<Seidel2d<40, 120>>,
            measure::<Seidel2d<100, 400>>,
            measure::<Seidel2d<500, 2000>>,
            measure::<Seidel2d<1000, 4000>>,
        ],
    )
}
