//! trisolv: solver of L x = b by forward substitution.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector};
use std::{io::Result, process::ExitCode};

struct Trisolv<const N: usize> {
    l: Matrix<f64, N, N>,
    x: Vector<f64, N>,
    b: Vector<f64, N>,
}

impl<const N: usize> Kernel for Trisolv<N> {
    fn init() -> Self {
        Self {
            l: matrix(|i, j| if j <= i { ratio((i + N - j + 1) * 2, N) } else { 0.0 }),
            x: vector(|_| -999.0),
            b: vector(|i| i as f64),
        }
    }

    fn run(&mut self) {
        trisolv(&self.l, &mut self.x, &self.b);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        // This kernel alone prints the new line after every twentieth element, not before it.
        dump.array("x", self.x.iter().enumerate().map(|(i, x)| (i + 19, x)))
    }
}

fn trisolv<const N: usize>(l: &[[f64; N]; N], x: &mut [f64; N], b: &[f64; N]) {
    for i in 0..N {
        x[i] = b[i];
        for j in 0..i {
            x[i] -= l[i][j] * x[j];
        }
        x[i] /= l[i][i];
    }
}

fn main() -> ExitCode {
    polybench::main(
        "trisolv",
        [
            measure::<Trisolv<40>>,
            measure::<Trisolv<120>>,
            measure::<Trisolv<400>>,
            measure::<Trisolv<2000>>,
            measure::<Trisolv<4000>>,
        ],
    )
}
