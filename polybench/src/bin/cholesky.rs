//! cholesky: A = L L^T, the lower triangle in place.

use polybench::{Dump, Kernel, Matrix, measure, positive_definite};
use std::{io::Result, process::ExitCode};

struct Cholesky<const N: usize> {
    a: Matrix<f64, N, N>,
}

impl<const N: usize> Kernel for Cholesky<N> {
    fn init() -> Self {
        Self { a: positive_definite() }
    }

    fn run(&mut self) {
        cholesky(&mut self.a);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        let a = &self.a;
        dump.array("A", (0..N).flat_map(|i| (0..=i).map(move |j| (i * N + j, a[i][j]))))
    }
}

fn cholesky<const N: usize>(a: &mut [[f64; N]; N]) {
    for i in 0..N {
        for j in 0..i {
            for k in 0..j {
                a[i][j] -= a[i][k] * a[j][k];
            }
            a[i][j] /= a[j][j];
        }
        for k in 0..i {
            a[i][i] -= a[i][k] * a[i][k];
        }
        a[i][i] = a[i][i].sqrt();
    }
}

fn main() -> ExitCode {
    polybench::main(
        "cholesky",
        [
            measure::<Cholesky<40>>,
            measure::<Cholesky<120>>,
            measure::<Cholesky<400>>,
            measure::<Cholesky<2000>>,
            measure::<Cholesky<4000>>,
        ],
    )
}
