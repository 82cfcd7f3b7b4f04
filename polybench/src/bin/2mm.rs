//! 2mm: D = alpha A B C + beta D.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct TwoMm<const NI: usize, const NJ: usize, const NK: usize, const NL: usize> {
    alpha: f64,
    beta: f64,
    tmp: Matrix<f64, NI, NJ>,
    a: Matrix<f64, NI, NK>,
    b: Matrix<f64, NK, NJ>,
    c: Matrix<f64, NJ, NL>,
    d: Matrix<f64, NI, NL>,
}

impl<const NI: usize, const NJ: usize, const NK: usize, const NL: usize> Kernel for TwoMm<NI, NJ, NK, NL> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            beta: 1.2,
            tmp: zeros(),
            a: matrix(|i, j| ratio((i * j + 1) % NI, NI)),
            b: matrix(|i, j| ratio(i * (j + 1) % NJ, NJ)),
            c: matrix(|i, j| ratio((i * (j + 3) + 1) % NL, NL)),
            d: matrix(|i, j| ratio(i * (j + 2) % NK, NK)),
        }
    }

    fn run(&mut self) {
        two_mm(self.alpha, self.beta, &mut self.tmp, &self.a, &self.b, &self.c, &mut self.d);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("D", &*self.d, NI)
    }
}

fn two_mm<const NI: usize, const NJ: usize, const NK: usize, const NL: usize>(
    alpha: f64,
    beta: f64,
    tmp: &mut [[f64; NJ]; NI],
    a: &[[f64; NK]; NI],
    b: &[[f64; NJ]; NK],
    c: &[[f64; NL]; NJ],
    d: &mut [[f64; NL]; NI],
) {
    for i in 0..NI {
        for j in 0..NJ {
            tmp[i][j] = 0.0;
            for k in 0..NK {
                tmp[i][j] += alpha * a[i][k] * b[k][j];
            }
        }
    }
    for i in 0..NI {
        for j in 0..NL {
            d[i][j] *= beta;
            for k in 0..NJ {
                d[i][j] += tmp[i][k] * c[k][j];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "2mm",
        [
            measure::<TwoMm<16, 18, 22, 24>>,
            measure::<TwoMm<40, 50, 70, 80>>,
            measure::<TwoMm<180, 190, 210, 220>>,
            measure::<TwoMm<800, 900, 1100, 1200>>,
            measure::<TwoMm<1600, 1800, 2200, 2400>>,
        ],
    )
}
