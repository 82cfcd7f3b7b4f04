//! PolyBench/C 4.2.1's kernels in Rust: what the programs under `src/bin` share.
//!
//! Every kernel is a program of its own, `KERNEL DATASET [--json|--dump]`, for WASI and for the host alike. It initialises
//! its arrays, runs the kernel between two reads of the monotonic clock, and compares the dump of the results with
//! PolyBench/C's own, byte for byte, by its hash. Initialisation, order of operations and dump are PolyBench/C's, so
//! that floating-point results are the same to the last bit on every machine without contraction.
//!
//! The sizes are const generics, as PolyBench/C's are macros: strides and trip counts are constants, and the bounds
//! of all indices are known to the compiler, which leaves no check in a kernel's loops.

mod array;
mod dump;
mod program;
mod reference;

pub use array::{Cube, Matrix, Vector, cube, matrix, positive_definite, ratio, vector, zeros};
pub use dump::Dump;
pub use program::{Measure, Times, main, measure};

/// One kernel with its arrays, of one dataset's size.
pub trait Kernel {
    /// Allocates the arrays and fills them as PolyBench/C's `init_array` does.
    fn init() -> Self;

    /// The measured computation: PolyBench/C's `kernel_NAME`.
    fn run(&mut self);

    /// Prints the results: PolyBench/C's `print_array`.
    ///
    /// # Errors
    /// Those of the dump's output.
    fn dump(&self, dump: &mut Dump) -> std::io::Result<()>;
}
