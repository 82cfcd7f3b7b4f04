//! Why a benchmark has no figures.

use std::{fmt::Display, io, path::Path};
use thiserror::Error;

/// An error as one line.
#[derive(Debug, Error)]
pub enum Error {
    /// No program or dataset has this name.
    #[error("{name:?} is no {what}: did you mean {nearest}?")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The known name that is most like it.
        nearest: String,
    },
    /// A program computed something else than the reference says.
    #[error("{program}: wrong result: sha256 {actual}, expected {expected}: its time does not count")]
    WrongResult {
        /// The program.
        program: String,
        /// The hash of what it computed.
        actual: String,
        /// The reference's.
        expected: String,
    },
    /// A program did not say what it computed, or did not end well.
    #[error("{program}: {message}")]
    Program {
        /// The program.
        program: String,
        /// What is wrong.
        message: String,
    },
    /// A file.
    #[error("{0}")]
    File(String),
    /// A tool that builds a program, or a package that holds one.
    #[error("{0}")]
    Tool(String),
    /// The emulator.
    #[error(transparent)]
    Machine(#[from] sinter_qemu::Error),
}

impl Error {
    /// About the program of this name.
    pub fn program(program: &str, message: impl Display) -> Self {
        Self::Program { program: program.to_owned(), message: message.to_string() }
    }

    /// About the file or folder at `path`.
    pub fn file(path: &Path, error: io::Error) -> Self {
        Self::File(format!("{}: {error}", path.display()))
    }
}
