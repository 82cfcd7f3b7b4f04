//! syr2k: C = alpha A B^T + alpha B A^T + beta C with a symmetric C, of which the lower triangle is computed.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Syr2k<const M: usize, const N: usize> {
    alpha: f64,
    beta: f64,
    c: Matrix<f64, N, N>,
    a: Matrix<f64, N, M>,
    b: Matrix<f64, N, M>,
}

impl<const M: usize, const N: usize> Kernel for Syr2k<M, N> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            beta: 1.2,
            c: matrix(|i, j| ratio((i * j + 3) % N, M)),
            a: matrix(|i, j| ratio((i * j + 1) % N, N)),
            b: matrix(|i, j| ratio((i * j + 2) % M, M)),
        }
    }

    fn run(&mut self) {
        syr2k(self.alpha, self.beta, &mut self.c, &self.a, &self.b);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("C", &*self.c, N)
    }
}

fn syr2k<const M: usize, const N: usize>(
    alpha: f64,
    beta: f64,
    c: &mut [[f64; N]; N],
    a: &[[f64; M]; N],
    b: &[[f64; M]; N],
) {
    for i in 0..N {
        for j in 0..i + 1 {
            c[i][j] *= beta;
        }
        for k in 0..M {
            for j in 0..i + 1 {
                c[i][j] += a[j][k] * alpha * b[i][k] + b[j][k] * alpha * a[i][k];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "syr2k",
        [
            measure::<Syr2k<20, 30>>,
            measure::<Syr2k<60, 80>>,
            measure::<Syr2k<200, 240>>,
            measure::<Syr2k<1000, 1200>>,
            measure::<Syr2k<2000, 2600>>,
        ],
    )
}
