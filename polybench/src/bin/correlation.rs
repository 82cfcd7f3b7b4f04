//! correlation: the correlation matrix of N samples of M variables.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct Correlation<const M: usize, const N: usize> {
    data: Matrix<f64, N, M>,
    corr: Matrix<f64, M, M>,
    mean: Vector<f64, M>,
    stddev: Vector<f64, M>,
}

impl<const M: usize, const N: usize> Kernel for Correlation<M, N> {
    fn init() -> Self {
        Self {
            data: matrix(|i, j| ratio(i * j, M) + i as f64),
            corr: zeros(),
            mean: zeros(),
            stddev: zeros(),
        }
    }

    fn run(&mut self) {
        correlation(&mut self.data, &mut self.corr, &mut self.mean, &mut self.stddev);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("corr", &*self.corr, M)
    }
}

fn correlation<const M: usize, const N: usize>(
    data: &mut [[f64; M]; N],
    corr: &mut [[f64; M]; M],
    mean: &mut [f64; M],
    stddev: &mut [f64; M],
) {
    let float_n = N as f64;
    let eps = 0.1;

    for j in 0..M {
        mean[j] = 0.0;
        for i in 0..N {
            mean[j] += data[i][j];
        }
        mean[j] /= float_n;
    }
    for j in 0..M {
        stddev[j] = 0.0;
        for i in 0..N {
            stddev[j] += (data[i][j] - mean[j]) * (data[i][j] - mean[j]);
        }
        stddev[j] /= float_n;
        stddev[j] = stddev[j].sqrt();
        // A variable that hardly varies would divide by almost nothing.
        stddev[j] = if stddev[j] <= eps { 1.0 } else { stddev[j] };
    }

    // Centre and reduce the columns.
    for i in 0..N {
        for j in 0..M {
            data[i][j] -= mean[j];
            data[i][j] /= float_n.sqrt() * stddev[j];
        }
    }

    for i in 0..M - 1 {
        corr[i][i] = 1.0;
        for j in i + 1..M {
            corr[i][j] = 0.0;
            for k in 0..N {
                corr[i][j] += data[k][i] * data[k][j];
            }
            corr[j][i] = corr[i][j];
        }
    }
    corr[M - 1][M - 1] = 1.0;
}

fn main() -> ExitCode {
    polybench::main(
        "correlation",
        [
            measure::<Correlation<28, 32>>,
            measure::<Correlation<80, 100>>,
            measure::<Correlation<240, 260>>,
            measure::<Correlation<1200, 1400>>,
            measure::<Correlation<2600, 3000>>,
        ],
    )
}
