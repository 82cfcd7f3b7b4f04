//! lu: LU decomposition without pivoting, in place.

use polybench::{Dump, Kernel, Matrix, measure, positive_definite};
use std::{io::Result, process::ExitCode};

struct Lu<const N: usize> {
    a: Matrix<f64, N, N>,
}

impl<const N: usize> Kernel for Lu<N> {
    fn init() -> Self {
        Self { a: positive_definite() }
    }

    fn run(&mut self) {
        lu(&mut self.a);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("A", &*self.a, N)
    }
}

fn lu<const N: usize>(a: &mut [[f64; N]; N]) {
    for i in 0..N {
        for j in 0..i {
            for k in 0..j {
                a[i][j] -= a[i][k] * a[k][j];
            }
            a[i][j] /= a[j][j];
        }
        for j in i..N {
            for k in 0..i {
                a[i][j] -= a[i][k] * a[k][j];
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "lu",
        [measure::<Lu<40>>, measure::<Lu<120>>, measure::<Lu<400>>, measure::<Lu<2000>>, measure::<Lu<4000>>],
    )
}
