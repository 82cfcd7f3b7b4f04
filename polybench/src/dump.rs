//! The text in which PolyBench/C prints its results (`POLYBENCH_DUMP_ARRAYS`).

use std::{
    fmt::Display,
    io::{Result, Write},
};

/// A dump in the making.
pub struct Dump<'a> {
    out: &'a mut dyn Write,
    finished: bool,
}

impl<'a> Dump<'a> {
    /// Writes the whole dump to `out`: the frame, and in it what `arrays` prints.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(out: &'a mut dyn Write, arrays: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let mut dump = Self { out, finished: false };
        writeln!(dump.out, "==BEGIN DUMP_ARRAYS==")?;
        arrays(&mut dump)?;
        if dump.finished { Ok(()) } else { dump.finish() }
    }

    /// Prints the frame's last line now instead of at the end. fdtd-2d does so after the first of its arrays.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(&mut self) -> Result<()> {
        self.finished = true;
        writeln!(self.out, "==END   DUMP_ARRAYS==")
    }

    /// Prints an array from its elements, each with a position; those at multiples of 20 begin a new line.
    ///
    /// # Errors
    /// Those of the output.
    pub fn array<T: Display>(
        &mut self,
        name: &str,
        elements: impl Iterator<Item = (usize, T)>,
    ) -> Result<()> {
        write!(self.out, "begin dump: {name}")?;
        for (position, element) in elements {
            if position % 20 == 0 {
                writeln!(self.out)?;
            }
            // The precision is C's %0.2lf for floats; Display ignores it for integers, which C prints by %d.
            write!(self.out, "{element:.2} ")?;
        }
        writeln!(self.out, "\nend   dump: {name}")
    }

    /// Prints a vector.
    ///
    /// # Errors
    /// Those of the output.
    pub fn vector<T: Display>(&mut self, name: &str, vector: &[T]) -> Result<()> {
        self.array(name, vector.iter().enumerate())
    }

    /// Prints a matrix. Element `(i, j)` has the position `i * stride + j`; the stride in PolyBench/C is not always
    /// the row's length.
    ///
    /// # Errors
    /// Those of the output.
    pub fn matrix<T: Display, const C: usize>(
        &mut self,
        name: &str,
        rows: &[[T; C]],
        stride: usize,
    ) -> Result<()> {
        let elements = rows
            .iter()
            .enumerate()
            .flat_map(|(i, row)| row.iter().enumerate().map(move |(j, element)| (i * stride + j, element)));
        self.array(name, elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_polybench_breaks_them() {
        let mut text = Vec::new();
        Dump::write(&mut text, |dump| {
            dump.matrix("m", &[[1.0, -0.001], [0.125, 2.5]], 19)?;
            dump.vector("v", &[7, -1])
        })
        .unwrap();
        let expected = "==BEGIN DUMP_ARRAYS==\nbegin dump: m\n1.00 -0.00 0.12 \n2.50 \nend   dump: m\n\
                        begin dump: v\n7 -1 \nend   dump: v\n==END   DUMP_ARRAYS==\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
