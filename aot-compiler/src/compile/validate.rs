//! From bytes to a validated module, or the reason why not.
//!
//! Validation is wasmparser's, with the features that [`super::features`] lists. Function bodies are only outlined
//! here; each is validated in the same pass over its instructions that translates it.

use super::{
    CompileError,
    features::{self, Features},
    module::{Body, Module},
    names,
};
use wasmparser::{Parser, ValidPayload, Validator};

/// Reads the declarations of the module in `wasm` and outlines its function bodies.
///
/// # Errors
/// If it is no core module, or malformed or invalid outside of its function bodies, or uses what is not in `accepted`.
pub fn module(wasm: &[u8], accepted: Features) -> Result<(Module<'_>, Vec<Body<'_>>), CompileError> {
    header(wasm)?;
    let mut parser = Parser::new(0);
    parser.set_features(accepted);
    let mut validator = Validator::new_with_features(accepted);
    let (mut module, mut bodies) = (Module::default(), Vec::new());
    let read = || {
        for payload in parser.parse_all(wasm) {
            let payload = payload?;
            match validator.payload(&payload)? {
                ValidPayload::Func(function, body) => bodies.push((function, body)),
                ValidPayload::End(types) => module.types = Some(types),
                _ => module.section(payload)?,
            }
        }
        Ok(())
    };
    read().map_err(|error| explain(wasm, accepted, &error))?;
    Ok((module, bodies))
}

/// Tells a core module by its first eight bytes (core specification 5.5.16).
fn header(wasm: &[u8]) -> Result<(), CompileError> {
    const MAGIC: &[u8; 4] = b"\0asm";
    let refuse = |offset, message: String| Err(CompileError::NotWasm { message, offset });
    if wasm.is_empty() {
        return refuse(0, "the file is empty".into());
    }
    let seen = wasm.len().min(4);
    if wasm[..seen] != MAGIC[..seen] {
        let text = String::from_utf8_lossy(&wasm[..wasm.len().min(64)]);
        return refuse(
            0,
            if text.trim_start().starts_with("(module") || text.trim_start().starts_with(";;") {
                "this is the text format; convert it with `wasm-tools parse` first".into()
            } else {
                format!("it begins with \"{}\" instead of \"\\0asm\"", wasm[..seen].escape_ascii())
            },
        );
    }
    let Some(version) = wasm.get(4..8) else {
        return refuse(wasm.len() as u64, "the file ends within its header".into());
    };
    match *version {
        [1, 0, 0, 0] => Ok(()),
        [_, _, 1, 0] => Err(CompileError::Component),
        _ => refuse(4, format!("version {version:?} is not the known [1, 0, 0, 0]")),
    }
}

/// Says whether the module in `wasm`, which `error` ended, is wrong or only uses what is not accepted.
pub fn explain(wasm: &[u8], accepted: Features, error: &wasmparser::Error) -> CompileError {
    let offset = error.offset();
    let missing = error.missing_wasm_feature().unwrap_or_else(|| missing(wasm, accepted));
    if missing.is_empty() {
        // It may quote names of the module.
        return CompileError::Invalid { message: names::clean(error.message()), offset };
    }
    let feature = words(missing);
    if features::supported().contains(missing) {
        return CompileError::Disabled { feature, offset };
    }
    CompileError::Unsupported { feature: format!("the WebAssembly feature {feature}"), offset }
}

/// The features beyond `accepted` that make the module in `wasm` valid: none if it is invalid with all of them.
fn missing(wasm: &[u8], accepted: Features) -> Features {
    let valid = |features| Validator::new_with_features(features).validate_all(wasm).is_ok();
    if !valid(Features::all()) {
        return Features::empty();
    }
    let others = Features::all().difference(accepted).iter();
    others.filter(|&feature| !valid(Features::all().difference(feature))).collect()
}

/// The names of `features` in words.
fn words(features: Features) -> String {
    let name = |(flag, feature): (&str, Features)| {
        // Some consist of several flags.
        let known = features::SUPPORTED.iter().find(|known| known.flag.contains(feature));
        known.map_or_else(|| flag.to_lowercase().replace('_', "-"), |known| known.name.into())
    };
    let names: Vec<String> = features.iter_names().map(name).collect();
    names.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_messages_are_printable() {
        let export = r#"(export "a\n\1b[2J\u{85}é" (func 0))"#;
        let wasm = wat::parse_str(format!("(module (func) {export} {export})")).unwrap();
        let Err(error) = module(&wasm, features::supported()) else { panic!("it is valid") };
        let quoted = r"duplicate export name `a\n\u{1b}[2J\u{85}é` already defined";
        assert!(error.to_string().contains(quoted), "{error}");
    }
}
