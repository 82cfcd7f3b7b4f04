//! Boots the image of a script and reads its answers.

use aot_compiler::{
    compile::Object,
    image::Script,
    link::{LinkError, link_script},
};
use sinter_abi::{script::MARK, trap::TrapReason};
use sinter_qemu::{Console, Machine};
use std::{fs, time::Duration};

/// What the target says of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It went well, with these results.
    Values(Vec<u128>),
    /// The guest's code was stopped.
    Trap(TrapReason),
    /// An import was too small.
    Unlinkable,
    /// The kernel could not do it.
    Fail(String),
}

/// Runs `script` on the target; what takes longer than `patience` hangs. The answers are as many as its steps have lines, unless the target came to an end
/// before; then the second string says how.
///
/// # Errors
/// The image does not link.
///
/// # Panics
/// If the emulator or a temporary file is not to be had.
pub fn run(
    script: &Script,
    modules: &[Object],
    patience: Duration,
) -> Result<(Vec<Answer>, String), LinkError> {
    let image = link_script(script, modules)?;
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), &image.raw).expect("room for the image");
    let mut machine = Machine::new(file.path(), Console::Serial);
    machine.timeout = Some(patience);
    let mut output = Vec::new();
    let ending = machine.run(&mut output).expect("an emulator");
    let output = String::from_utf8_lossy(&output);
    let answers = output.lines().filter_map(|line| line.strip_prefix(MARK)).filter_map(answer).collect();
    let rest: Vec<_> = output.lines().filter(|line| !line.starts_with(MARK)).collect();
    Ok((answers, format!("{:?}: {} {}", ending.verdict, rest.join(" | "), ending.log.trim())))
}

/// Reads a line without its mark; none for the last one.
fn answer(line: &str) -> Option<Answer> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some(match word {
        "ok" => {
            let values = rest.split_whitespace().map(|value| u128::from_str_radix(value, 16));
            values.collect::<Result<_, _>>().map_or_else(|_| Answer::Fail(line.into()), Answer::Values)
        }
        "trap" => u8::from_str_radix(rest, 16)
            .ok()
            .and_then(TrapReason::from_u8)
            .map_or_else(|| Answer::Fail(line.into()), Answer::Trap),
        "unlinkable" => Answer::Unlinkable,
        "end" => return None,
        _ => Answer::Fail(rest.into()),
    })
}
