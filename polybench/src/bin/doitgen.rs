//! doitgen: multiresolution analysis, A(r, q, p) = sum over s of A(r, q, s) C4(s, p).

use polybench::{Cube, Dump, Kernel, Matrix, Vector, cube, matrix, measure, ratio, zeros};
use std::{io::Result, process::ExitCode};

struct Doitgen<const NQ: usize, const NR: usize, const NP: usize> {
    a: Cube<f64, NR, NQ, NP>,
    sum: Vector<f64, NP>,
    c4: Matrix<f64, NP, NP>,
}

impl<const NQ: usize, const NR: usize, const NP: usize> Kernel for Doitgen<NQ, NR, NP> {
    fn init() -> Self {
        Self {
            a: cube(|i, j, k| ratio((i * j + k) % NP, NP)),
            sum: zeros(),
            c4: matrix(|i, j| ratio(i * j % NP, NP)),
        }
    }

    fn run(&mut self) {
        doitgen(&mut self.a, &self.c4, &mut self.sum);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("A", self.a.as_flattened().as_flattened())
    }
}

fn doitgen<const NQ: usize, const NR: usize, const NP: usize>(
    a: &mut [[[f64; NP]; NQ]; NR],
    c4: &[[f64; NP]; NP],
    sum: &mut [f64; NP],
) {
    for r in 0..NR {
        for q in 0..NQ {
            for p in 0..NP {
                sum[p] = 0.0;
                for s in 0..NP {
                    sum[p] += a[r][q][s] * c4[s][p];
                }
            }
            a[r][q] = *sum;
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "doitgen",
        [
            measure::<Doitgen<8, 10, 12>>,
            measure::<Doitgen<20, 25, 30>>,
            measure::<Doitgen<40, 50, 60>>,
            measure::<Doitgen<140, 150, 160>>,
            measure::<Doitgen<220, 250, 270>>,
        ],
    )
}
