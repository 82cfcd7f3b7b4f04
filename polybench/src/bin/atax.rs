//! atax: y = A^T (A x).

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Atax<const M: usize, const N: usize> {
    a: Matrix<f64, M, N>,
    x: Vector<f64, N>,
    y: Vector<f64, N>,
    tmp: Vector<f64, M>,
}

impl<const M: usize, const N: usize> Kernel for Atax<M, N> {
    fn init() -> Self {
        Self {
            a: matrix(|i, j| ratio((i + j) % N, 5 * M)),
            x: vector(|i| 1.0 + ratio(i, N)),
            y: zeros(),
            tmp: zeros(),
        }
    }

    fn run(&mut self) {
        atax(&self.a, &self.x, &mut self.y, &mut self.tmp);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("y", &*self.y)
    }
}

fn atax<const M: usize, const N: usize>(
    a: &[[f64; N]; M],
    x: &[f64; N],
    y: &mut [f64; N],
    tmp: &mut [f64; M],
) {
    for i in 0..N {
        y[i] = 0.0;
    }
    for i in 0..M {
        tmp[i] = 0.0;
        for j in 0..N {
            tmp[i] += a[i][j] * x[j];
        }
        for j in 0..N {
            y[j] += a[i][j] * tmp[i];
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "atax",
        [
            measure::<Atax<38, 42>>,
            measure::<Atax<116, 124>>,
            measure::<Atax<390, 410>>,
            measure::<Atax<1900, 2100>>,
            measure::<Atax<1800, 2200>>,
        ],
    )
}
