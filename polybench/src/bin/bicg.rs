//! bicg: the two products of the BiCG method, s = A^T r and q = A p.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Bicg<const M: usize, const N: usize> {
    a: Matrix<f64, N, M>,
    s: Vector<f64, M>,
    q: Vector<f64, N>,
    p: Vector<f64, M>,
    r: Vector<f64, N>,
}

impl<const M: usize, const N: usize> Kernel for Bicg<M, N> {
    fn init() -> Self {
        Self {
            a: matrix(|i, j| ratio(i * (j + 1) % N, N)),
            s: zeros(),
            q: zeros(),
            p: vector(|i| ratio(i % M, M)),
            r: vector(|i| ratio(i % N, N)),
        }
    }

    fn run(&mut self) {
        bicg(&self.a, &mut self.s, &mut self.q, &self.p, &self.r);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("s", &*self.s)?;
        dump.vector("q", &*self.q)
    }
}

fn bicg<const M: usize, const N: usize>(
    a: &[[f64; M]; N],
    s: &mut [f64; M],
    q: &mut [f64; N],
    p: &[f64; M],
    r: &[f64; N],
) {
    for i in 0..M {
        s[i] = 0.0;
    }
    for i in 0..N {
        q[i] = 0.0;
        for j in 0..M {
            s[j] += r[i] * a[i][j];
            q[i] += a[i][j] * p[j];
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "bicg",
        [
            measure::<Bicg<38, 42>>,
            measure::<Bicg<116, 124>>,
            measure::<Bicg<390, 410>>,
            measure::<Bicg<1900, 2100>>,
            measure::<Bicg<1800, 2200>>,
        ],
    )
}
