//! What is measured: suites of programs by name, and the results that they must have.

use crate::{Error, python};
use serde::Deserialize;
use std::{collections::BTreeMap, iter};

/// The datasets that have reference results, in the order of their sizes.
pub const DATASETS: [&str; 4] = ["MINI", "SMALL", "MEDIUM", "LARGE"];

/// Programs that are built and compared together.
#[derive(Debug, Clone, Copy)]
pub struct Suite {
    /// Its name in tables.
    pub name: &'static str,
    /// By this word all of its programs are selected.
    pub word: &'static str,
    /// The package of the workspace that builds its programs; none if they are fetched ([`crate::python`]), which is done only
    /// if they are asked for.
    pub package: Option<&'static str>,
    references: &'static str,
}

/// PolyBench/C's kernels.
pub const POLYBENCH: Suite = Suite {
    name: "PolyBench/C 4.2.1",
    word: "polybench",
    package: Some("polybench"),
    references: include_str!("../../reference.json"),
};

/// What programs on small boards do.
pub const APPS: Suite = Suite {
    name: "Applications",
    word: "apps",
    package: Some("bench-apps"),
    references: include_str!("../../apps/reference.json"),
};

/// An interpreter that is an application.
pub const PYTHON: Suite = Suite {
    name: "CPython",
    word: "python",
    package: None,
    references: include_str!("../../python/reference.json"),
};

/// A program, and what it has to compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its name, which is that of its file without the extension.
    pub name: String,
    /// Its arguments, without `argv[0]`.
    pub args: Vec<String>,
    /// What it has around it.
    pub setting: Setting,
    /// SHA-256 of the result, in hexadecimal.
    pub sha256: String,
    /// Bytes of the result.
    pub bytes: u64,
}

impl Workload {
    /// The programs that it consists of, its own first.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &str> {
        let producer = match &self.setting {
            Setting::Behind(producer, _) => Some(producer.as_str()),
            _ => None,
        };
        iter::once(self.name.as_str()).chain(producer)
    }
}

/// What a program has around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Nothing.
    Alone,
    /// The folder `/tmp` in memory, which it may change.
    Folder,
    /// The folder `/usr/lib/python3.11`, which it reads.
    Library,
    /// Another program of the suite with its arguments, of which it reads what that one writes: `other | program`.
    Behind(String, Vec<String>),
    /// It is started again as soon as it has ended: so many runs in all, whatever number of runs is asked for.
    Repeated(usize),
}

impl Setting {
    fn of(program: &str, dataset: &str) -> Self {
        match program {
            "log" => Self::Folder,
            "python" => Self::Library,
            "pipeline" => Self::Behind("readings".into(), vec![dataset.into(), "--dump".into()]),
            "start-exit" => Self::Repeated(1000),
            _ => Self::Alone,
        }
    }

    /// Whether the program's own window is all that there is to measure. It is not if others work at the same time, or
    /// if it is the start that matters.
    pub(crate) fn has_window(&self) -> bool {
        matches!(self, Self::Alone | Self::Folder | Self::Library)
    }
}

#[derive(Deserialize)]
struct References {
    #[serde(alias = "kernels")]
    programs: BTreeMap<String, BTreeMap<String, Reference>>,
}

#[derive(Deserialize)]
struct Reference {
    sha256: String,
    bytes: u64,
}

impl Suite {
    fn references(&self) -> BTreeMap<String, BTreeMap<String, Reference>> {
        serde_json::from_str::<References>(self.references).expect("reference.json is valid").programs
    }

    /// The names of all programs that are measured.
    pub fn programs(&self) -> Vec<String> {
        self.references().into_keys().collect()
    }

    /// The named programs at a dataset.
    ///
    /// # Errors
    /// A name that is none.
    pub fn workloads(&self, programs: &[&str], dataset: &str) -> Result<Vec<Workload>, Error> {
        let references = self.references();
        let dataset = find("dataset with reference results", dataset, DATASETS)?;
        let workload = |&program: &&str| {
            let name = find("program", program, references.keys().map(String::as_str))?;
            let Reference { sha256, bytes } = &references[name][dataset];
            let mut args = vec![dataset.to_owned(), "--json".to_owned()];
            if self.package.is_none() {
                // No run finds what another one has compiled of the library.
                args.splice(0..0, ["-B".to_owned(), "-c".to_owned(), python::script()]);
            }
            Ok(Workload {
                name: name.to_owned(),
                args,
                setting: Setting::of(name, dataset),
                sha256: sha256.clone(),
                bytes: *bytes,
            })
        };
        programs.iter().map(workload).collect()
    }
}

/// The programs of `suites` that the words in `selection` name, each a program or a suite's word, at a dataset; all
/// programs that are not fetched if there is none.
///
/// # Errors
/// A name that is none.
pub fn select(
    suites: &[Suite],
    selection: &str,
    dataset: &str,
) -> Result<Vec<(Suite, Vec<Workload>)>, Error> {
    let words: Vec<_> = selection.split([',', ' ']).filter(|word| !word.is_empty()).collect();
    let programs: Vec<_> = suites.iter().map(Suite::programs).collect();
    let known = || {
        let names = programs.iter().flatten().map(String::as_str);
        names.chain(suites.iter().map(|suite| suite.word))
    };
    for word in &words {
        find("program", word, known())?;
    }
    let mut selected = Vec::new();
    for (suite, programs) in suites.iter().zip(&programs) {
        let whole = words.is_empty() && suite.package.is_some() || words.contains(&suite.word);
        let named = |program: &&str| whole || words.contains(program);
        let programs: Vec<_> = programs.iter().map(String::as_str).filter(named).collect();
        if !programs.is_empty() {
            selected.push((*suite, suite.workloads(&programs, dataset)?));
        }
    }
    Ok(selected)
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

    const ALL: [Suite; 3] = [POLYBENCH, APPS, PYTHON];

    fn names(selection: &str) -> Vec<Vec<String>> {
        let selected = select(&ALL, selection, "MINI").unwrap();
        let names = |(_, workloads): (_, Vec<Workload>)| workloads.into_iter().map(|workload| workload.name);
        selected.into_iter().map(|suite| names(suite).collect()).collect()
    }

    #[test]
    fn all_programs_have_workloads_at_all_datasets() {
        for dataset in DATASETS {
            let selected = select(&ALL, "", dataset).unwrap();
            assert_eq!(selected.iter().map(|(_, workloads)| workloads.len()).collect::<Vec<_>>(), [30, 11]);
        }
    }

    #[test]
    fn programs_are_selected_by_name_or_by_suite() {
        assert_eq!(names("gemm, json"), [["gemm"], ["json"]]);
        assert_eq!(names("lu"), [["lu"]]);
        assert_eq!(names("apps"), [APPS.programs()]);
        assert_eq!(names("python"), [["python"]]);
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest() {
        let error = |name, dataset| select(&ALL, name, dataset).unwrap_err().to_string();
        assert_eq!(error("gem", "SMALL"), r#""gem" is no program: did you mean gemm?"#);
        assert_eq!(error("jacobi2d", "SMALL"), r#""jacobi2d" is no program: did you mean jacobi-2d?"#);
        assert_eq!(error("app", "SMALL"), r#""app" is no program: did you mean apps?"#);
        let expected = r#""small" is no dataset with reference results: did you mean SMALL?"#;
        assert_eq!(error("gemm", "small"), expected);
    }
}
