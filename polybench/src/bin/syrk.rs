//! syrk: C = alpha A A^T + beta C with a symmetric C, of which the lower triangle is computed.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Syrk<const M: usize, const N: usize> {
    alpha: f64,
    beta: f64,
    c: Matrix<f64, N, N>,
    a: Matrix<f64, N, M>,
}

impl<const M: usize, const N: usize> Kernel for Syrk<M, N> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            beta: 1.2,
            c: matrix(|i, j| ratio((i * j + 2) % M, M)),
            a: matrix(|i, j| ratio((i * j + 1) % N, N)),
        }
    }

    fn run(&mut self) {
        syrk(self.alpha, self.beta, &mut self.c, &self.a);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("C", &*self.c, N)
    }
}

fn syrk<const M: usize, const N: usize>(alpha: f64, beta: f64, c: &mut [[f64; N]; N], a: &[[f64; M]; N]) {
    for i in 0..N {
        for j in 0..i + 1 {
            c[i][j] *= beta;
        }
        for k in 0..M {
            for j in 0..i + 1 {
                c[i][j] += alpha * a[i][k] * a[j][k];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "syrk",
        [
            measure::<Syrk<20, 30>>,
            measure::<Syrk<60, 80>>,
            measure::<Syrk<200, 240>>,
            measure::<Syrk<1000, 1200>>,
            measure::<Syrk<2000, 2600>>,
        ],
    )
}
