//! mvt: x1 = x1 + A y1 and x2 = x2 + A^T y2.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector};
use std::{io::Result, process::ExitCode};

struct Mvt<const N: usize> {
    a: Matrix<f64, N, N>,
    x1: Vector<f64, N>,
    x2: Vector<f64, N>,
    y1: Vector<f64, N>,
    y2: Vector<f64, N>,
}

impl<const N: usize> Kernel for Mvt<N> {
    fn init() -> Self {
        Self {
            a: matrix(|i, j| ratio(i * j % N, N)),
            x1: vector(|i| ratio(i % N, N)),
            x2: vector(|i| ratio((i + 1) % N, N)),
            y1: vector(|i| ratio((i + 3) % N, N)),
            y2: vector(|i| ratio((i + 4) % N, N)),
        }
    }

    fn run(&mut self) {
        mvt(&self.a, &mut self.x1, &mut self.x2, &self.y1, &self.y2);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("x1", &*self.x1)?;
        dump.vector("x2", &*self.x2)
    }
}

fn mvt<const N: usize>(
    a: &[[f64; N]; N],
    x1: &mut [f64; N],
    x2: &mut [f64; N],
    y1: &[f64; N],
    y2: &[f64; N],
) {
    for i in 0..N {
        for j in 0..N {
            x1[i] += a[i][j] * y1[j];
        }
    }
    for i in 0..N {
        for j in 0..N {
            x2[i] += a[j][i] * y2[j];
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "mvt",
        [
            measure::<Mvt<40>>,
            measure::<Mvt<120>>,
            measure::<Mvt<400>>,
            measure::<Mvt<2000>>,
            measure::<Mvt<4000>>,
        ],
    )
}
