//! Runs the official test suite on the target: `sinter-spec` for all of it, `sinter-spec NAME...` for the groups and
//! files with these names.
//!
//! Modules that must be refused are refused on the host. All others of a group are compiled, linked into one image
//! and driven there by a script ([`sinter_abi::script`]), whose answers are compared with what the suite expects.

mod directive;
mod group;
#[cfg(test)]
mod mutations;
mod outcome;
mod plan;
mod report;
mod value;

use report::Report;
use sinter_spec::target;
use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let names: Vec<String> = env::args().skip(1).collect();
    let mut report = Report::default();
    for group in group::all() {
        let files = group.files(&names);
        if !files.is_empty() {
            report.add(group.name, plan::run(&group, &files));
        }
    }
    match report.finish() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
