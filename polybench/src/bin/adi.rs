//! adi: alternating direction implicit solver for the heat equation in two dimensions.

use polybench::{Dump, Kernel, Matrix, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct Adi<const TSTEPS: usize, const N: usize> {
    u: Matrix<f64, N, N>,
    v: Matrix<f64, N, N>,
    p: Matrix<f64, N, N>,
    q: Matrix<f64, N, N>,
}

impl<const TSTEPS: usize, const N: usize> Kernel for Adi<TSTEPS, N> {
    fn init() -> Self {
        Self { u: matrix(|i, j| ratio(i + N - j, N)), v: zeros(), p: zeros(), q: zeros() }
    }

    fn run(&mut self) {
        adi::<TSTEPS, N>(&mut self.u, &mut self.v, &mut self.p, &mut self.q);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("u", &*self.u, N)
    }
}

fn adi<const TSTEPS: usize, const N: usize>(
    u: &mut [[f64; N]; N],
    v: &mut [[f64; N]; N],
    p: &mut [[f64; N]; N],
    q: &mut [[f64; N]; N],
) {
    let dx = 1.0 / N as f64;
    let dy = 1.0 / N as f64;
    let dt = 1.0 / TSTEPS as f64;
    let b1 = 2.0;
    let b2 = 1.0;
    let mul1 = b1 * dt / (dx * dx);
    let mul2 = b2 * dt / (dy * dy);

    let a = -mul1 / 2.0;
    let b = 1.0 + mul1;
    let c = a;
    let d = -mul2 / 2.0;
    let e = 1.0 + mul2;
    let f = d;

    for _ in 0..TSTEPS {
        // Column sweep.
        for i in 1..N - 1 {
            v[0][i] = 1.0;
            p[i][0] = 0.0;
            q[i][0] = v[0][i];
            for j in 1..N - 1 {
                p[i][j] = -c / (a * p[i][j - 1] + b);
                q[i][j] = (-d * u[j][i - 1] + (1.0 + 2.0 * d) * u[j][i] - f * u[j][i + 1] - a * q[i][j - 1])
                    / (a * p[i][j - 1] + b);
            }
            v[N - 1][i] = 1.0;
            for j in (1..N - 1).rev() {
                v[j][i] = p[i][j] * v[j + 1][i] + q[i][j];
            }
        }
        // Row sweep.
        for i in 1..N - 1 {
            u[i][0] = 1.0;
            p[i][0] = 0.0;
            q[i][0] = u[i][0];
            for j in 1..N - 1 {
                p[i][j] = -f / (d * p[i][j - 1] + e);
                q[i][j] = (-a * v[i - 1][j] + (1.0 + 2.0 * a) * v[i][j] - c * v[i + 1][j] - d * q[i][j - 1])
                    / (d * p[i][j - 1] + e);
            }
            u[i][N - 1] = 1.0;
            for j in (1..N - 1).rev() {
                u[i][j] = p[i][j] * u[i][j + 1] + q[i][j];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "adi",
        [
            measure::<Adi<20, 20>>,
            measure::<Adi<40, 60>>,
            measure::<Adi<100, 200>>,
            measure::<Adi<500, 1000>>,
            measure::<Adi<1000, 2000>>,
        ],
    )
}
