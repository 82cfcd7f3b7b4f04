//! The line in which a program says what it computed and how long that took.

use crate::{Error, Workload};
use serde::Deserialize;
use sha2::{Digest, Sha256};

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
    /// Finds the lines of one run or several in what a program wrote, and compares each result with the reference.
    ///
    /// # Errors
    /// No such line, or another result.
    pub fn verified(workload: &Workload, output: &str) -> Result<Vec<Self>, Error> {
        let objects = output.lines().filter_map(|line| line.get(line.find('{')?..));
        let figures = objects.filter_map(|object| serde_json::from_str::<Self>(object.trim_end()).ok());
        let figures: Vec<_> = figures.collect();
        if figures.is_empty() {
            let message = format!("printed no result, but: {}", last_words(output));
            return Err(Error::program(&workload.name, message));
        }
        let right = |found: &&Self| found.sha256 == workload.sha256 && found.bytes == workload.bytes;
        match figures.iter().find(|found| !right(found)) {
            None => Ok(figures),
            Some(wrong) => Err(Error::WrongResult {
                program: workload.name.clone(),
                actual: wrong.sha256.clone(),
                expected: workload.sha256.clone(),
            }),
        }
    }
}

/// The SHA-256 of a text, in hexadecimal.
pub(crate) fn sha256(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
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
        let setting = crate::Setting::Alone;
        Workload { name: "gemm".into(), args: Vec::new(), setting, sha256: sha256.into(), bytes: 3 }
    }

    #[test]
    fn the_lines_are_found_among_others() {
        let figures = Figures::verified(&workload("ab"), &format!("{{}}\n{LINE}end\n{LINE}")).unwrap();
        assert_eq!(figures.len(), 2);
        assert_eq!((figures[0].kernel_ns, figures[0].check_ns, figures[0].main_ns), (5, 6, 20));
    }

    #[test]
    fn a_wrong_or_missing_result_has_no_time() {
        let other = LINE.replace("\"ab\"", "\"cd\"");
        let wrong = Figures::verified(&workload("cd"), &format!("{other}{LINE}")).unwrap_err().to_string();
        assert_eq!(wrong, "gemm: wrong result: sha256 ab, expected cd: its time does not count");
        let missing = Figures::verified(&workload("ab"), "trap: unreachable\n").unwrap_err().to_string();
        assert_eq!(missing, "gemm: printed no result, but: trap: unreachable");
    }
}
