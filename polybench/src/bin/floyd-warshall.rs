//! floyd-warshall: shortest paths between all pairs of nodes, on integers.

use polybench::{Dump, Kernel, Matrix, matrix, measure};
use std::{io::Result, process::ExitCode};

struct FloydWarshall<const N: usize> {
    path: Matrix<i32, N, N>,
}

impl<const N: usize> Kernel for FloydWarshall<N> {
    fn init() -> Self {
        let no_edge = |sum: usize| sum.is_multiple_of(13) || sum.is_multiple_of(7) || sum.is_multiple_of(11);
        Self { path: matrix(|i, j| if no_edge(i + j) { 999 } else { (i * j % 7 + 1) as i32 }) }
    }

    fn run(&mut self) {
        floyd_warshall(&mut self.path);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("path", &*self.path, N)
    }
}

fn floyd_warshall<const N: usize>(path: &mut [[i32; N]; N]) {
    for k in 0..N {
        for i in 0..N {
            for j in 0..N {
                let detour = path[i][k] + path[k][j];
                path[i][j] = if path[i][j] < detour { path[i][j] } else { detour };
            }
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "floyd-warshall",
        [
            measure::<FloydWarshall<60>>,
            measure::<FloydWarshall<180>>,
            measure::<FloydWarshall<500>>,
            measure::<FloydWarshall<2800>>,
            measure::<FloydWarshall<5600>>,
        ],
    )
}
