//! deriche: recursive edge detection filter, in single precision.

use polybench::{Dump, Kernel, Matrix, matrix, measure, zeros};
use std::{io::Result, process::ExitCode};

struct Deriche<const W: usize, const H: usize> {
    alpha: f32,
    img_in: Matrix<f32, W, H>,
    img_out: Matrix<f32, W, H>,
    y1: Matrix<f32, W, H>,
    y2: Matrix<f32, W, H>,
}

impl<const W: usize, const H: usize> Kernel for Deriche<W, H> {
    fn init() -> Self {
        Self {
            alpha: 0.25,
            img_in: matrix(|i, j| ((313 * i + 991 * j) % 65536) as f32 / 65535.0),
            img_out: zeros(),
            y1: zeros(),
            y2: zeros(),
        }
    }

    fn run(&mut self) {
        deriche(self.alpha, &self.img_in, &mut self.img_out, &mut self.y1, &mut self.y2);
    }

    fn dump(&self, dump: &mut Dump) -> Result<()> {
        dump.matrix("imgOut", &*self.img_out, H)
    }
}

fn deriche<const W: usize, const H: usize>(
    alpha: f32,
    img_in: &[[f32; H]; W],
    img_out: &mut [[f32; H]; W],
    y1: &mut [[f32; H]; W],
    y2: &mut [[f32; H]; W],
) {
    let k = (1.0 - (-alpha).exp()) * (1.0 - (-alpha).exp())
        / (1.0 + 2.0 * alpha * (-alpha).exp() - (2.0 * alpha).exp());
    let a1 = k;
    let a2 = k * (-alpha).exp() * (alpha - 1.0);
    let a3 = k * (-alpha).exp() * (alpha + 1.0);
    let a4 = -k * (-2.0 * alpha).exp();
    let (a5, a6, a7, a8) = (a1, a2, a3, a4);
    let b1 = 2.0f32.powf(-alpha);
    let b2 = -(-2.0 * alpha).exp();
    let c1 = 1.0;
    let c2 = 1.0;

    // Rows, forwards and backwards.
    for i in 0..W {
        let (mut ym1, mut ym2, mut xm1) = (0.0, 0.0, 0.0);
        for j in 0..H {
            y1[i][j] = a1 * img_in[i][j] + a2 * xm1 + b1 * ym1 + b2 * ym2;
            xm1 = img_in[i][j];
            ym2 = ym1;
            ym1 = y1[i][j];
        }
    }
    for i in 0..W {
        let (mut yp1, mut yp2, mut xp1, mut xp2) = (0.0, 0.0, 0.0, 0.0);
        for j in (0..H).rev() {
            y2[i][j] = a3 * xp1 + a4 * xp2 + b1 * yp1 + b2 * yp2;
            xp2 = xp1;
            xp1 = img_in[i][j];
            yp2 = yp1;
            yp1 = y2[i][j];
        }
    }
    for i in 0..W {
        for j in 0..H {
            img_out[i][j] = c1 * (y1[i][j] + y2[i][j]);
        }
    }

    // Columns, forwards and backwards.
    for j in 0..H {
        let (mut tm1, mut ym1, mut ym2) = (0.0, 0.0, 0.0);
        for i in 0..W {
            y1[i][j] = a5 * img_out[i][j] + a6 * tm1 + b1 * ym1 + b2 * ym2;
            tm1 = img_out[i][j];
            ym2 = ym1;
            ym1 = y1[i][j];
        }
    }
    for j in 0..H {
        let (mut tp1, mut tp2, mut yp1, mut yp2) = (0.0, 0.0, 0.0, 0.0);
        for i in (0..W).rev() {
            y2[i][j] = a7 * tp1 + a8 * tp2 + b1 * yp1 + b2 * yp2;
            tp2 = tp1;
            tp1 = img_out[i][j];
            yp2 = yp1;
            yp1 = y2[i][j];
        }
    }
    for i in 0..W {
        for j in 0..H {
            img_out[i][j] = c2 * (y1[i][j] + y2[i][j]);
        }
    }
}

fn main() -> ExitCode {
    polybench::main(
        "deriche",
        [
            measure::<Deriche<64, 64>>,
            measure::<Deriche<192, 128>>,
            measure::<Deriche<720, 480>>,
            measure::<Deriche<4096, 2160>>,
            measure::<Deriche<7680, 4320>>,
        ],
    )
}
