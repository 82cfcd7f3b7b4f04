//! heat-3d: heat equation over three dimensions.

use polybench::{Cube, Dump, Kernel, cube, measure, ratio};
use std::{io::Result, process::ExitCode};

struct Heat3d<const TSTEPS: usize, const N: usize> {
    a: Cube<f64, N, N, N>,
    b: Cube<f64, N, N, N>,
}

impl<const TSTEPS: usize, const N: usize> Kernel for Heat3d<TSTEPS, N> {
    fn init() -> Self {
        let init = || cube(|i, j, k| ratio((i + j + (N - k)) * 10, N));
        Self { a: init(), b: init() }
    }

    fn run(&mut self) {
        for _ in 0..TSTEPS {
            heat_3d(&mut self.b, &self.a);
            heat_3d(&mut self.a, &self.b);
        }
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.vector("A", self.a.as_flattened().as_flattened())
    }
}

/// One half step: the inner points of `to` from those of `from`.
fn heat_3d<const N: usize>(to: &mut [[[f64; N]; N]; N], from: &[[[f64; N]; N]; N]) {
    for i in 1..N - 1 {
        for j in 1..N - 1 {
            for k in 1..N - 1 {
                to[i][j][k] = 0.125 * (from[i + 1][j][k] - 2.0 * from[i][j][k] + from[i - 1][j][k])
                    + 0.125 * (from[i][j + 1][k] - 2.0 * from[i][j][k] + from[i][j - 1][k])
                    + 0.125 * (from[i][j][k + 1] - 2.0 * from[i][j][k] + from[i][j][k - 1])
                    + from[i][j][k];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "heat-3d",
        [
            measure::<Heat3d<20, 10>>,
            measure::<Heat3d<40, 20>>,
            measure::<Heat3d<100, 40>>,
            measure::<Heat3d<500, 120>>,
            measure::<Heat3d<1000, 200>>,
        ],
    )
}
