//! 3mm: G = (A B) (C D).

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct ThreeMm<const NI: usize, const NJ: usize, const NK: usize, const NL: usize, const NM: usize> {
    a: Matrix<f64, NI, NK>,
    b: Matrix<f64, NK, NJ>,
    c: Matrix<f64, NJ, NM>,
    d: Matrix<f64, NM, NL>,
    e: Matrix<f64, NI, NJ>,
    f: Matrix<f64, NJ, NL>,
    g: Matrix<f64, NI, NL>,
}

impl<const NI: usize, const NJ: usize, const NK: usize, const NL: usize, const NM: usize> Kernel
    for ThreeMm<NI, NJ, NK, NL, NM>
{
    fn init() -> Self {
        Self {
            a: matrix(|i, j| ratio((i * j + 1) % NI, 5 * NI)),
            b: matrix(|i, j| ratio((i * (j + 1) + 2) % NJ, 5 * NJ)),
            c: matrix(|i, j| ratio(i * (j + 3) % NL, 5 * NL)),
            d: matrix(|i, j| ratio((i * (j + 2) + 2) % NK, 5 * NK)),
            e: zeros(),
            f: zeros(),
            g: zeros(),
        }
    }

    fn run(&mut self) {
        product(&mut self.e, &self.a, &self.b);
        product(&mut self.f, &self.c, &self.d);
        product(&mut self.g, &self.e, &self.f);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("G", &*self.g, NI)
    }
}

/// z = x y.
fn product<const I: usize, const J: usize, const K: usize>(
    z: &mut [[f64; J]; I],
    x: &[[f64; K]; I],
    y: &[[f64; J]; K],
) {
    for i in 0..I {
        for j in 0..J {
            z[i][j] = 0.0;
            for k in 0..K {
                z[i][j] += x[i][k] * y[k][j];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "3mm",
        [
            measure::<ThreeMm<16, 18, 20, 22, 24>>,
            measure::<ThreeMm<40, 50, 60, 70, 80>>,
            measure::<ThreeMm<180, 190, 200, 210, 220>>,
            measure::<ThreeMm<800, 900, 1000, 1100, 1200>>,
            measure::<ThreeMm<1600, 1800, 2000, 2200, 2400>>,
        ],
    )
}
