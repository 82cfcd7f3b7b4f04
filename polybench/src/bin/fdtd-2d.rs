//! fdtd-2d: finite-difference time domain of Maxwell's equations in two dimensions.

use polybench::{Dump, Kernel, Matrix, Vector, matrix, measure, ratio, vector};
use std::{io::Result, process::ExitCode};

struct Fdtd2d<const TMAX: usize, const NX: usize, const NY: usize> {
    ex: Matrix<f64, NX, NY>,
    ey: Matrix<f64, NX, NY>,
    hz: Matrix<f64, NX, NY>,
    fict: Vector<f64, TMAX>,
}

impl<const TMAX: usize, const NX: usize, const NY: usize> Kernel for Fdtd2d<TMAX, NX, NY> {
    fn init() -> Self {
        Self {
            ex: matrix(|i, j| ratio(i * (j + 1), NX)),
            ey: matrix(|i, j| ratio(i * (j + 2), NY)),
            hz: matrix(|i, j| ratio(i * (j + 3), NX)),
            fict: vector(|i| i as f64),
        }
    }

    fn run(&mut self) {
        fdtd_2d(&mut self.ex, &mut self.ey, &mut self.hz, &self.fict);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("ex", &*self.ex, NX)?;
        dump.finish()?;
        dump.matrix("ey", &*self.ey, NX)?;
        dump.matrix("hz", &*self.hz, NX)
    }
}

fn fdtd_2d<const TMAX: usize, const NX: usize, const NY: usize>(
    ex: &mut [[f64; NY]; NX],
    ey: &mut [[f64; NY]; NX],
    hz: &mut [[f64; NY]; NX],
    fict: &[f64; TMAX],
) {
    for t in 0..TMAX {
        for j in 0..NY {
            ey[0][j] = fict[t];
        }
        for i in 1..NX {
            for j in 0..NY {
                ey[i][j] -= 0.5 * (hz[i][j] - hz[i - 1][j]);
            }
        }
        for i in 0..NX {
            for j in 1..NY {
                ex[i][j] -= 0.5 * (hz[i][j] - hz[i][j - 1]);
            }
        }
        for i in 0..NX - 1 {
            for j in 0..NY - 1 {
                hz[i][j] -= 0.7 * (ex[i][j + 1] - ex[i][j] + ey[i + 1][j] - ey[i][j]);
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "fdtd-2d",
        [
            measure::<Fdtd2d<20, 20, 30>>,
            measure::<Fdtd2d<40, 60, 80>>,
            measure::<Fdtd2d<100, 200, 240>>,
            measure::<Fdtd2d<500, 1000, 1200>>,
            measure::<Fdtd2d<1000, 2000, 2600>>,
        ],
    )
}
