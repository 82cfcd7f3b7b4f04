//! Arrays on the heap whose shape is part of their type, row by row as in C.

use bytemuck::Zeroable;
use std::cmp::Ordering;

/// `N` elements.
pub type Vector<T, const N: usize> = Box<[T; N]>;
/// `R` rows of `C` elements.
pub type Matrix<T, const R: usize, const C: usize> = Box<[[T; C]; R]>;
/// `P` planes of `R` rows of `C` elements.
pub type Cube<T, const P: usize, const R: usize, const C: usize> = Box<[[[T; C]; R]; P]>;

/// An array of zeros of any shape, allocated without a copy on the stack.
pub fn zeros<A: Zeroable>() -> Box<A> {
    bytemuck::zeroed_box()
}

/// The vector whose element `i` is `f(i)`.
pub fn vector<T: Zeroable, const N: usize>(f: impl Fn(usize) -> T) -> Vector<T, N> {
    let mut vector: Vector<T, N> = zeros();
    vector.iter_mut().enumerate().for_each(|(i, element)| *element = f(i));
    vector
}

/// The matrix whose element in row `i` and column `j` is `f(i, j)`.
pub fn matrix<T: Zeroable, const R: usize, const C: usize>(f: impl Fn(usize, usize) -> T) -> Matrix<T, R, C> {
    let mut matrix: Matrix<T, R, C> = zeros();
    for (i, row) in matrix.iter_mut().enumerate() {
        row.iter_mut().enumerate().for_each(|(j, element)| *element = f(i, j));
    }
    matrix
}

/// The cube whose element in plane `i`, row `j` and column `k` is `f(i, j, k)`.
pub fn cube<T: Zeroable, const P: usize, const R: usize, const C: usize>(
    f: impl Fn(usize, usize, usize) -> T,
) -> Cube<T, P, R, C> {
    let mut cube: Cube<T, P, R, C> = zeros();
    for (i, plane) in cube.iter_mut().enumerate() {
        for (j, row) in plane.iter_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(k, element)| *element = f(i, j, k));
        }
    }
    cube
}

/// `numerator / denominator` of two integers as most initialisations compute it: each converted first.
pub fn ratio(numerator: usize, denominator: usize) -> f64 {
    numerator as f64 / denominator as f64
}

/// The positive definite matrix that cholesky, lu and ludcmp begin with: a lower triangle times its transpose.
pub fn positive_definite<const N: usize>() -> Matrix<f64, N, N> {
    let a: Matrix<f64, N, N> = matrix(|i, j| match i.cmp(&j) {
        Ordering::Greater => -(j as f64) / N as f64 + 1.0,
        Ordering::Equal => 1.0,
        Ordering::Less => 0.0,
    });
    let mut b: Matrix<f64, N, N> = zeros();
    for t in 0..N {
        for r in 0..N {
            for s in 0..N {
                b[r][s] += a[r][t] * a[s][t];
            }
        }
    }
    b
}
