//! What booted: the kernel, the board and the apps.

use super::{BOLD, DIM, NAME_WIDTH, OFF, format::Bytes, print};
use crate::{
    drivers::mailbox,
    log,
    mm::{frames, map},
    wasm::{slice, text},
};
use core::{
    fmt::{self, Display, Formatter},
    sync::atomic::Ordering::Relaxed,
};
use sinter_abi::{image::Image, module::Module};

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

/// What the firmware knows of this board.
struct BoardData;

impl Display for BoardData {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "board")?;
        if let Some(revision) = mailbox::board_revision() {
            write!(f, " revision {revision:06x}")?;
        }
        if let Some(serial) = mailbox::board_serial() {
            write!(f, " serial {serial:016x}")?;
        }
        if let Some(temperature) = mailbox::temperature() {
            write!(f, " at {}.{} C", temperature / 1000, temperature % 1000 / 100)?;
        }
        Ok(())
    }
}

/// RAM that is in use beside the image's file: the kernel's data, and what apps hold.
pub fn ram_in_use() -> Bytes {
    let (layout, (free, total)) = (map::layout(), frames::usage());
    Bytes(layout.low.end - layout.low.start + total - free)
}

/// Prints it all.
pub fn banner(image: &Image) {
    let layout = map::layout();
    let (_, total) = frames::usage();
    let kernel = layout.symbols.end - layout.text.start;
    print!("\n{BOLD}Sinter {}{OFF} on {}, {} of RAM\n", env!("CARGO_PKG_VERSION"), board(), Bytes(total));
    print!(
        "{BOLD}{}{OFF} {}: image {}, kernel's data {}\n\n",
        text(&image.name),
        text(&image.version),
        Bytes(kernel),
        ram_in_use(),
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
    log!("{BoardData}");
}
