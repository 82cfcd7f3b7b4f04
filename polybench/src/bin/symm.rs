//! symm: C = alpha A B + beta C with a symmetric A, of which the lower triangle is stored.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Symm<const M: usize, const N: usize> {
    alpha: f64,
    beta: f64,
    c: Matrix<f64, M, N>,
    a: Matrix<f64, M, M>,
    b: Matrix<f64, M, N>,
}

impl<const M: usize, const N: usize> Kernel for Symm<M, N> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            beta: 1.2,
            c: matrix(|i, j| ratio((i + j) % 100, M)),
            // The upper triangle is never read.
            a: matrix(|i, j| if j <= i { ratio((i + j) % 100, M) } else { -999.0 }),
            b: matrix(|i, j| ratio((N + i - j) % 100, M)),
        }
    }

    fn run(&mut self) {
        symm(self.alpha, self.beta, &mut self.c, &self.a, &self.b);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("C", &*self.c, M)
    }
}

fn symm<const M: usize, const N: usize>(
    alpha: f64,
    beta: f64,
    c: &mut [[f64; N]; M],
    a: &[[f64; M]; M],
    b: &[[f64; N]; M],
) {
    for i in 0..M {
        for j in 0..N {
            let mut temp2 = 0.0;
            for k in 0..i {
                c[k][j] += alpha * b[i][j] * a[i][k];
                temp2 += b[k][j] * a[i][k];
            }
            c[i][j] = beta * c[i][j] + alpha * b[i][j] * a[i][i] + alpha * temp2;
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "symm",
        [
            measure::<Symm<20, 30>>,
            measure::<Symm<60, 80>>,
            measure::<Symm<200, 240>>,
            measure::<Symm<1000, 1200>>,
            measure::<Symm<2000, 2600>>,
        ],
    )
}
