//! gesummv: y = alpha A x + beta B x.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Gesummv<const N: usize> {
    alpha: f64,
    beta: f64,
    a: Matrix<f64, N, N>,
    b: Matrix<f64, N, N>,
    tmp: Vector<f64, N>,
    x: Vector<f64, N>,
    y: Vector<f64, N>,
}

impl<const N: usize> Kernel for Gesummv<N> {
    fn init() -> Self {
        Self {
            alpha: 1.5,
            beta: 1.2,
            a: matrix(|i, j| ratio((i * j + 1) % N, N)),
            b: matrix(|i, j| ratio((i * j + 2) % N, N)),
            tmp: zeros(),
            x: vector(|i| ratio(i % N, N)),
            y: zeros(),
        }
    }

    fn run(&mut self) {
        gesummv(self.alpha, self.beta, &self.a, &self.b, &mut self.tmp, &self.x, &mut self.y);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("y", &*self.y)
    }
}

fn gesummv<const N: usize>(
    alpha: f64,
    beta: f64,
    a: &[[f64; N]; N],
    b: &[[f64; N]; N],
    tmp: &mut [f64; N],
    x: &[f64; N],
    y: &mut [f64; N],
) {
    for i in 0..N {
        tmp[i] = 0.0;
        y[i] = 0.0;
        for j in 0..N {
            tmp[i] += a[i][j] * x[j];
            y[i] += b[i][j] * x[j];
        }
        y[i] = alpha * tmp[i] + beta * y[i];
    }
}

fn main() -> ExitCode {
    polybench::main(
        "gesummv",
        [
            measure::<Gesummv<30>>,
            measure::<Gesummv<90>>,
            measure::<Gesummv<250>>,
            measure::<Gesummv<1300>>,
            measure::<Gesummv<2800>>,
        ],
    )
}
