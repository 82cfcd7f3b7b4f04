//! ludcmp: solver of A x = b by LU decomposition and substitution.

use polybench::{Dump, Kernel, Matrix, Vector, measure, positive_definite, ratio, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Ludcmp<const N: usize> {
    a: Matrix<f64, N, N>,
    b: Vector<f64, N>,
    x: Vector<f64, N>,
    y: Vector<f64, N>,
}

impl<const N: usize> Kernel for Ludcmp<N> {
    fn init() -> Self {
        Self { a: positive_definite(), b: vector(|i| ratio(i + 1, N) / 2.0 + 4.0), x: zeros(), y: zeros() }
    }

    fn run(&mut self) {
        ludcmp(&mut self.a, &self.b, &mut self.x, &mut self.y);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("x", &*self.x)
    }
}

fn ludcmp<const N: usize>(a: &mut [[f64; N]; N], b: &[f64; N], x: &mut [f64; N], y: &mut [f64; N]) {
    for i in 0..N {
        for j in 0..i {
            let mut w = a[i][j];
            for k in 0..j {
                w -= a[i][k] * a[k][j];
            }
            a[i][j] = w / a[j][j];
        }
        for j in i..N {
            let mut w = a[i][j];
            for k in 0..i {
                w -= a[i][k] * a[k][j];
            }
            a[i][j] = w;
        }
    }
    for i in 0..N {
        let mut w = b[i];
        for j in 0..i {
            w -= a[i][j] * y[j];
        }
        y[i] = w;
    }
    for i in (0..N).rev() {
        let mut w = y[i];
        for j in i + 1..N {
            w -= a[i][j] * x[j];
        }
        x[i] = w / a[i][i];
    }
}

fn main() -> ExitCode {
    polybench::main(
        "ludcmp",
        [
            measure::<Ludcmp<40>>,
            measure::<Ludcmp<120>>,
            measure::<Ludcmp<400>>,
            measure::<Ludcmp<2000>>,
            measure::<Ludcmp<4000>>,
        ],
    )
}
