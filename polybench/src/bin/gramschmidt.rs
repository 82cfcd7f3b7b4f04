//! gramschmidt: QR decomposition by the modified Gram-Schmidt process.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct Gramschmidt<const M: usize, const N: usize> {
    a: Matrix<f64, M, N>,
    r: Matrix<f64, N, N>,
    q: Matrix<f64, M, N>,
}

impl<const M: usize, const N: usize> Kernel for Gramschmidt<M, N> {
    fn init() -> Self {
        Self { a: matrix(|i, j| ratio(i * j % M, M) * 100.0 + 10.0), r: zeros(), q: zeros() }
    }

    fn run(&mut self) {
        gramschmidt(&mut self.a, &mut self.r, &mut self.q);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("R", &*self.r, N)?;
        dump.matrix("Q", &*self.q, N)
    }
}

fn gramschmidt<const M: usize, const N: usize>(
    a: &mut [[f64; N]; M],
    r: &mut [[f64; N]; N],
    q: &mut [[f64; N]; M],
) {
    for k in 0..N {
        let mut norm = 0.0;
        for i in 0..M {
            norm += a[i][k] * a[i][k];
        }
        r[k][k] = norm.sqrt();
        for i in 0..M {
            q[i][k] = a[i][k] / r[k][k];
        }
        for j in k + 1..N {
            r[k][j] = 0.0;
            for i in 0..M {
                r[k][j] += q[i][k] * a[i][j];
            }
            for i in 0..M {
                a[i][j] -= q[i][k] * r[k][j];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "gramschmidt",
        [
            measure::<Gramschmidt<20, 30>>,
            measure::<Gramschmidt<60, 80>>,
            measure::<Gramschmidt<200, 240>>,
            measure::<Gramschmidt<1000, 1200>>,
            measure::<Gramschmidt<2000, 2600>>,
        ],
    )
}
