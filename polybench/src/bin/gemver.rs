//! gemver: A = A + u1 v1^T + u2 v2^T; x = x + beta A^T y + z; w = w + alpha A x.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Gemver<const N: usize> {
    alpha: f64,
    beta: f64,
    a: Matrix<f64, N, N>,
    u: [Vector<f64, N>; 2],
    v: [Vector<f64, N>; 2],
    w: Vector<f64, N>,
    x: Vector<f64, N>,
    y: Vector<f64, N>,
    z: Vector<f64, N>,
}

impl<const N: usize> Kernel for Gemver<N> {
    fn init() -> Self {
        let slope = |divisor: f64| vector(|i| ratio(i + 1, N) / divisor);
        Self {
            alpha: 1.5,
            beta: 1.2,
            a: matrix(|i, j| ratio(i * j % N, N)),
            u: [vector(|i| i as f64), slope(2.0)],
            v: [slope(4.0), slope(6.0)],
            w: zeros(),
            x: zeros(),
            y: slope(8.0),
            z: slope(9.0),
        }
    }

    fn run(&mut self) {
        let ([u1, u2], [v1, v2]) = (&self.u, &self.v);
        update(&mut self.a, u1, v1, u2, v2);
        transposed_product(self.beta, &self.a, &mut self.x, &self.y, &self.z);
        product(self.alpha, &self.a, &mut self.w, &self.x);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("w", &*self.w)
    }
}

fn update<const N: usize>(a: &mut [[f64; N]; N], u1: &[f64; N], v1: &[f64; N], u2: &[f64; N], v2: &[f64; N]) {
    for i in 0..N {
        for j in 0..N {
            a[i][j] = a[i][j] + u1[i] * v1[j] + u2[i] * v2[j];
        }
    }
}

fn transposed_product<const N: usize>(
    beta: f64,
    a: &[[f64; N]; N],
    x: &mut [f64; N],
    y: &[f64; N],
    z: &[f64; N],
) {
    for i in 0..N {
        for j in 0..N {
            x[i] += beta * a[j][i] * y[j];
        }
    }
    for i in 0..N {
        x[i] += z[i];
    }
}

fn product<const N: usize>(alpha: f64, a: &[[f64; N]; N], w: &mut [f64; N], x: &[f64; N]) {
    for i in 0..N {
        for j in 0..N {
            w[i] += alpha * a[i][j] * x[j];
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "gemver",
        [
            measure::<Gemver<40>>,
            measure::<Gemver<120>>,
            measure::<Gemver<400>>,
            measure::<Gemver<2000>>,
            measure::<Gemver<4000>>,
        ],
    )
}
