//! The WebAssembly features that this compiler knows, by name.

use wasmparser::WasmFeatures;

/// A set of features.
pub use wasmparser::WasmFeatures as Features;

/// A feature beyond the first release of WebAssembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Name of its proposal, as `--features` takes it and `sinter inspect` prints it.
    pub name: &'static str,
    /// The validator's flag.
    pub flag: Features,
}

const fn feature(name: &'static str, flag: Features) -> Feature {
    Feature { name, flag }
}

/// What is translated. All of it is accepted unless [`super::Options::features`] says otherwise.
pub const SUPPORTED: &[Feature] = &[
    feature("mutable-global", WasmFeatures::MUTABLE_GLOBAL),
    feature("sign-extension", WasmFeatures::SIGN_EXTENSION),
    feature("saturating-float-to-int", WasmFeatures::SATURATING_FLOAT_TO_INT),
    feature("multi-value", WasmFeatures::MULTI_VALUE),
    feature("bulk-memory", WasmFeatures::BULK_MEMORY),
    feature("reference-types", WasmFeatures::REFERENCE_TYPES),
    feature("simd", WasmFeatures::SIMD),
    feature("relaxed-simd", WasmFeatures::RELAXED_SIMD),
    feature("extended-const", WasmFeatures::EXTENDED_CONST),
    feature("multi-memory", WasmFeatures::MULTI_MEMORY),
    feature("memory64", WasmFeatures::MEMORY64),
    feature("tail-call", WasmFeatures::TAIL_CALL),
    feature("function-references", WasmFeatures::FUNCTION_REFERENCES),
    feature("exceptions", WasmFeatures::EXCEPTIONS),
    feature("threads", WasmFeatures::THREADS),
];

/// What the first release of WebAssembly has; it cannot be switched off. The two flags are the validator's own and
/// belong to no proposal: floating point, and references at all.
const ALWAYS: Features = WasmFeatures::MVP;

/// Everything that is translated.
pub fn supported() -> Features {
    SUPPORTED.iter().fold(ALWAYS, |all, feature| all | feature.flag)
}

/// The set of the named features, on top of the first release of WebAssembly.
///
/// # Errors
/// The first name that is not in [`SUPPORTED`].
pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Features, &'a str> {
    let find = |name| SUPPORTED.iter().find(|feature| feature.name == name).ok_or(name);
    names.into_iter().try_fold(ALWAYS, |all, name| Ok(all | find(name)?.flag))
}

/// The names of those in [`SUPPORTED`] that `used` contains.
pub fn names(used: Features) -> Vec<&'static str> {
    SUPPORTED.iter().filter(|feature| used.contains(feature.flag)).map(|feature| feature.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed() {
        assert_eq!(parse([]), Ok(WasmFeatures::MVP));
        assert_eq!(parse(SUPPORTED.iter().map(|feature| feature.name)), Ok(supported()));
        assert_eq!(parse(["multi-value", "gc"]), Err("gc"));
    }
}
