//! covariance: the covariance matrix of N samples of M variables.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct Covariance<const M: usize, const N: usize> {
    data: Matrix<f64, N, M>,
    cov: Matrix<f64, M, M>,
    mean: Vector<f64, M>,
}

impl<const M: usize, const N: usize> Kernel for Covariance<M, N> {
    fn init() -> Self {
        Self { data: matrix(|i, j| ratio(i * j, M)), cov: zeros(), mean: zeros() }
    }

    fn run(&mut self) {
        covariance(&mut self.data, &mut self.cov, &mut self.mean);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("cov", &*self.cov, M)
    }
}

fn covariance<const M: usize, const N: usize>(
    data: &mut [[f64; M]; N],
    cov: &mut [[f64; M]; M],
    mean: &mut [f64; M],
) {
    let float_n = N as f64;

    for j in 0..M {
        mean[j] = 0.0;
        for i in 0..N {
            mean[j] += data[i][j];
        }
        mean[j] /= float_n;
    }
    for i in 0..N {
        for j in 0..M {
            data[i][j] -= mean[j];
        }
    }
    for i in 0..M {
        for j in i..M {
            cov[i][j] = 0.0;
            for k in 0..N {
                cov[i][j] += data[k][i] * data[k][j];
            }
            cov[i][j] /= float_n - 1.0;
            cov[j][i] = cov[i][j];
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "covariance",
        [
            measure::<Covariance<28, 32>>,
            measure::<Covariance<80, 100>>,
            measure::<Covariance<240, 260>>,
            measure::<Covariance<1200, 1400>>,
            measure::<Covariance<2600, 3000>>,
        ],
    )
}
