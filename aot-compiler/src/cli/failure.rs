//! A command that fails: one line on standard error, and a status.

use std::{fmt::Display, path::Path, process::ExitCode};

/// Why a command failed.
pub struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    /// The input, or the machine, is not as it should be.
    pub fn input(message: impl Display) -> Self {
        Self { status: 1, message: message.to_string() }
    }

    /// The input file `path` is not as it should be.
    pub fn file(path: &Path, message: impl Display) -> Self {
        Self::input(format_args!("{}: {message}", path.display()))
    }

    /// The arguments make no sense together.
    pub fn usage(message: impl Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }

    /// Something else, with the status of one's choice.
    pub fn with_status(status: u8, message: impl Display) -> Self {
        Self { status, message: message.to_string() }
    }

    /// Says it.
    pub fn report(self) -> ExitCode {
        eprintln!("sinter: {}", self.message);
        ExitCode::from(self.status)
    }
}

impl From<sinter_qemu::Error> for Failure {
    fn from(error: sinter_qemu::Error) -> Self {
        Self::input(error)
    }
}
