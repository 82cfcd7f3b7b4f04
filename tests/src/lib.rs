//! What the tests share: the command under test, its oracle, and programs to run.

pub mod compare;
mod guests;
pub mod images;
pub mod monitor;
pub mod programs;
mod tools;

pub use guests::{Guest, c, rust, wat};
pub use tools::{llvm_tool, oracle, sinter, target_folder, workspace};

use assert_cmd::assert::Assert;

/// The status with which a command ended; `None` if it was killed.
pub fn status(assert: &Assert) -> Option<i32> {
    assert.get_output().status.code()
}

/// What a command wrote to standard error.
pub fn stderr(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

/// What a command wrote to standard output, without the terminal's control sequences.
pub fn plain_stdout(assert: &Assert) -> String {
    plain(&String::from_utf8_lossy(&assert.get_output().stdout))
}

/// `text` without the terminal's control sequences.
fn plain(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    // A sequence ends with its first letter (ECMA-48 5.4).
    let rest =
        pieces.map(|piece| piece.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, text)| text));
    first + &rest.collect::<String>()
}
