//! The end of the kernel by its own mistake: message, place and backtrace, then QEMU ends with status 101 and
//! a board blinks.

use crate::{
    arch::aarch64::{CORES, cpu, exception::Syndrome},
    console::{console, log},
    drivers::{interrupts, led, mailbox, semihosting},
    mm::map,
};
use core::{
    panic::PanicInfo,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// Exit status of QEMU after a panic; what Rust programs end with, too.
const STATUS: u8 = 101;

/// How often the LED blinks in a row; the watchdog may end that.
const BLINKS: u32 = 3;

/// Set by the first panic: one in its own report ends at once.
static PANICKING: AtomicBool = AtomicBool::new(false);

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    begin();
    match info.location() {
        Some(place) => {
            log::plain(format_args!("\n\x1b[1;31mkernel panic\x1b[0m at {place}\n{}\n", info.message()))
        }
        None => log::plain(format_args!("\n\x1b[1;31mkernel panic\x1b[0m\n{}\n", info.message())),
    }
    backtrace(cpu::frame_pointer());
    end()
}

/// Panics because of an exception in kernel code at `pc`, whose frame record is at `frame_pointer`.
pub fn exception(what: &str, syndrome: Option<Syndrome>, pc: u64, frame_pointer: u64) -> ! {
    begin();
    log::plain(format_args!("\n\x1b[1;31mkernel panic\x1b[0m: {what}\n"));
    if let Some(Syndrome { class, esr, far }) = syndrome {
        log::plain(format_args!("{class:?}, ESR_EL1 {esr:#x}, FAR_EL1 {far:#x}\n"));
    }
    line(pc);
    backtrace(frame_pointer);
    end()
}

fn begin() {
    cpu::mask_interrupts();
    if PANICKING.swap(true, Relaxed) {
        finish();
    }
    (0..CORES).filter(|&core| core != cpu::core()).for_each(interrupts::signal);
    // SAFETY: they stop at the signal.
    unsafe {
        console().seize();
        mailbox::seize();
    }
}

/// Stops this core if another one has panicked.
pub fn halt_if_panicking() {
    if PANICKING.load(Relaxed) {
        cpu::halt();
    }
}

fn end() -> ! {
    console().flush();
    finish()
}

fn finish() -> ! {
    if mailbox::is_qemu() {
        semihosting::exit(STATUS);
    }
    led::blink(BLINKS)
}

/// Prints the frames of the chain that begins with the record at `fp` (AAPCS64 6.2.3), as long as it leads
/// upwards.
fn backtrace(mut fp: u64) {
    const DEPTH: usize = 32;
    for _ in 0..DEPTH {
        if fp == 0 || !fp.is_multiple_of(16) || !cpu::is_readable(fp) {
            return;
        }
        // SAFETY: 16 aligned bytes that are mapped.
        let [next, pc] = unsafe { (fp as *const [u64; 2]).read() };
        if pc == 0 {
            return;
        }
        line(pc);
        if next <= fp {
            return;
        }
        fp = next;
    }
}

fn line(pc: u64) {
    match map::symbols().and_then(|symbols| symbols.find(pc)) {
        Some((name, offset)) if map::layout().text.contains(&pc) => {
            log::plain(format_args!("  {pc:#018x} {name}+{offset:#x}\n"));
        }
        _ => log::plain(format_args!("  {pc:#018x}\n")),
    }
}
