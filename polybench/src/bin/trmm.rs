//! trmm: B = alpha A^T B with a unit lower triangular A.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{cmp::Ordering, io::Result, process::ExitCode};

struct Trmm<const M: usize, const N: usize> {
    alpha: f64,
    a: Matrix<f64, M, M>,
    b: Matrix<f64, M, N>,
}

impl<const M: usize, const N: usize> Kernel for Trmm<M, N> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            a: matrix(|i, j| match j.cmp(&i) {
                Ordering::Less => ratio((i + j) % M, M),
                Ordering::Equal => 1.0,
                Ordering::Greater => 0.0,
            }),
            b: matrix(|i, j| ratio((N + i - j) % N, N)),
        }
    }

    fn run(&mut self) {
        trmm(self.alpha, &self.a, &mut self.b);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("B", &*self.b, M)
    }
}

fn trmm<const M: usize, const N: usize>(alpha: f64, a: &[[f64; M]; M], b: &mut [[f64; N]; M]) {
    for i in 0..M {
        for j in 0..N {
            for k in i + 1..M {
                b[i][j] += a[k][i] * b[k][j];
            }
            b[i][j] *= alpha;
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "trmm",
        [
            measure::<Trmm<20, 30>>,
            measure::<Trmm<60, 80>>,
            measure::<Trmm<200, 240>>,
            measure::<Trmm<1000, 1200>>,
            measure::<Trmm<2000, 2600>>,
        ],
    )
}
