//! Results of contracted programs: a product and a sum with one rounding give other digits than the reference has.
//!
//! Such a program is run twice before it is measured, without contraction and with it, and prints all of its numbers. The
//! first text must have the reference's hash. The second one must be the same but for numbers that are close to the first
//! one's. Then it is the second text's hash that the measured runs must have.

use crate::{
    Error, Options, Workload,
    figures::sha256,
    sinter::{Image, app},
};
use aot_compiler::{
    compile::{self, optimise::Pass},
    image::Console,
};

/// A difference that is always allowed: the numbers are printed with two digits behind the point.
const ABSOLUTE: f64 = 0.01;
/// A difference that is allowed in relation to the number.
const RELATIVE: f64 = 1e-6;

/// The workload with the hash that its contracted program has to give.
pub(crate) fn accepted(workload: &Workload, options: &Options) -> Result<Workload, Error> {
    let strict = dump(workload, options, options.compile.passes.without(Pass::Contract))?;
    let actual = sha256(&strict);
    if actual != workload.sha256 {
        let (program, expected) = (workload.name.clone(), workload.sha256.clone());
        return Err(Error::WrongResult { program, actual, expected });
    }
    let contracted = dump(workload, options, options.compile.passes)?;
    close(&workload.name, &strict, &contracted).map_err(|message| Error::program(&workload.name, message))?;
    Ok(Workload { sha256: sha256(&contracted), bytes: contracted.len() as u64, ..workload.clone() })
}

/// What the program prints of its result if it is compiled with these passes.
fn dump(workload: &Workload, options: &Options, passes: compile::optimise::Passes) -> Result<Vec<u8>, Error> {
    let args = [workload.args[0].clone(), "--dump".into()];
    let app = app(&workload.name, &args, options.modules);
    let compile = compile::Options { passes, ..options.compile };
    Ok(Image::new(vec![app], &[], Console::Host, &compile)?.hosted(&workload.name)?.stdout)
}

/// Compares two texts of a program word by word, and says of the first pair that is not close what it is.
fn close(program: &str, strict: &[u8], contracted: &[u8]) -> Result<(), String> {
    let [strict, contracted] = [strict, contracted].map(String::from_utf8_lossy);
    let [strict, contracted] = [&strict, &contracted].map(|text| text.split_whitespace().collect::<Vec<_>>());
    if strict.len() != contracted.len() {
        return Err(format!("{} words with contraction, {} without", contracted.len(), strict.len()));
    }
    let mut pairs = strict.iter().zip(&contracted).take(determined(program, &strict));
    match pairs.find(|(one, other)| one != other && !are_close(one, other)) {
        None => Ok(()),
        Some((one, other)) => Err(format!("{other} with contraction, {one} without: that is not close")),
    }
}

/// How many words of a result are determined by more than rounding errors.
///
/// Those are all, but for gramschmidt: some columns of PolyBench/C's matrix depend on those before, so that orthogonalising
/// leaves nothing of them but errors, which are then made as long as the other columns and are in all that follows. The
/// first such column is where the diagonal of R, which is printed first and by rows, has its first zero.
fn determined(program: &str, words: &[&str]) -> usize {
    if program != "gramschmidt" {
        return words.len();
    }
    let place = |word| words.iter().position(|found| *found == word).unwrap_or_default();
    let (start, end) = (place("R") + 1, place("end"));
    let columns = end.saturating_sub(start).isqrt();
    let zero = (0..columns).find(|row| words[start + row * columns + row] == "0.00");
    start + zero.unwrap_or(columns) * columns
}

/// Whether both are numbers, with a difference that is allowed.
fn are_close(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) else { return false };
    // The last digit of either may be rounded away from the other.
    (one - other).abs() <= ABSOLUTE * 1.001 + RELATIVE * one.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_differ_by_little() {
        let strict = b"begin dump: A\n1.00 -3000000.00 nan\nend   dump: A\n";
        assert_eq!(close("gemm", strict, b"begin dump: A\n1.01 -3000002.00 nan\nend   dump: A\n"), Ok(()));
        for other in [
            "begin dump: A\n1.02 -3000000.00 nan\nend   dump: A\n",
            "begin dump: A\n1.00 -3000004.00 nan\nend   dump: A\n",
            "begin dump: A\n1.00 -3000000.00 1.00\nend   dump: A\n",
            "begin dump: B\n1.00 -3000000.00 nan\nend   dump: A\n",
            "begin dump: A\n1.00 -3000000.00 nan\n",
        ] {
            assert!(close("gemm", strict, other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn what_gramschmidt_makes_of_rounding_errors_may_be_anything() {
        let strict = b"begin dump: R\n2.00 3.00 4.00 0.00 0.00 5.00 0.00 0.00 7.00\nend   dump: R\n";
        let other = b"begin dump: R\n2.00 3.00 4.00 0.00 0.00 6.00 0.00 0.00 1.00\nend   dump: R\n";
        assert_eq!(close("gramschmidt", strict, other), Ok(()));
        assert!(close("gemm", strict, other).is_err());
        let other = b"begin dump: R\n2.00 3.02 4.00 0.00 0.00 5.00 0.00 0.00 7.00\nend   dump: R\n";
        assert!(close("gramschmidt", strict, other).is_err());
    }
}
