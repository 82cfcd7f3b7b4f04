//! The line in which a program says what it computed and how long that took.

use crate::{Error, Workload};
use serde::Deserialize;

/// What a program with `--json` prints.
#[derive(Debug, Clone, Deserialize)]
pub struct Figures {
    /// SHA-256 of the result, in hexadecimal.
    pub sha256: String,
    /// Bytes of the result.
    pub bytes: u64,
    /// Nanoseconds of the computation alone.
    pub kernel_ns: u64,
    /// Nanoseconds that the check of the result took, with everything that only the check needs.
    pub check_ns: u64,
    /// Nanoseconds from the beginning of the program's `main` to this line, the check included.
    pub main_ns: u64,
}

impl Figures {
    /// Finds the line in what a program wrote, and compares the result with the reference.
    ///
    /// # Errors
    /// No such line, or another result.
    pub fn verified(workload: &Workload, output: &str) -> Result<Self, Error> {
        let objects = output.lines().filter_map(|line| line.get(line.find('{')?..));
        let mut figures = objects.filter_map(|object| serde_json::from_str::<Self>(object.trim_end()).ok());
        let Some(figures) = figures.next() else {
            let message = format!("printed no result, but: {}", last_words(output));
            return Err(Error::program(&workload.name, message));
        };
        if figures.sha256 != workload.sha256 || figures.bytes != workload.bytes {
            return Err(Error::WrongResult {
                program: workload.name.clone(),
                actual: figures.sha256,
                expected: workload.sha256.clone(),
            });
        }
        Ok(figures)
    }
}

/// The end of a text as one line.
pub(crate) fn last_words(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(6)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "\x1b[36mgemm │\x1b[0m {\"kernel\":\"gemm\",\"sha256\":\"ab\",\"bytes\":3,\"kernel_ns\":5,\"check_ns\":6,\"main_ns\":20}\r\n";

    fn workload(sha256: &str) -> Workload {
        Workload { name: "gemm".into(), args: Vec::new(), sha256: sha256.into(), bytes: 3 }
    }

    #[test]
    fn the_line_is_found_among_others() {
        let figures = Figures::verified(&workload("ab"), &format!("{{}}\n{LINE}end\n")).unwrap();
        assert_eq!((figures.kernel_ns, figures.check_ns, figures.main_ns), (5, 6, 20));
    }

    #[test]
    fn a_wrong_or_missing_result_has_no_time() {
        let wrong = Figures::verified(&workload("cd"), LINE).unwrap_err().to_string();
        assert_eq!(wrong, "gemm: wrong result: sha256 ab, expected cd: its time does not count");
        let missing = Figures::verified(&workload("ab"), "trap: unreachable\n").unwrap_err().to_string();
        assert_eq!(missing, "gemm: printed no result, but: trap: unreachable");
    }
}
