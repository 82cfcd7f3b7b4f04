//! gemm: C = alpha A B + beta C.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Gemm<const NI: usize, const NJ: usize, const NK: usize> {
    alpha: f64,
    beta: f64,
    c: Matrix<f64, NI, NJ>,
    a: Matrix<f64, NI, NK>,
    b: Matrix<f64, NK, NJ>,
}

impl<const NI: usize, const NJ: usize, const NK: usize> Kernel for Gemm<NI, NJ, NK> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            beta: 1.2,
            c: matrix(|i, j| ratio((i * j + 1) % NI, NI)),
            a: matrix(|i, j| ratio(i * (j + 1) % NK, NK)),
            b: matrix(|i, j| ratio(i * (j + 2) % NJ, NJ)),
        }
    }

    fn run(&mut self) {
        gemm(self.alpha, self.beta, &mut self.c, &self.a, &self.b);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("C", &*self.c, NI)
    }
}

fn gemm<const NI: usize, const NJ: usize, const NK: usize>(
    alpha: f64,
    beta: f64,
    c: &mut [[f64; NJ]; NI],
    a: &[[f64; NK]; NI],
    b: &[[f64; NJ]; NK],
) {
    for i in 0..NI {
        for j in 0..NJ {
            c[i][j] *= beta;
        }
        for k in 0..NK {
            for j in 0..NJ {
                c[i][j] += alpha * a[i][k] * b[k][j];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "gemm",
        [
            measure::<Gemm<20, 25, 30>>,
            measure::<Gemm<60, 70, 80>>,
            measure::<Gemm<200, 220, 240>>,
            measure::<Gemm<1000, 1100, 1200>>,
            measure::<Gemm<2000, 2300, 2600>>,
        ],
    )
}
