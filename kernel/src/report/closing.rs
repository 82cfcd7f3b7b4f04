//! The closing table: how each app ended.

use super::{
    DIM, GREEN, OFF, RED,
    format::{Bytes, Grouped},
    name_width, print,
};
use crate::{
    drivers::mailbox,
    supervisor::{Outcome, Record},
    wasm::{program::End, text},
};
use alloc::{format, string::String, vec::Vec};
use sinter_abi::image::{EXPECT_OUT_OF_TIME, EXPECT_TRAP};

/// Prints the table. `exact` says that the records' cycles are executed instructions.
pub fn closing_table(records: &[Record], exact: bool) {
    let width = name_width();
    let emulated = mailbox::is_qemu();
    let unit = if emulated { "instructions" } else { "cycles" };
    // QEMU without -icount has the counter follow the host's clock, which means nothing.
    let counts = exact || !emulated;
    let results: Vec<String> = records.iter().map(result).collect();
    let room = results.iter().map(String::len).max().unwrap_or(0).max(6);
    print!("\n  {DIM}{:width$}  {:room$}  {unit:>16}  {:>11}{OFF}\n", "app", "result", "peak memory");
    for (record, result) in records.iter().zip(&results) {
        let cycles = if counts { format!("{}", Grouped(record.cycles)) } else { String::from("-") };
        let colour = if record.as_expected() { GREEN } else { RED };
        print!(
            "  {:width$}  {colour}{result:room$}{OFF}  {cycles:>16}  {:>11}\n",
            text(&record.app.name),
            Bytes(record.peak),
        );
    }
    print!("\n");
}

fn result(record: &Record) -> String {
    let mut result = match record.outcome {
        None => String::from("did not end"),
        Some(Outcome::NotStarted(why)) => format!("not started: {why}"),
        Some(Outcome::Ended(End::Exit(status))) => format!("exit status {status}"),
        Some(Outcome::Ended(End::InvalidExit(status))) => format!("invalid exit status {status}"),
        Some(Outcome::Ended(End::Trap(reason))) => format!("trap: {}", reason.message()),
        Some(Outcome::Ended(End::OutOfTime)) => format!("ended after {} ms of running", record.app.cpu_ms),
    };
    if record.restarts > 0 {
        result += &format!(", {} restarts", record.restarts);
    }
    match record.app.expect {
        0 => {}
        _ if record.as_expected() => result += " (as expected)",
        EXPECT_TRAP => result += " (a trap was expected)",
        EXPECT_OUT_OF_TIME => result += " (its limit was expected to end it)",
        status => result += &format!(" (expected {status})"),
    }
    result
}
