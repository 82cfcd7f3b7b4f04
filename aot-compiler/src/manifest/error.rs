//! Errors in one line: file, line, what is wrong, the way out.

use std::{ops::Range, path::PathBuf};
use thiserror::Error;

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}:{line}: {message}", path.display())]
pub struct ManifestError {
    /// The manifest's path.
    pub path: PathBuf,
    /// Line in it, counted from 1.
    pub line: usize,
    /// What is wrong, and the way out.
    pub message: String,
}

/// A message and the bytes that it is about.
pub(super) type Fault = (Range<usize>, String);

/// Wording for what the deserialiser says, in one line and with the nearest key for an unknown one.
pub(super) fn reword(error: &toml::de::Error) -> Fault {
    let message = error.message().trim().replace('\n', ", ");
    let message = if message.starts_with("unknown field") { unknown_key(&message) } else { message };
    (error.span().unwrap_or_default(), message)
}

/// Serde's message is "unknown field `a`, expected one of `b`, `c`": every second piece between backticks is a key.
fn unknown_key(message: &str) -> String {
    let mut keys = message.split('`').skip(1).step_by(2);
    let unknown = keys.next().unwrap_or_default();
    let known: Vec<_> = keys.collect();
    let nearest = known.iter().min_by_key(|key| strsim::damerau_levenshtein(unknown, key));
    match nearest {
        Some(nearest) => format!("unknown key `{unknown}`: did you mean `{nearest}`?"),
        None => format!("unknown key `{unknown}`: remove it"),
    }
}

/// The line in which the byte at `offset` lies, counted from 1.
pub(super) fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}
