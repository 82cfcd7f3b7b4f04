//! What one reads on the serial port: the banner with its tables, traps, and the closing table.

use crate::{
    console::log::plain,
    drivers::mailbox,
    mm::{frames, map},
    supervisor::{Outcome, Record},
    wasm::{
        instance::{End, Instance},
        slice, text,
        trap::{self, Frames, Place, Trap},
    },
};
use alloc::{format, string::String, vec::Vec};
use core::{
    fmt::{self, Display, Formatter},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use sinter_abi::{
    image::{EXPECT_TRAP, Image},
    module::Module,
};

/// Prints lines on the serial port.
macro_rules! print {
    ($($argument:tt)*) => { plain(format_args!($($argument)*)) };
}

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const OFF: &str = "\x1b[0m";

/// A number of bytes, in the unit in which it is best read.
struct Bytes(u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(&match self.0 {
            bytes @ 0..1024 => format!("{bytes} B"),
            bytes @ 1024..0x10_0000 => format!("{} KiB", bytes.div_ceil(1024)),
            bytes => {
                let tenths = (bytes * 10).div_ceil(1 << 20);
                format!("{}.{} MiB", tenths / 10, tenths % 10)
            }
        })
    }
}

/// A number with its digits in groups of three.
struct Grouped(u64);

impl Display for Grouped {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = format!("{}", self.0);
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&grouped)
    }
}

/// The models of the board that have a BCM2837, by bits 4 to 11 of the revision code.
fn board() -> &'static str {
    if mailbox::is_qemu() {
        return "QEMU raspi3b";
    }
    match mailbox::board_revision().map(|revision| revision >> 4 & 0xff) {
        Some(0x08) => "Raspberry Pi 3 Model B",
        Some(0x0d) => "Raspberry Pi 3 Model B+",
        Some(0x0e) => "Raspberry Pi 3 Model A+",
        Some(0x0a) => "Raspberry Pi Compute Module 3",
        Some(0x10) => "Raspberry Pi Compute Module 3+",
        Some(0x12) => "Raspberry Pi Zero 2 W",
        _ => "unknown board",
    }
}

/// Width of the column of apps' names, set by [`banner`].
static NAME_WIDTH: AtomicUsize = AtomicUsize::new(0);

/// Width of the column of apps' names.
pub fn name_width() -> usize {
    NAME_WIDTH.load(Relaxed)
}

/// What booted: the kernel, the board and the apps.
pub fn banner(image: &Image) {
    let layout = map::layout();
    let (free, total) = frames::usage();
    let kernel = layout.symbols.end - layout.text.start;
    print!("\n{BOLD}Sinter {}{OFF} on {}, {} of RAM\n", env!("CARGO_PKG_VERSION"), board(), Bytes(total));
    print!(
        "{BOLD}{}{OFF} {}: image {}, kernel's data {}\n\n",
        text(&image.name),
        text(&image.version),
        Bytes(kernel),
        Bytes(layout.low.end - layout.low.start + total - free),
    );
    let names = slice(&image.apps).iter().map(|app| text(&app.name).chars().count());
    let width = names.max().unwrap_or(0).max(3);
    NAME_WIDTH.store(width, Relaxed);
    print!(
        "  {DIM}{:width$}  {:>9}  {:>9}  {:>9}  {:>8}  module{OFF}\n",
        "app", "code", "memory", "stack", "priority"
    );
    for app in slice(&image.apps) {
        // SAFETY: the linker step points each app to its module, in constant data.
        let module: &Module = unsafe { &*app.module };
        let memory: u64 = slice(&module.memories).iter().map(|memory| memory.min).sum();
        print!(
            "  {:width$}  {:>9}  {:>9}  {:>9}  {:>8}  {}\n",
            text(&app.name),
            Bytes(module.code_size),
            Bytes(memory),
            Bytes(app.stack_size),
            app.priority,
            text(&module.name),
        );
    }
    print!("\n");
}

/// The lines of a trap's report: the reason, and the frames.
pub fn trap_lines(instance: &Instance, trap: &Trap, mut line: impl FnMut(fmt::Arguments<'_>)) {
    let reason = trap.reason.message();
    match trap.address.map(|address| (address, instance.offset(address))) {
        None => line(format_args!("trap: {reason}")),
        Some((_, Some((0, offset)))) => line(format_args!("trap: {reason} at address {offset:#x}")),
        Some((_, Some((memory, offset)))) => {
            line(format_args!("trap: {reason} at address {offset:#x} of memory {memory}"));
        }
        Some((address, None)) if instance.is_stack(address) => line(format_args!("trap: {reason}")),
        Some((address, None)) => line(format_args!("trap: {reason} at machine address {address:#x}")),
    }
    // The kernel's functions in front are those that found out.
    let frames = trap.frames();
    let first = frames.iter().position(|frames| trap::function(instance.module(), frames.pc).is_some());
    let mut index = 0;
    for &Frames { pc, count } in &frames[first.unwrap_or(0)..] {
        let times = if count > 1 { format!("  x {count}") } else { String::new() };
        match trap::place(instance.module(), pc) {
            Some(Place { name, wasm_offset: Some(offset), .. }) => {
                line(format_args!("  #{index:<2} {pc:#010x} {name} (wasm offset {offset:#x}){times}"));
            }
            Some(Place { name, code_offset, .. }) => {
                line(format_args!("  #{index:<2} {pc:#010x} {name}+{code_offset:#x} (kernel){times}"));
            }
            None => line(format_args!("  #{index:<2} {pc:#010x}{times}")),
        }
        index += count;
    }
    if trap.left_out > 0 {
        line(format_args!("  ... and {} more", trap.left_out));
    }
}

/// How each app ended.
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
        Some(Outcome::Ended(End::Trap(reason))) => format!("trap: {}", reason.message()),
    };
    if record.restarts > 0 {
        result += &format!(", {} restarts", record.restarts);
    }
    match record.app.expect {
        0 => {}
        _ if record.as_expected() => result += " (as expected)",
        EXPECT_TRAP => result += " (a trap was expected)",
        status => result += &format!(" (expected {status})"),
    }
    result
}
