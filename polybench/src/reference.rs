//! What PolyBench/C itself prints, from reference.json.

include!(concat!(env!("OUT_DIR"), "/references.rs"));

/// The dump of one kernel at one dataset.
pub(crate) struct Reference {
    /// SHA-256 of the whole text in hexadecimal.
    pub(crate) sha256: &'static str,
    /// Length of the text.
    pub(crate) bytes: u64,
}

/// The reference of a kernel at a dataset, given by its index in [`crate::program::DATASETS`]. EXTRALARGE has none.
pub(crate) fn reference(kernel: &str, dataset: usize) -> Option<&'static Reference> {
    let (_, references) = REFERENCES.iter().find(|(name, _)| *name == kernel)?;
    references.get(dataset)
}
