//! What is measured: PolyBench's kernels by name, and the results that they must have.

use crate::Error;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The datasets that have reference results, in the order of their sizes.
pub const DATASETS: [&str; 4] = ["MINI", "SMALL", "MEDIUM", "LARGE"];

/// A program, and what it has to compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its name, which is that of its file without the extension.
    pub name: String,
    /// Its arguments, without `argv[0]`.
    pub args: Vec<String>,
    /// SHA-256 of the result, in hexadecimal.
    pub sha256: String,
    /// Bytes of the result.
    pub bytes: u64,
}

#[derive(Deserialize)]
struct References {
    kernels: BTreeMap<String, BTreeMap<String, Reference>>,
}

#[derive(Deserialize)]
struct Reference {
    sha256: String,
    bytes: u64,
}

fn references() -> References {
    serde_json::from_str(include_str!("../../reference.json")).expect("polybench/reference.json is valid")
}

/// The names of all kernels.
pub fn kernels() -> Vec<String> {
    references().kernels.into_keys().collect()
}

/// The named kernels of PolyBench at a dataset.
///
/// # Errors
/// A name that is none.
pub fn polybench(kernels: &[&str], dataset: &str) -> Result<Vec<Workload>, Error> {
    let references = references();
    let dataset = find("dataset with reference results", dataset, DATASETS)?;
    let workload = |&kernel: &&str| {
        let kernel = find("kernel", kernel, references.kernels.keys().map(String::as_str))?;
        let Reference { sha256, bytes } = &references.kernels[kernel][dataset];
        let args = vec![dataset.to_owned(), "--json".to_owned()];
        Ok(Workload { name: kernel.to_owned(), args, sha256: sha256.clone(), bytes: *bytes })
    };
    kernels.iter().map(workload).collect()
}

/// The one of `known` that is `name`.
fn find<'a>(
    what: &'static str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Result<&'a str, Error> {
    let distance = |known: &&str| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
    let nearest = known.into_iter().min_by_key(distance).expect("there are some");
    if nearest == name {
        return Ok(nearest);
    }
    Err(Error::Unknown { what, name: name.to_owned(), nearest: nearest.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_thirty_kernels_have_workloads_at_all_datasets() {
        let kernels = kernels();
        let names: Vec<_> = kernels.iter().map(String::as_str).collect();
        assert_eq!(names.len(), 30);
        for dataset in DATASETS {
            assert_eq!(polybench(&names, dataset).unwrap().len(), 30);
        }
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest() {
        let error = |kernel, dataset| polybench(&[kernel], dataset).unwrap_err().to_string();
        assert_eq!(error("gem", "SMALL"), r#""gem" is no kernel: did you mean gemm?"#);
        assert_eq!(error("jacobi2d", "SMALL"), r#""jacobi2d" is no kernel: did you mean jacobi-2d?"#);
        let expected = r#""small" is no dataset with reference results: did you mean SMALL?"#;
        assert_eq!(error("gemm", "small"), expected);
    }
}
