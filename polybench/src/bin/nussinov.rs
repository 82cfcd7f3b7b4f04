//! nussinov: RNA folding by dynamic programming, on integers.

use polybench::{Dump, Kernel, Matrix, Vector, measure, vector, zeros};
use std::{io::Result, process::ExitCode};

struct Nussinov<const N: usize> {
    seq: Vector<i8, N>,
    table: Matrix<i32, N, N>,
}

impl<const N: usize> Kernel for Nussinov<N> {
    fn init() -> Self {
        Self { seq: vector(|i| ((i + 1) % 4) as i8), table: zeros() }
    }

    fn run(&mut self) {
        nussinov(&self.seq, &mut self.table);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        let table = &self.table;
        dump.array("table", (0..N).flat_map(|i| &table[i][i..]).enumerate())
    }
}

/// 1 if the two bases pair.
fn pairs(base1: i8, base2: i8) -> i32 {
    i32::from(base1 + base2 == 3)
}

fn max(score1: i32, score2: i32) -> i32 {
    if score1 >= score2 { score1 } else { score2 }
}

fn nussinov<const N: usize>(seq: &[i8; N], table: &mut [[i32; N]; N]) {
    for i in (0..N).rev() {
        for j in i + 1..N {
            // Here j > 0 and i + 1 <= j < N, so all of PolyBench/C's tests for the table's edges hold.
            table[i][j] = max(table[i][j], table[i][j - 1]);
            table[i][j] = max(table[i][j], table[i + 1][j]);
            if i < j - 1 {
                table[i][j] = max(table[i][j], table[i + 1][j - 1] + pairs(seq[i], seq[j]));
            } else {
                table[i][j] = max(table[i][j], table[i + 1][j - 1]);
            }
            for k in i + 1..j {
                table[i][j] = max(table[i][j], table[i][k] + table[k + 1][j]);
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "nussinov",
        [
            measure::<Nussinov<60>>,
            measure::<Nussinov<180>>,
            measure::<Nussinov<500>>,
            measure::<Nussinov<2500>>,
            measure::<Nussinov<5500>>,
        ],
    )
}
